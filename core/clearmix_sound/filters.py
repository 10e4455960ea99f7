"""Filters on whole sounds: second-order sections, so that low cut-offs stay exact."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from clearmix.audio import Audio, Samples

Sections = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def low_pass(audio: Audio, cutoff_hz: float, *, order: int = 2) -> Audio:
    """What lies below the cut-off (Butterworth)."""
    return _butterworth(audio, "lowpass", cutoff_hz, order)


def high_pass(audio: Audio, cutoff_hz: float, *, order: int = 2) -> Audio:
    """What lies above the cut-off (Butterworth)."""
    return _butterworth(audio, "highpass", cutoff_hz, order)


def shelf(audio: Audio, *, side: Literal["low", "high"], corner_hz: float, gain_db: float) -> Audio:
    """The sound with everything on one side of the corner moved by a gain.

    The coefficients are those of R. Bristow-Johnson's Audio EQ Cookbook with a shelf slope of 1.
    """
    if abs(gain_db) < 0.05:
        return audio
    amplitude = 10 ** (gain_db / 40)
    omega = 2 * math.pi * min(corner_hz, 0.45 * audio.rate) / audio.rate
    cosine, alpha = math.cos(omega), math.sin(omega) / math.sqrt(2)
    sign = 1.0 if side == "low" else -1.0
    root = 2 * math.sqrt(amplitude) * alpha
    plus, minus = amplitude + 1, amplitude - 1
    b0 = amplitude * (plus - sign * minus * cosine + root)
    b1 = sign * 2 * amplitude * (minus - sign * plus * cosine)
    b2 = amplitude * (plus - sign * minus * cosine - root)
    a0 = plus + sign * minus * cosine + root
    a1 = -sign * 2 * (minus + sign * plus * cosine)
    a2 = plus + sign * minus * cosine - root
    return Audio(_run(np.array([[b0, b1, b2, a0, a1, a2]]) / a0, audio.samples), audio.rate)


def peak(audio: Audio, *, centre_hz: float, gain_db: float, q: float = 1.0) -> Audio:
    """The sound with a bell around a frequency (Audio EQ Cookbook)."""
    if abs(gain_db) < 0.05:
        return audio
    amplitude = 10 ** (gain_db / 40)
    omega = 2 * math.pi * min(centre_hz, 0.45 * audio.rate) / audio.rate
    alpha = math.sin(omega) / (2 * q)
    cosine = -2 * math.cos(omega)
    section = np.array(
        [
            1 + alpha * amplitude,
            cosine,
            1 - alpha * amplitude,
            1 + alpha / amplitude,
            cosine,
            1 - alpha / amplitude,
        ]
    )
    return Audio(_run((section / section[3])[None, :], audio.samples), audio.rate)


def _butterworth(
    audio: Audio, kind: Literal["lowpass", "highpass"], cutoff_hz: float, order: int
) -> Audio:
    from scipy import signal

    if cutoff_hz >= 0.49 * audio.rate:
        return audio if kind == "lowpass" else Audio(np.zeros_like(audio.samples), audio.rate)
    sections = signal.butter(order, cutoff_hz, kind, fs=audio.rate, output="sos")
    return Audio(_run(sections, audio.samples), audio.rate)


def _run(sections: Sections, samples: Samples) -> Samples:
    from scipy import signal

    return np.asarray(signal.sosfilt(sections, samples, axis=1), dtype=np.float32)
