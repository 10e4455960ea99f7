"""A hall: a convolution that goes on from stretch to stretch."""

from __future__ import annotations

import numpy as np
from scipy import signal

from clearmix.audio import Samples

LATE_SECONDS = 0.018
"""How long after the sound its room answers."""


class Hall:
    """Early reflections and a tail of decaying noise that loses its treble (Moorer, 1979)."""

    def __init__(self, seconds: float, wet: float, rate: int, seed: int) -> None:
        self._wet = wet
        self._response = _response(seconds, rate, seed) if wet > 0 else None
        self._tail = np.zeros((2, 0), np.float32)

    def add(self, dry: Samples) -> Samples:
        """The stretch in the room, with what still sounds from the stretches before."""
        if self._response is None:
            return dry
        wet = signal.oaconvolve(dry, self._response, axes=1).astype(np.float32)
        size = min(self._tail.shape[1], wet.shape[1])
        wet[:, :size] += self._tail[:, :size]
        self._tail = wet[:, dry.shape[1] :]
        out: Samples = dry + np.float32(self._wet) * wet[:, : dry.shape[1]]
        return out


def _response(seconds: float, rate: int, seed: int) -> Samples:
    rng = np.random.default_rng([seed, 0x48414C4C])
    size = round(min(seconds * 1.1 + 0.05, 4.0) * rate)
    t = np.arange(size) / rate
    noise = rng.standard_normal((2, size))
    dark = signal.sosfilt(signal.butter(1, 2200, fs=rate, output="sos"), noise, axis=1)
    tail = noise * 10 ** (-3 * t / (0.45 * seconds)) + 2.5 * dark * 10 ** (-3 * t / seconds)
    tail *= np.clip(t / 0.03, 0, 1)
    for number in range(9):
        place = round((0.004 + 0.0055 * number + rng.uniform(0, 0.004)) * rate)
        tail[number % 2, place] += rng.choice([-1.0, 1.0]) * 9 * 0.8**number
    sections = signal.butter(1, [170, 7500], "bandpass", fs=rate, output="sos")
    tail = signal.sosfilt(sections, tail, axis=1)
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    out = np.zeros((2, size + round(LATE_SECONDS * rate)), np.float32)
    out[:, -size:] = tail
    return out
