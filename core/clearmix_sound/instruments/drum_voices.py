"""How single drums are made: membranes, snares, cymbals, claps, bells and rattles.

Each voice is a function of a `Stroke`; its other arguments are what a kit tunes. The recipes follow
Gordon Reid's "Synth Secrets" on drums and cymbals (Sound on Sound, 2002) and, for the machines, the
circuits that he describes there: a swept sine for the kick, two modes with rattling noise for the
snare, clusters of inharmonic oscillators for metal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix_sound.instruments.tones import (
    Wave,
    band_pass,
    decay,
    glide,
    high_pass,
    low_pass,
    partials,
    strike,
    times,
)

MEMBRANE_MODES = np.array([1.0, 1.594, 2.136, 2.296, 2.653, 2.918])
"""Mode frequencies of an ideal circular membrane over its lowest (zeros of Bessel functions)."""

METAL_808_HZ = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])
"""The six square-wave oscillators behind the hats and cymbals of the classic drum machine."""


@dataclass(frozen=True)
class Stroke:
    """One stroke on a drum: how hard (0..1), at which rate, with which random differences."""

    velocity: float
    rate: int
    rng: np.random.Generator

    def noise(self, frames: int, channels: int = 0) -> Wave:
        """White noise of shape (frames,), or (channels, frames)."""
        return self.rng.standard_normal((channels, frames) if channels else frames)

    def about(self, value: float, spread: float = 0.012) -> float:
        """The value, a little off, as no two strokes are the same."""
        return float(value * (1 + spread * self.rng.uniform(-1, 1)))


def kick(
    s: Stroke, *, pitch_hz: float, start_hz: float, sweep_seconds: float, ring_seconds: float,
    click: float, drive: float = 1.0, skin: float = 0.0,
) -> Wave:  # fmt: skip
    """A falling sine with a beater's click; `skin` adds the overtones of a real drum head."""
    t = times(ring_seconds * 1.1, s.rate)
    start = pitch_hz + (start_hz - pitch_hz) * (0.5 + 0.5 * s.velocity)
    body = np.sin(glide(t, start, s.about(pitch_hz, 0.004), sweep_seconds, s.rate))
    body *= strike(t, 0.0008, ring_seconds)
    if skin:
        modes = pitch_hz * 1.02 * MEMBRANE_MODES[1:]
        rings = ring_seconds * 0.4 / np.arange(1, modes.size + 1)
        gains = skin / np.arange(1.0, modes.size + 1) * s.rng.uniform(0.6, 1, modes.size)
        body += partials(t, modes, gains, rings, np.zeros(modes.size))
    beater = band_pass(s.noise(t.size), 1500, 6500, s.rate, 1) * strike(t, 0.0003, 0.03)
    body += click * (0.3 + 0.7 * s.velocity) * beater
    out: Wave = np.tanh(drive * body) / np.tanh(drive)
    return out


def snare(
    s: Stroke, *, pitch_hz: float, ring_seconds: float, snap_seconds: float, snap: float,
    snap_hz: tuple[float, float], drop: float = 1.25,
) -> Wave:  # fmt: skip
    """Two modes of the head with the rattle of the wires, which a harder stroke brightens."""
    t = times(max(ring_seconds, snap_seconds) * 1.15, s.rate)
    pitch = s.about(pitch_hz)
    head = np.sin(glide(t, pitch * drop, pitch, 0.012, s.rate)) * strike(t, 0.0006, ring_seconds)
    head += (
        0.55
        * np.sin(glide(t, pitch * 1.78 * drop, pitch * 1.78, 0.01, s.rate))
        * strike(t, 0.0006, ring_seconds * 0.6)
    )
    low, high = snap_hz
    wires = band_pass(s.noise(t.size), low, high * (0.55 + 0.45 * s.velocity), s.rate, 1)
    wires *= 0.7 * strike(t, 0.0004, snap_seconds) + 0.5 * strike(t, 0.0003, snap_seconds * 0.25)
    stick = high_pass(s.noise(t.size), 3000, s.rate, 1) * strike(t, 0.0002, 0.012)
    return np.tanh(1.4 * (0.75 * head + snap * wires + 0.3 * s.velocity * stick))


def swish(s: Stroke, *, seconds: float, low_hz: float, high_hz: float, tap: float) -> Wave:
    """A brush over a snare head: a soft tap that spreads into a swept hiss."""
    t = times(seconds, s.rate)
    hiss = band_pass(s.noise(t.size, 2), low_hz, high_hz, s.rate, 1)
    hiss *= strike(t, 0.004, seconds * 0.9) + 0.25 * np.sin(np.pi * t / t[-1]) ** 2
    head = np.sin(glide(t, 240, 195, 0.015, s.rate)) * strike(t, 0.002, 0.16)
    bristles = high_pass(s.noise(t.size), 1800, s.rate, 1) * strike(t, 0.0006, 0.06)
    return hiss * 0.5 + tap * (0.7 * head + 0.6 * bristles) * (0.35 + 0.65 * s.velocity)


