"""What is played: drum hits and notes, in seconds from the start of the sound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """One stroke: `drum` is a name of `DRUMS`, `velocity` 0..1."""

    seconds: float
    drum: str
    velocity: float


@dataclass(frozen=True)
class Note:
    """One note: `pitch` is a MIDI note number (69 is A at 440 Hz), `velocity` 0..1."""

    seconds: float
    duration_seconds: float
    pitch: int
    velocity: float
