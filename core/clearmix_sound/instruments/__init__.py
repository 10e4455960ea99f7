"""Small synthesised instruments: the same notes and seed give the same sound on one platform."""

from clearmix_sound.instruments.drums import play_drums
from clearmix_sound.instruments.events import Hit, Note
from clearmix_sound.instruments.kits import DRUMS, KITS

__all__ = ["DRUMS", "KITS", "Hit", "Note", "play_drums"]
