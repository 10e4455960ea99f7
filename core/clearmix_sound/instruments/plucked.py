"""Plucked and struck strings, struck bars: damped partials, as strings and bars ring.

Gains follow where a string is plucked and how hard; each partial has its own decay, the higher the
shorter (Karplus and Strong, "Digital Synthesis of Plucked-String and Drum Timbres", 1983; Fletcher
and Rossing, "The Physics of Musical Instruments", chapters 9 and 12).
"""

from __future__ import annotations

import numpy as np

from clearmix_sound.instruments.tones import (
    Tone,
    Wave,
    band_pass,
    damped,
    decay,
    high_pass,
    low_pass,
    partials,
    strike,
)


def string(
    tone: Tone, *, plucked_at: float, tilt: float, ring_seconds: float, damp_hz: float,
    most: int, release: float, stiffness: float = 0.0,
) -> Wave:  # fmt: skip
    """A plucked string: `plucked_at` is the place along it, `tilt` the loss towards the treble.

    `damp_hz` is the frequency at which a partial rings half as long; `stiffness` is the
    inharmonicity B of f_n = n f_1 sqrt(1 + B n²).
    """
    t = tone.times(release)
    order = np.arange(1.0, min(most, int(0.45 * tone.rate / tone.hz)) + 1)
    hz = tone.hz * order * np.sqrt(1 + stiffness * order**2)
    gains = np.abs(np.sin(np.pi * order * plucked_at * tone.rng.uniform(0.94, 1.06))) + 0.02
    gains *= order ** -(tilt - 0.55 * tone.velocity)
    rings = ring_seconds / (1 + (hz / damp_hz) ** 1.2)
    body = partials(t, hz, gains, rings, _phases(tone, order.size))
    return body * np.clip(t / 0.0012, 0, 1) * damped(t, tone.seconds, release)


def _phases(tone: Tone, count: int) -> Wave:
    return tone.rng.uniform(-np.pi, np.pi, count)


def finger_bass(tone: Tone) -> Wave:
    """An electric bass played with the fingers, a little compressed by its amplifier."""
    body = string(tone, plucked_at=0.19, tilt=1.35, ring_seconds=4.5, damp_hz=520, most=28,
                  release=0.09)  # fmt: skip
    t = tone.times(0.09)
    finger = band_pass(tone.rng.standard_normal(t.size), 300, 2200, tone.rate, 1)
    body = body / np.abs(body).max() + 0.12 * tone.velocity * finger * strike(t, 0.001, 0.04)
    out: Wave = np.tanh(1.5 * body)
    return low_pass(out, 3600, tone.rate)


def upright_bass(tone: Tone) -> Wave:
    """A double bass plucked near the end of its fingerboard, with the thump of its body.

    Below its air resonance near 65 Hz a body radiates little: one hears the octave of a low E.
    """
    body = string(tone, plucked_at=0.31, tilt=1.75, ring_seconds=2.4, damp_hz=330, most=20,
                  release=0.12)  # fmt: skip
    body = high_pass(body, 65, tone.rate)
    t = tone.times(0.12)
    thump = band_pass(tone.rng.standard_normal(t.size), 70, 900, tone.rate, 1)
    body = body / np.abs(body).max() + 0.3 * thump * strike(t, 0.002, 0.07)
    out: Wave = body + 0.5 * band_pass(body, 90, 190, tone.rate, 1)
    return out


def pluck(tone: Tone) -> Wave:
    """A bright steel string, or a kalimba when short: even and clear."""
    return string(tone, plucked_at=0.13, tilt=1.15, ring_seconds=2.6, damp_hz=2200, most=36,
                  release=0.25, stiffness=0.00004)  # fmt: skip


def nylon_guitar(tone: Tone) -> Wave:
    """A classical guitar: warm strings on a body that sings near 100 and 200 Hz."""
    body = string(tone, plucked_at=0.24, tilt=1.5, ring_seconds=3.2, damp_hz=900, most=32,
                  release=0.16)  # fmt: skip
    t = tone.times(0.16)
    nail = high_pass(tone.rng.standard_normal(t.size), 1500, tone.rate, 1) * strike(t, 0.0008, 0.03)
    body = body / np.abs(body).max() + 0.05 * tone.velocity * nail
    body = body + 0.45 * band_pass(body, 95, 125, tone.rate, 1)
    out: Wave = body + 0.35 * band_pass(body, 185, 260, tone.rate, 1)
    return out


