"""The grains of synthesis: decays, glides, band-limited partials, filtered noise, small rooms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import signal

Wave = npt.NDArray[np.float64]
"""Samples in the making: (frames,) or (2, frames), float64."""

LN_1000 = 6.907755
"""Natural logarithm of 1000: a decay of 60 dB, the usual measure of how long a sound rings."""


def times(seconds: float, rate: int) -> Wave:
    """The moments of a sound's samples, in seconds from its start."""
    return np.arange(max(1, round(seconds * rate))) / rate


def decay(t: Wave, seconds: float) -> Wave:
    """An exponential that has fallen by 60 dB after that many seconds."""
    return np.exp(-LN_1000 / seconds * t)


def strike(t: Wave, attack_seconds: float, seconds: float) -> Wave:
    """A decay with a raised-cosine attack, so that its first sample is zero and nothing clicks."""
    rise = np.clip(t / attack_seconds, 0.0, 1.0)
    return decay(t, seconds) * (0.5 - 0.5 * np.cos(np.pi * rise))


def glide(t: Wave, from_hz: float, to_hz: float, seconds: float, rate: int) -> Wave:
    """The phase, in radians, of a pitch that falls exponentially from one frequency to another."""
    return 2 * np.pi * np.cumsum(to_hz + (from_hz - to_hz) * np.exp(-t / seconds)) / rate


def partials(t: Wave, hz: Wave, gains: Wave, ring_seconds: Wave, phases: Wave) -> Wave:
    """The sum of damped sinusoids; every argument but `t` has one value for each partial."""
    out = np.zeros_like(t)
    for frequency, gain, ring, phase in zip(hz, gains, ring_seconds, phases, strict=True):
        heard = min(t.size, int(ring * 1.4 * t.size / (t[-1] + 1e-9)) + 1)
        piece = t[:heard]
        out[:heard] += gain * np.sin(2 * np.pi * frequency * piece + phase) * decay(piece, ring)
    return out


@lru_cache(maxsize=256)
def _sections(kind: str, low_hz: float, high_hz: float, order: int, rate: int) -> Wave:
    top = 0.49 * rate
    edges: float | list[float] = min(low_hz, top)
    if kind == "bandpass":
        edges = [min(low_hz, top * 0.9), min(high_hz, top)]
    sections: Wave = signal.butter(order, edges, kind, fs=rate, output="sos")
    return sections


def low_pass(wave: Wave, cutoff_hz: float, rate: int, order: int = 2) -> Wave:
    """The wave with a Butterworth low-pass applied along its last axis."""
    out: Wave = signal.sosfilt(_sections("lowpass", cutoff_hz, 0.0, order, rate), wave)
    return out


def high_pass(wave: Wave, cutoff_hz: float, rate: int, order: int = 2) -> Wave:
    """The wave with a Butterworth high-pass applied along its last axis."""
    out: Wave = signal.sosfilt(_sections("highpass", cutoff_hz, 0.0, order, rate), wave)
    return out


def band_pass(wave: Wave, low_hz: float, high_hz: float, rate: int, order: int = 2) -> Wave:
    """The wave with a Butterworth band-pass applied along its last axis."""
    out: Wave = signal.sosfilt(_sections("bandpass", low_hz, high_hz, order, rate), wave)
    return out


def coarse(wave: Wave, bits: int, hold: int) -> Wave:
    """The wave as an old sampler plays it: `bits` of resolution, each sample held `hold` times."""
    steps = 2.0 ** (bits - 1)
    held = np.repeat(wave[..., ::hold], hold, axis=-1)[..., : wave.shape[-1]]
    return np.round(held * steps) / steps


def room(wave: Wave, *, seconds: float, mix: float, rate: int, seed: int) -> Wave:
    """The stereo wave with the reverberation of a small room added.

    The room is decaying noise, different for each side (Moorer, "About This Reverberation
    Business", 1979), darker as it fades and 12 ms late so that attacks stay clear.
    """
    if mix <= 0:
        return wave
    t = times(seconds, rate)
    rng = np.random.default_rng([seed, 0x52004D])
    noise = rng.standard_normal((2, t.size))
    dark = low_pass(noise, 2500, rate, 1)
    tail = (noise * decay(t, seconds * 0.45) + dark * decay(t, seconds)) * (t / 0.004).clip(0, 1)
    tail = high_pass(tail, 180, rate, 1)
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    late = round(0.012 * rate)
    wet: Wave = signal.oaconvolve(wave, tail, axes=1)[:, : wave.shape[1]]
    out = wave.copy()
    out[:, late:] += mix * wet[:, : wave.shape[1] - late]
    return out
