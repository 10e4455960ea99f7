"""What stems go through on their way to the mix: a hall, echoes, an overdriven amplifier."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import signal

Stereo = npt.NDArray[np.float32]
"""Samples of shape (2, frames)."""

HALL_DIVISION = 4
"""A hall gives back little treble, so it is computed at a quarter of the rate."""


def hall(sound: Stereo, *, seconds: float, wet: float, rate: int, seed: int) -> Stereo:
    """The sound with a hall behind it; `seconds` is the time in which it decays by 60 dB.

    Early reflections, then decaying noise that is different on each side and darkens as it fades
    (Moorer, "About This Reverberation Business", 1979).
    """
    if wet <= 0:
        return sound
    slow = rate // HALL_DIVISION
    tail = _hall_tail(seconds, slow, seed)
    # Polyphase filters of 8 taps for each phase: images stay 50 dB below.
    taps = signal.firwin(8 * HALL_DIVISION + 1, 0.8 / HALL_DIVISION).astype(np.float32)
    sent = signal.upfirdn(taps, sound, 1, HALL_DIVISION)
    heard = signal.oaconvolve(sent, tail, axes=1).astype(np.float32)
    back = signal.upfirdn(taps * HALL_DIVISION, heard, HALL_DIVISION, 1)
    late = taps.size - 1  # both filters delay by half their length
    out = sound.copy()
    frames = min(sound.shape[1], back.shape[1] - late)
    out[:, :frames] += np.float32(wet) * back[:, late : late + frames]
    return out


@lru_cache(maxsize=4)
def _hall_tail(seconds: float, rate: int, seed: int) -> Stereo:
    rng = np.random.default_rng([seed, 0xA11])
    t = np.arange(round(seconds * rate)) / rate
    noise = rng.standard_normal((2, t.size))
    dark = signal.sosfilt(signal.butter(1, 1500, fs=rate, output="sos"), noise)
    tail = 0.45 * noise * np.exp(-13.8 * t / seconds) + dark * np.exp(-6.9 * t / seconds)
    tail *= np.clip((t - 0.015) / 0.03, 0, 1)
    for side in range(2):
        at = (rng.uniform(0.011, 0.06, 9) * rate).astype(int)
        tail[side, at] += rng.choice([-1, 1], 9) * np.linspace(2.2, 0.8, 9)
    tail = signal.sosfilt(signal.butter(2, 220, "high", fs=rate, output="sos"), tail)
    level: npt.NDArray[np.float64] = np.sqrt((tail**2).sum(axis=1, keepdims=True))
    out: Stereo = (tail / level).astype(np.float32)
    return out


def echo(sound: Stereo, *, seconds: float, wet: float, rate: int) -> Stereo:
    """The sound with three echoes that cross from side to side and lose their treble."""
    out = sound.copy()
    late = round(seconds * rate)
    treble = signal.butter(1, 3800, fs=rate, output="sos")
    repeat = sound
    for turn in range(1, 4):
        if turn * late >= sound.shape[1]:
            break
        repeat = signal.sosfilt(treble, repeat[::-1]).astype(np.float32)
        out[:, turn * late :] += np.float32(wet * 0.55 ** (turn - 1)) * repeat[:, : -turn * late]
    return out


def drive(sound: Stereo, *, amount: float, rate: int) -> Stereo:
    """The sound through an overdriven amplifier and its loudspeaker."""
    peak = np.quantile(np.abs(sound[0, :: rate // 100]), 0.97) + 1e-6
    pushed = np.tanh(amount * sound / peak)
    box = signal.butter(2, [90, 4600], "bandpass", fs=rate, output="sos")
    out: Stereo = signal.sosfilt(box, pushed).astype(np.float32)
    return out


def high_pass(sound: Stereo, cutoff_hz: float, rate: int) -> Stereo:
    """The sound without what lies below the cutoff."""
    sections = signal.butter(2, cutoff_hz, "high", fs=rate, output="sos")
    out: Stereo = signal.sosfilt(sections, sound).astype(np.float32)
    return out
