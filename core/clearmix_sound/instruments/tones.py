"""The grains of synthesis: decays, glides, band-limited partials, filtered noise, small rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

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
    """The sum of damped sinusoids; every argument but `t` has one value for each partial.

    Each is the impulse response of a two-pole resonator (Smith, "Introduction to Digital Filters",
    appendix B), which costs a tenth of evaluating sines. Partials above 0.49 of the rate are left
    out, and each ends where it is 66 dB below the start of the strongest.
    """
    rate = 1 / (t[1] - t[0]) if t.size > 1 else 1.0
    out = np.zeros_like(t)
    strongest = np.abs(gains).max(initial=1e-12)
    for frequency, gain, ring, phase in zip(hz, gains, ring_seconds, phases, strict=True):
        spare_db = 66 + 20 * np.log10(max(abs(gain), 1e-12) / strongest)
        if frequency > 0.49 * rate or spare_db <= 0:
            continue
        heard = min(t.size, int(ring * spare_db / 60 * rate) + 1)
        angle, radius = 2 * np.pi * frequency / rate, np.exp(-LN_1000 / (ring * rate))
        start = np.zeros(heard)
        start[0] = gain
        out[:heard] += signal.lfilter(
            [np.sin(phase), radius * np.sin(angle - phase)],
            [1.0, -2 * radius * np.cos(angle), radius * radius],
            start,
        )
    return out


TABLE_FRAMES = 16384
"""Frames of one stored cycle: so many that reading the nearest one is 79 dB below the tone."""

SHAPES: Mapping[str, Callable[[Wave], Wave]] = MappingProxyType(
    {
        "saw": lambda order: 1 / order,
        "square": lambda order: (order % 2) / order,
        "pulse": lambda order: np.sin(np.pi * order * 0.28) / order,
        "quarter": lambda order: np.sin(np.pi * order * 0.25) / order,
        "eighth": lambda order: np.sin(np.pi * order * 0.125) / order,
        "chalumeau": lambda order: np.where(order % 2 == 1, 1.0, 0.12) / order**1.15,
        "reed": lambda order: 1 / order**0.5 / (1 + (order / 9) ** 3),
        "glottis": lambda order: 1 / order**1.25 / (1 + (order / 26) ** 2),
        "hollow": lambda order: (0.35 + 0.65 * (order % 2)) / order**1.8,
        # Organ drawbars 16', 5 1/3', 8', 4', 2 2/3', 2', 1 3/5', 1 1/3', 1' over the lowest one.
        "drawbars": lambda order: np.select(
            [order == pipe for pipe in (1, 3, 2, 4, 6, 8, 10, 12, 16)],
            [0.8, 0.7, 1.0, 0.55, 0.3, 0.28, 0.08, 0.1, 0.14],
            0.0,
        ),
        "soft": lambda order: 1 / order**2.2,
    }
)
"""Gains of a wave's harmonics by their order."""


@lru_cache(maxsize=128)
def _cycle(shape: str, harmonics: int) -> Wave:
    order = np.arange(1.0, harmonics + 1)
    spectrum = np.zeros(TABLE_FRAMES // 2 + 1, complex)
    spectrum[1 : harmonics + 1] = -0.5j * TABLE_FRAMES * SHAPES[shape](order)
    cycle: Wave = np.fft.irfft(spectrum)
    out: Wave = cycle / np.abs(cycle).max()
    return out


def oscillate(shape: str, cycles: Wave, highest_hz: float, rate: int) -> Wave:
    """A band-limited wave: `cycles` is its phase in turns, `highest_hz` the highest pitch in it.

    One stored cycle holds just the harmonics that stay below 0.46 of the rate at that pitch.
    """
    harmonics = int(np.clip(0.46 * rate / highest_hz, 1, 400))
    harmonics = 1 << (harmonics.bit_length() - 1) if harmonics > 24 else harmonics
    found: Wave = _cycle(shape, harmonics).take(
        ((cycles % 1.0) * TABLE_FRAMES).astype(np.intp), mode="wrap"
    )
    return found


@dataclass(frozen=True)
class Tone:
    """One note as an instrument plays it: how high, how long held, how hard, with what chance."""

    hz: float
    seconds: float
    velocity: float
    rate: int
    rng: np.random.Generator

    def times(self, after_seconds: float) -> Wave:
        """The moments of the held note and of what rings after it."""
        return times(self.seconds + after_seconds, self.rate)

    def steady(self, shape: str, t: Wave, detune_cents: float = 0.0) -> Wave:
        """A band-limited wave at the note's pitch, starting anywhere in its cycle."""
        hz = self.hz * 2 ** (detune_cents / 1200)
        return oscillate(shape, hz * t + self.rng.uniform(), hz, self.rate)

    def wavering(
        self, shape: str, t: Wave, cents: float, waver_hz: float, delay_seconds: float
    ) -> Wave:
        """The same with vibrato that sets in after a delay."""
        turn = self.rng.uniform()
        slow = np.arange(0, t[-1] + 0.02, 0.01)  # vibrato needs no more than 100 values a second
        depth = cents / 1200 * np.log(2) * np.clip((slow - delay_seconds) / 0.3, 0, 1)
        bend = np.cumsum(depth * np.sin(2 * np.pi * (waver_hz * slow + turn))) * 0.01
        cycles = self.hz * (t + np.interp(t, slow, bend)) + turn
        return oscillate(shape, cycles, self.hz * 1.05, self.rate)


def held(
    t: Wave, seconds: float, *, attack: float, release: float, fall: float = 0.0, floor: float = 1.0
) -> Wave:
    """An envelope: a rounded rise, a fall towards `floor` while held, a rounded release.

    All are seconds except `floor`, which is a gain; the release begins when the note is let go.
    """
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(t / attack, 0, 1))
    level = floor + (1 - floor) * decay(t, fall) if fall else 1.0
    let_go = 0.5 + 0.5 * np.cos(np.pi * np.clip((t - seconds) / release, 0, 1))
    out: Wave = rise * level * let_go
    return out


def damped(t: Wave, seconds: float, release: float) -> Wave:
    """One while the note is held, then a decay of 60 dB within the release."""
    out: Wave = decay(np.maximum(t - seconds, 0), release) * np.clip((t[-1] - t) / 0.004, 0, 1)
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


@lru_cache(maxsize=16)
def _room_tail(seconds: float, rate: int, seed: int) -> Wave:
    t = times(seconds, rate)
    rng = np.random.default_rng([seed, 0x52004D])
    noise = rng.standard_normal((2, t.size))
    dark = low_pass(noise, 2500, rate, 1)
    tail = (noise * decay(t, seconds * 0.45) + dark * decay(t, seconds)) * (t / 0.004).clip(0, 1)
    tail = high_pass(tail, 180, rate, 1)
    level: Wave = np.sqrt((tail**2).sum(axis=1, keepdims=True))
    return tail / level


def room(wave: Wave, *, seconds: float, mix: float, rate: int, seed: int) -> Wave:
    """The stereo wave with the reverberation of a small room, which outlasts it.

    The room is decaying noise, different for each side (Moorer, "About This Reverberation
    Business", 1979), darker as it fades and 12 ms late so that attacks stay clear.
    """
    if mix <= 0:
        return wave
    late = round(0.012 * rate)
    wet = signal.fftconvolve(wave, _room_tail(seconds, rate, seed), axes=1)
    out = np.zeros((2, late + wet.shape[1]))
    out[:, late:] = mix * wet
    out[:, : wave.shape[1]] += wave
    return out
