"""What is played: drum hits and notes, in seconds from the start of the sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix.audio import Samples


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


def add(out: Samples, sound: Samples, place: int, gain: np.float32) -> None:
    """Adds a sound to `out` from a frame on, which may lie before its first one."""
    first, last = max(0, place), min(out.shape[1], place + sound.shape[1])
    if first < last:
        out[:, first:last] += gain * sound[:, first - place : last - place]