def tom(
    s: Stroke, *, pitch_hz: float, ring_seconds: float, skin: float = 0.35, drop: float = 1.3
) -> Wave:
    """A membrane whose pitch settles as the stroke's tension leaves it."""
    t = times(ring_seconds * 1.1, s.rate)
    pitch = s.about(pitch_hz, 0.006)
    body = np.sin(glide(t, pitch * (1 + (drop - 1) * s.velocity), pitch, 0.06, s.rate))
    body *= strike(t, 0.001, ring_seconds)
    modes = pitch * MEMBRANE_MODES[1:]
    gains = skin / np.arange(1.0, modes.size + 1) * s.rng.uniform(0.5, 1, modes.size)
    body += partials(t, modes, gains, ring_seconds * 0.35 * np.ones(modes.size), np.zeros(5))
    stick = band_pass(s.noise(t.size), 900, 5000, s.rate, 1) * strike(t, 0.0004, 0.03)
    return body + 0.5 * s.velocity * stick


def metal(
    s: Stroke, *, ring_seconds: float, low_hz: float, high_hz: float, tuned: float,
    wash_seconds: float = 0.0, ping_hz: float = 0.0, modes: int = 36,
) -> Wave:  # fmt: skip
    """Hats and cymbals: bright noise, a cluster of inharmonic modes, a slower darker wash."""
    longest = max(ring_seconds, wash_seconds)
    t = times(longest * 1.05, s.rate)
    hiss = band_pass(s.noise(t.size, 2), low_hz, high_hz, s.rate)
    hiss *= strike(t, 0.0006, ring_seconds * (0.7 + 0.3 * s.velocity))
    if wash_seconds:
        swell = 1 - np.exp(-t / 0.03)
        wash = band_pass(s.noise(t.size, 2), low_hz * 0.45, high_hz * 0.6, s.rate, 1)
        hiss += 0.6 * wash * swell * decay(t, wash_seconds)
    hz = np.geomspace(low_hz * 0.6, min(high_hz, 0.45 * s.rate), modes)
    hz *= s.rng.uniform(0.97, 1.03, modes)
    rings = longest * s.rng.uniform(0.35, 0.9, modes) * (low_hz / hz) ** 0.25
    gains = s.rng.uniform(0.3, 1.0, modes) * tuned / np.sqrt(modes)
    ringing = partials(t, hz, gains, rings, s.rng.uniform(0, 2 * np.pi, modes))
    ringing *= np.clip(t / 0.0008, 0, 1)
    out = hiss + ringing
    if ping_hz:
        bell = ping_hz * np.array([1.0, 1.47, 2.09, 2.56, 3.13, 4.3])
        tones = partials(t, bell, 0.5 / np.arange(1.0, 7), longest * 0.5 * np.ones(6), np.zeros(6))
        out = out + tones * np.clip(t / 0.0008, 0, 1)
    return out


def squares(
    s: Stroke, *, ring_seconds: float, low_hz: float, high_hz: float, hz: Wave = METAL_808_HZ,
    tune: float = 1.0,
) -> Wave:  # fmt: skip
    """Machine metal: square waves (summed to below half the rate), filtered and gated."""
    t = times(ring_seconds * 1.1, s.rate)
    top = min(high_hz * 1.3, 0.47 * s.rate)
    out = np.zeros_like(t)
    for base in hz * tune:
        orders = np.arange(1, max(2, int(top / base)), 2)
        orders = orders[orders * base > low_hz * 0.5]
        phases = s.rng.uniform(0, 2 * np.pi)
        for order in orders:
            out += np.sin(order * (2 * np.pi * base * t + phases)) / order
    out = band_pass(out, low_hz, high_hz, s.rate)
    return out * strike(t, 0.0005, ring_seconds)


def clap(s: Stroke, *, low_hz: float, high_hz: float, tail_seconds: float, hands: int = 4) -> Wave:
    """Several hands a few milliseconds apart, then the room they are in."""
    t = times(tail_seconds * 1.2, s.rate)
    envelope = 0.55 * strike(t, 0.001, tail_seconds)
    starts = np.concatenate(([0.0], np.sort(s.rng.uniform(0.006, 0.028, hands - 1))))
    sides = np.empty((2, t.size))
    for side in range(2):
        bursts = envelope.copy()
        for start in starts * (1 + 0.06 * side):
            since = np.maximum(t - start, 0)
            bursts += (t >= start) * strike(since, 0.0004, 0.035)
        sides[side] = band_pass(s.noise(t.size), low_hz, high_hz, s.rate, 1) * bursts
    return sides