def piano(tone: Tone) -> Wave:
    """Two or three stiff strings a key, a hammer, and an aftersound that outlasts the attack.

    A felt hammer damps what swings faster than it rebounds: the higher the key and the softer the
    blow, the fewer partials (Fletcher and Rossing, "The Physics of Musical Instruments", 12.4). The
    strings of a key begin together and drift apart, so that the sides agree on what they play.
    """
    t = tone.times(0.28)
    most = int(np.clip(0.45 * tone.rate / tone.hz, 1, 10 + 16 * (220 / tone.hz) ** 0.4))
    order = np.arange(1.0, most + 1)
    stiffness = 0.00028 * (tone.hz / 261.6) ** 1.3
    hz = tone.hz * order * np.sqrt(1 + stiffness * order**2)
    gains = np.exp(-order / ((1.1 + 2.4 * tone.velocity) * (261.6 / tone.hz) ** 0.6))
    gains = gains * (np.abs(np.sin(np.pi * order * 0.121)) + 0.06) + 0.012 * tone.velocity / order
    rings = 9.0 * (261.6 / tone.hz) ** 0.55 / (1 + (hz / 3800) ** 1.1)
    phases = _phases(tone, most)
    slow = partials(t, hz * 2 ** (-0.1 / 1200), gains * 0.32, rings, phases)
    left, right = (
        partials(t, hz * 2 ** (cents / 1200), gains, rings * 0.48, phases) for cents in (-0.4, 0.5)
    )
    sides = np.stack([0.85 * left + 0.15 * right + slow, 0.15 * left + 0.85 * right + slow])
    knock = band_pass(tone.rng.standard_normal(t.size), 180, 2400, tone.rate, 1)
    knock *= strike(t, 0.0008, 0.045)
    sides = sides / np.abs(sides).max() + 0.07 * (0.3 + tone.velocity) * knock
    lean = np.clip(np.log2(tone.hz / 330) * 0.12, -0.25, 0.25)  # low strings left, high ones right
    sides *= np.array([[1 - lean], [1 + lean]])
    out: Wave = sides * np.clip(t / 0.0015, 0, 1) * damped(t, tone.seconds, 0.28)
    return out


def electric_piano(tone: Tone) -> Wave:
    """A struck tine by frequency modulation, its bark growing with velocity.

    Carrier and modulator at 1:1 for the tone bar, 1:14 for the tine (Chowning, "The Synthesis of
    Complex Audio Spectra by Means of Frequency Modulation", 1973).
    """
    t = tone.times(0.2)
    low = (261.6 / tone.hz) ** 0.4
    turn = 2 * np.pi * tone.hz * t
    index = (0.25 + 1.75 * tone.velocity**1.5) * low
    bar = np.sin(turn + index * decay(t, 1.6) * np.sin(turn * 1.0007))
    tine_hz = 14.0 if tone.hz * 15 < 0.45 * tone.rate else 5.0
    tine = np.sin(turn + 0.9 * tone.velocity * decay(t, 0.35) * np.sin(turn * tine_hz))
    body = 0.8 * bar * decay(t, 5.5 * low) + 0.35 * tine * decay(t, 3.2 * low)
    thud = low_pass(tone.rng.standard_normal(t.size), 500, tone.rate) * strike(t, 0.002, 0.05)
    out: Wave = (body + 0.25 * tone.velocity * thud) * np.clip(t / 0.002, 0, 1)
    return out * damped(t, tone.seconds, 0.2)


def bell(tone: Tone) -> Wave:
    """A cast bell above its strike note: hum, prime, tierce, quint, nominal and upper partials."""
    t = tone.times(1.4)
    ratios = np.array([0.5, 1.0, 1.002, 1.183, 1.506, 2.0, 2.514, 3.011, 4.166, 5.433])
    gains = np.array([0.35, 0.8, 0.5, 0.28, 0.2, 0.6, 0.3, 0.25, 0.18, 0.1])
    gains[5:] *= 0.4 + 0.6 * tone.velocity
    rings = np.array([5.0, 4.2, 4.0, 2.6, 2.0, 2.2, 1.4, 1.1, 0.7, 0.5]) * (440 / tone.hz) ** 0.3
    body = partials(t, tone.hz * ratios, gains, rings, tone.rng.uniform(0, 0.6, ratios.size))
    return body * np.clip(t / 0.001, 0, 1) * damped(t, tone.seconds + 0.5, 0.9)
