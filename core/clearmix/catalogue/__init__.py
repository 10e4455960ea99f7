"""Recordings, works, parties and listeners: adding, importing, finding by name."""

from clearmix.catalogue.adding import NewRecording
from clearmix.catalogue.models import (
    LOCAL_LISTENER,
    Listener,
    Login,
    Party,
    Recording,
    Share,
    Work,
)
from clearmix.catalogue.room import Added, Catalogue

__all__ = [
    "LOCAL_LISTENER",
    "Added",
    "Catalogue",
    "Listener",
    "Login",
    "NewRecording",
    "Party",
    "Recording",
    "Share",
    "Work",
]
