"""Tones that last as long as they are held: synthesisers, organ, bowed strings, winds."""

from __future__ import annotations

import numpy as np

from clearmix_sound.instruments.tones import (
    Tone,
    Wave,
    band_pass,
    decay,
    held,
    low_pass,
    oscillate,
    strike,
)


def opening(wave: Wave, tone: Tone, openness: Wave, dark_hz: float, bright_hz: float) -> Wave:
    """The wave through a filter that `openness` (0..1 for each sample) opens.

    Three fixed filters are cross-faded, which sounds like one that moves and costs far less.
    """
    middle_hz = np.sqrt(dark_hz * bright_hz)
    dark = low_pass(wave, dark_hz, tone.rate)
    middle = low_pass(wave, middle_hz, tone.rate)
    bright = low_pass(wave, bright_hz, tone.rate)
    place = 2 * np.clip(openness, 0, 1)
    lower, upper = np.clip(1 - place, 0, 1), np.clip(place - 1, 0, 1)
    out: Wave = lower * dark + (1 - lower - upper) * middle + upper * bright
    return out


def stack(tone: Tone, shape: str, t: Wave, cents: tuple[float, ...]) -> Wave:
    """Detuned copies of one wave spread from left to right, of shape (2, frames)."""
    sides = np.zeros((2, t.size))
    for place, detune in zip(np.linspace(0.12, 0.88, len(cents)), cents, strict=True):
        angle = place * np.pi / 2
        sides += np.array([[np.cos(angle)], [np.sin(angle)]]) * tone.steady(shape, t, detune)
    out: Wave = sides / np.sqrt(len(cents))
    return out


def synth_bass(tone: Tone) -> Wave:
    """Two saws and a square an octave below through a filter that snaps shut."""
    t = tone.times(0.06)
    wave = tone.steady("saw", t, -5) + tone.steady("saw", t, 6)
    lower = Tone(tone.hz / 2, tone.seconds, tone.velocity, tone.rate, tone.rng)
    wave = 0.5 * wave + 0.45 * lower.steady("square", t)
    openness = 0.15 + (0.35 + 0.5 * tone.velocity) * decay(t, 0.55)
    wave = opening(wave, tone, openness, 160, 3800)
    out: Wave = np.tanh(1.6 * wave)
    return out * held(t, tone.seconds, attack=0.003, release=0.05, fall=1.5, floor=0.75)


def sub_bass(tone: Tone) -> Wave:
    """A sine, warmed just enough for its harmonics to be heard on small speakers."""
    t = tone.times(0.07)
    wave = np.sin(2 * np.pi * tone.hz * t) * (1 + 0.8 * decay(t, 0.12))
    out: Wave = np.tanh(1.5 * wave)
    return out * held(t, tone.seconds, attack=0.006, release=0.06, fall=4.0, floor=0.8)


def pad(tone: Tone) -> Wave:
    """Seven detuned saws that swell and open slowly."""
    t = tone.times(0.7)
    sides = stack(tone, "saw", t, (-17, -11, -5, 0, 6, 11, 16))
    drift = 0.35 + 0.25 * np.sin(2 * np.pi * (0.17 * t + tone.rng.uniform()))
    openness = drift * np.clip(t / 0.9, 0.25, 1) * (0.6 + 0.5 * tone.velocity)
    sides = opening(sides, tone, openness, 350, 5200)
    return sides * held(t, tone.seconds, attack=0.28, release=0.65)


def saw_lead(tone: Tone) -> Wave:
    """Five detuned saws, bright at the start, with a late vibrato in the middle one."""
    t = tone.times(0.16)
    sides = stack(tone, "saw", t, (-13, -7, 8, 14))
    sides += 0.6 * tone.wavering("saw", t, 14, 5.3, 0.25)
    openness = 0.35 + (0.3 + 0.35 * tone.velocity) * decay(t, 1.2)
    sides = opening(sides, tone, openness, 900, 11000)
    return sides * held(t, tone.seconds, attack=0.006, release=0.14, fall=1.6, floor=0.72)


def square_lead(tone: Tone) -> Wave:
    """A hollow square with vibrato over narrow pulses that are tuned apart on each side."""
    t = tone.times(0.1)
    wave = tone.wavering("square", t, 16, 5.6, 0.22)
    sides = np.stack([wave + 0.4 * tone.steady("pulse", t, cents) for cents in (-6, 7)])
    sides = low_pass(sides, 5200, tone.rate, 1)
    return sides * held(t, tone.seconds, attack=0.005, release=0.09, fall=1.2, floor=0.7)


