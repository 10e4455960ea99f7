"""What the notes of a line are called whose tuning lies between two semitones.

A line half a semitone from the band's tuning could as well be named by the semitone above as by the
one below: its pitches alone do not say. Those that lie in the key of the song are meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearmix.contracts import ScoreNote
from clearmix.music import split_key

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 9, 10, 11)}
"""Steps of a key; of a minor one with the sixth and seventh that rise."""

_BETWEEN = 0.3
"""Semitones away from a name from which the next one is possible, too."""
_CLEARLY = 0.2
"""How much more of a line must lie in the key by the other name."""


def named(line: Sequence[ScoreNote], tuning: float, key: str | None) -> tuple[ScoreNote, ...]:
    """The line, a semitone up or down where its tuning allows that and its key asks for it.

    >>> sharp = [ScoreNote(at, 1.0, pitch) for at, pitch in enumerate((61, 63, 65, 66))]
    >>> [note.pitch for note in named(sharp, -0.45, "C major")]
    [60, 62, 64, 65]
    """
    by = 1 if tuning > 0 else -1
    if key is None or not line or abs(tuning) < _BETWEEN:
        return tuple(line)
    if _in_key(line, by, key) < _in_key(line, 0, key) + _CLEARLY:
        return tuple(line)
    return tuple(replace(note, pitch=note.pitch + by) for note in line)


def _in_key(line: Sequence[ScoreNote], by: int, key: str) -> float:
    """The share of a line's time, moved by semitones, that lies in a key."""
    tonic, mode = split_key(key)
    scale = {(tonic + step) % 12 for step in SCALES[mode]}
    inside = sum(note.beats for note in line if (note.pitch + by) % 12 in scale)
    return inside / sum(note.beats for note in line)
