"""Small synthesised instruments: the same notes and seed give the same sound on one platform."""

from clearmix_sound.instruments.drums import Drummer, play_drums
from clearmix_sound.instruments.events import Hit, Note
from clearmix_sound.instruments.kits import DRUMS, KITS
from clearmix_sound.instruments.notes import Player, play_notes
from clearmix_sound.instruments.patches import INSTRUMENTS

__all__ = [
    "DRUMS",
    "INSTRUMENTS",
    "KITS",
    "Drummer",
    "Hit",
    "Note",
    "Player",
    "play_drums",
    "play_notes",
]