def strings(tone: Tone) -> Wave:
    """Five players who neither start, tune nor waver together; louder is brighter."""
    t = tone.times(0.35)
    attack = 0.16 - 0.09 * tone.velocity
    sides = np.zeros((2, t.size))
    for place in np.linspace(0.1, 0.9, 5):
        player = Tone(tone.hz * 2 ** (tone.rng.normal(0, 5) / 1200), tone.seconds, tone.velocity,
                      tone.rate, tone.rng)  # fmt: skip
        wave = player.wavering("saw", t, 13, tone.rng.uniform(4.6, 6.1), tone.rng.uniform(0, 0.2))
        late = round(tone.rng.uniform(0, 0.02) * tone.rate)
        left, right = np.cos(place * np.pi / 2), np.sin(place * np.pi / 2)
        sides[0, late:] += left * wave[: t.size - late]
        sides[1, late:] += right * wave[: t.size - late]
    sides = low_pass(sides, 1500 + 5500 * tone.velocity, tone.rate, 1)
    return sides * held(t, tone.seconds, attack=attack, release=0.32)


def organ(tone: Tone) -> Wave:
    """Nine drawbars, key click, and a slowly turning horn that differs on each side."""
    t = tone.times(0.04)
    turn = tone.rng.uniform()
    sides = np.empty((2, t.size))
    for side in range(2):
        spin = np.sin(2 * np.pi * (0.9 * t + turn + 0.31 * side))
        cycles = 0.5 * tone.hz * (t + 0.00022 * spin)
        sides[side] = oscillate("drawbars", cycles, 0.5 * tone.hz, tone.rate) * (1 + 0.14 * spin)
    click = band_pass(tone.rng.standard_normal(t.size), 900, 5000, tone.rate, 1)
    sides += 0.25 * click * strike(t, 0.0006, 0.015)
    return sides * held(t, tone.seconds, attack=0.004, release=0.03)


def brass(tone: Tone) -> Wave:
    """Three horns: the louder, the brighter; each scoops into its note."""
    t = tone.times(0.12)
    sides = np.zeros((2, t.size))
    for place, cents in ((0.25, -6.0), (0.5, 0.0), (0.75, 7.0)):
        scoop = 1 - 0.028 * np.exp(-t / 0.028)
        waver = 0.0035 * np.clip((t - 0.3) / 0.4, 0, 1)
        waver = waver * np.sin(2 * np.pi * (5.2 * t + tone.rng.uniform()))
        hz = tone.hz * 2 ** (cents / 1200) * (scoop + waver)
        cycles = np.cumsum(hz) / tone.rate
        wave = Tone(tone.hz, tone.seconds, tone.velocity, tone.rate, tone.rng)
        reed = opened_reed(wave, cycles + tone.rng.uniform(), t)
        sides += np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]]) * reed
    return sides * held(t, tone.seconds, attack=0.035, release=0.11, fall=1.4, floor=0.8)


def opened_reed(tone: Tone, cycles: Wave, t: Wave) -> Wave:
    """A lip-reed wave whose treble follows the effort of the blow."""
    effort = np.clip(t / 0.06, 0, 1) * (0.35 + 0.55 * tone.velocity) + 0.25 * decay(t, 0.3)
    return opening(oscillate("reed", cycles, tone.hz, tone.rate), tone, effort, 500, 7000)


def flute(tone: Tone) -> Wave:
    """Few harmonics, a vibrato of loudness more than pitch, and breath."""
    t = tone.times(0.12)
    wave = tone.wavering("soft", t, 9, 5.0, 0.25)
    wave = wave + 0.22 * tone.velocity * tone.wavering("hollow", t, 9, 5.0, 0.25)
    swell = 1 + 0.16 * np.clip((t - 0.25) / 0.4, 0, 1) * np.sin(2 * np.pi * 5.0 * t)
    breath = tone.rng.standard_normal(t.size)
    airy = band_pass(breath, tone.hz * 0.9, tone.hz * 2.4, tone.rate, 1)
    chiff = band_pass(breath, 2200, 7500, tone.rate, 1) * (0.02 + 0.14 * strike(t, 0.01, 0.12))
    out: Wave = (wave * swell + 0.06 * airy + chiff) * held(
        t, tone.seconds, attack=0.045, release=0.11
    )
    return out