def wood(s: Stroke, *, hz: tuple[float, ...], ring_seconds: float, knock: float) -> Wave:
    """A stick on a rim, a block or a bell: a few short tuned modes and a knock."""
    t = times(max(ring_seconds, 0.03) * 1.3, s.rate)
    modes = s.about(1.0, 0.006) * np.array(hz)
    gains = 1 / np.arange(1.0, modes.size + 1)
    tones = partials(t, modes, gains, ring_seconds * np.ones(modes.size), np.zeros(modes.size))
    tones *= np.clip(t / 0.0003, 0, 1)
    return tones + knock * high_pass(s.noise(t.size), 1200, s.rate, 1) * strike(t, 0.0002, 0.02)


def bell(s: Stroke, *, hz: tuple[float, float], ring_seconds: float) -> Wave:
    """A cowbell: two square-like tones, a loud start and a longer ring."""
    t = times(ring_seconds * 1.1, s.rate)
    out = np.zeros_like(t)
    for base in hz:
        for order in range(1, max(2, int(9000 / base)), 2):
            out += np.sin(2 * np.pi * base * order * t) / order
    envelope = 0.6 * strike(t, 0.0006, ring_seconds * 0.2) + 0.5 * strike(t, 0.0006, ring_seconds)
    return band_pass(out, hz[0] * 0.8, 5500, s.rate, 1) * envelope


def conga(s: Stroke, *, pitch_hz: float, ring_seconds: float) -> Wave:
    """A hand on skin: a tuned head with a soft slap."""
    t = times(ring_seconds * 1.1, s.rate)
    pitch = s.about(pitch_hz, 0.008)
    head = np.sin(glide(t, pitch * 1.06, pitch, 0.02, s.rate)) * strike(t, 0.0012, ring_seconds)
    modes = pitch * MEMBRANE_MODES[1:4]
    gains = np.array([0.4, 0.25, 0.15]) * (0.4 + 0.6 * s.velocity)
    head += partials(t, modes, gains, ring_seconds * np.array([0.4, 0.25, 0.2]), np.zeros(3))
    slap = band_pass(s.noise(t.size), 700, 4500, s.rate, 1) * strike(t, 0.0005, 0.035)
    return head + 0.7 * s.velocity**2 * slap


def shaker(s: Stroke, *, seconds: float, low_hz: float, high_hz: float, grains: int = 60) -> Wave:
    """Grains that fall within one throw of the hand; half are thrown at its start."""
    t = times(seconds, s.rate)
    falls = np.concatenate(([0.0], np.abs(s.rng.normal(0.0, seconds * 0.22, grains - 1))))
    pulses = np.zeros(t.size)
    at = np.minimum((falls * s.rate).astype(int), t.size - 1)
    np.add.at(pulses, at, s.rng.uniform(0.3, 1.0, grains) * s.rng.choice([-1.0, 1.0], grains))
    texture = band_pass(pulses, low_hz, high_hz, s.rate, 1)
    hiss = band_pass(s.noise(t.size), low_hz, high_hz, s.rate, 1) * strike(t, 0.003, seconds)
    return texture * 3 + 0.5 * hiss


def tambourine(s: Stroke, *, ring_seconds: float) -> Wave:
    """Small jingles: clusters of high modes struck twice within a few milliseconds."""
    t = times(ring_seconds * 1.2, s.rate)
    hz = s.rng.uniform(4200, 13500, 30)
    rings = ring_seconds * s.rng.uniform(0.3, 0.9, 30)
    tones = partials(t, hz, s.rng.uniform(0.2, 0.6, 30), rings, s.rng.uniform(0, 6.28, 30))
    again = np.clip((t - 0.018) / 0.001, 0, 1)
    hiss = high_pass(s.noise(t.size), 5500, s.rate) * strike(t, 0.0006, ring_seconds * 0.4)
    return (0.35 * tones * np.clip(t / 0.0006, 0, 1) * (0.6 + 0.4 * again)) + 0.6 * hiss


def console_noise(s: Stroke, *, seconds: float, hold: int, short: bool = False) -> Wave:
    """Shift-register noise of a games console: random signs, held; `short` loops and buzzes."""
    t = times(seconds, s.rate)
    hold = max(1, round(hold * s.rate / 44100))
    signs = s.rng.choice([-1.0, 1.0], t.size // hold + 2)
    if short:
        signs = np.resize(signs[:93], signs.size)
    steps = np.ceil(15 * decay(t, seconds)) / 15  # a four-bit volume register
    return low_pass(np.repeat(signs, hold)[: t.size] * steps, 15000, s.rate, 1)


def console_drop(s: Stroke, *, start_hz: float, end_hz: float, seconds: float) -> Wave:
    """A triangle wave whose pitch falls in steps, as sixteen-level hardware plays it."""
    t = times(seconds, s.rate)
    stepped = np.floor(t * 60) / 60
    pitch = end_hz + (start_hz - end_hz) * np.exp(-stepped / (seconds * 0.2))
    phase = np.cumsum(pitch) / s.rate
    triangle = 4 * np.abs((phase + 0.25) % 1.0 - 0.5) - 1
    fade = np.clip((t[-1] - t) / 0.01, 0, 1)
    out: Wave = np.round(triangle * 7.5) / 7.5 * fade
    return out
