"""The channels of a console: pulses, a stepped triangle, noise from a shift register.

The figures are those of the Ricoh 2A03: pitches come from an 11-bit timer on its clock, volumes
have 16 steps and change sixty times a second, the triangle is 32 steps of four bits, the noise a
register of 15 bits. Everything is made at eight times the rate and brought down, and a pulse as its
mean over each of those samples, so that nothing folds back.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Wave = npt.NDArray[np.float32]

RATE = 44100
CLOCK_HZ = 1_789_773
FRAMES_PER_SECOND = 60
"""How often a console's program changes pitch and volume."""

OVERSAMPLING = 8
SAMPLES = RATE * OVERSAMPLING // FRAMES_PER_SECOND
"""Samples of a frame before they are brought down to the rate."""

NOISE_PERIODS = (4, 8, 16, 32, 64, 96, 128, 160, 202, 254, 380, 508, 762, 1016, 2034, 4068)
"""Clocks from one bit of the noise to the next; the first is the brightest."""

_STEPS = np.concatenate([np.arange(15, -1, -1), np.arange(16)]) / 7.5 - 1


def pitch_hz(pitch: float) -> float:
    """The frequency of a MIDI number; 69 is A at 440 Hz."""
    return 440 * 2 ** ((pitch - 69) / 12)


def tuned(hz: npt.NDArray[np.float64], divider: int) -> npt.NDArray[np.float64]:
    """The frequencies that the timer can give which are nearest; it is coarse at the top."""
    timer = np.clip(np.round(CLOCK_HZ / (divider * hz)) - 1, 8, 2047)
    return CLOCK_HZ / (divider * (timer + 1))


def pulse(hz: Sequence[float], volume: Sequence[float], duty: float) -> Wave:
    """A pulse of that duty (0.125, 0.25 or 0.5), with a pitch and a volume (0..1) each frame."""
    phase = np.concatenate([[0.0], _phase(tuned(np.asarray(hz, float), 16))])
    up = np.floor(phase) * duty + np.minimum(phase % 1, duty)  # how long it was up so far
    wave = 2 * np.diff(up) / np.diff(phase) - 2 * duty  # without an offset
    return _down(wave * _held(_in_steps(volume)))


def triangle(hz: Sequence[float], volume: Sequence[float]) -> Wave:
    """A triangle of 32 steps."""
    phase = _phase(tuned(np.asarray(hz, float), 32))
    return _down(_STEPS[(phase * 32).astype(np.int64) % 32] * _held(_in_steps(volume)))


def noise(period: int, volume: Sequence[float]) -> Wave:
    """Noise by the number of its period, 0 (bright) to 15 (a rumble)."""
    frames = len(volume) * SAMPLES
    step = CLOCK_HZ / NOISE_PERIODS[period] / (RATE * OVERSAMPLING)
    places = (np.arange(frames) * step).astype(np.int64) % _register().size
    return _down(_register()[places] * _held(_in_steps(volume)))


@lru_cache(maxsize=1)
def _register() -> npt.NDArray[np.float64]:
    """All 32767 states' lowest bits: each new bit is that of the lowest two, exclusively or."""
    state, bits = 1, np.empty(32767)
    for place in range(bits.size):
        bits[place] = 1.0 if state & 1 else -1.0
        state = (state >> 1) | (((state ^ (state >> 1)) & 1) << 14)
    return bits


def _phase(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.cumsum(_held(hz)) / (RATE * OVERSAMPLING)


def _held(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.repeat(values, SAMPLES)


def _in_steps(volume: Sequence[float]) -> npt.NDArray[np.float64]:
    return np.round(np.clip(np.asarray(volume, float), 0, 1) * 15) / 15


def _down(wave: npt.NDArray[np.float64]) -> Wave:
    import soxr

    made = soxr.resample(wave.astype(np.float32), RATE * OVERSAMPLING, RATE, quality="HQ")
    return np.asarray(made, np.float32)
