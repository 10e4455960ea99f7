"""Which drum a key of General MIDI, or a place on a drummer's staff, stands for."""

from __future__ import annotations

from collections.abc import Mapping

DRUM_KEYS: Mapping[str, int] = {
    "kick": 36, "snare": 38, "clap": 39, "rim": 37, "hat": 42, "open-hat": 46, "ride": 51,
    "crash": 49, "tom-low": 45, "tom-mid": 47, "tom-high": 50, "shaker": 70, "cowbell": 56,
    "conga": 63, "tambourine": 54,
}  # fmt: skip
"""The key of each drum in General MIDI."""

_ALSO: Mapping[int, str] = {
    35: "kick", 40: "snare", 44: "hat", 41: "tom-low", 43: "tom-low", 48: "tom-high", 53: "ride",
    59: "ride", 52: "crash", 55: "crash", 57: "crash", 62: "conga", 64: "conga", 82: "shaker",
}  # fmt: skip
"""Further keys of General MIDI, and the drum that comes nearest."""

DRUM_OF_KEY: Mapping[int, str] = {**{key: drum for drum, key in DRUM_KEYS.items()}, **_ALSO}

DRUM_OF_PLACE: Mapping[str, str] = {
    "E4": "kick", "F4": "kick", "D4": "hat", "C5": "snare", "G5": "hat", "F5": "ride",
    "A5": "crash", "B5": "crash", "A4": "tom-low", "D5": "tom-mid", "E5": "tom-high",
}  # fmt: skip
"""Drums by where a staff shows them (Weinberg, "Guidelines for Drumset Notation", 1994)."""
