"""Guitars, banjo, harpsichord and plucked bowed strings, with amplifiers where they have one."""

from __future__ import annotations

import numpy as np

from clearmix_sound.instruments.bowed import CELLO, VIOLIN, through_body
from clearmix_sound.instruments.plucked import string
from clearmix_sound.instruments.tones import (
    Tone,
    Wave,
    band_pass,
    high_pass,
    low_pass,
    strike,
)


def steel_guitar(tone: Tone) -> Wave:
    """A steel-string guitar under a plectrum: bright strings on a body near 100 and 220 Hz."""
    body = string(tone, plucked_at=0.17, tilt=1.2, ring_seconds=3.6, damp_hz=1700, most=40,
                  release=0.14, stiffness=0.00005)  # fmt: skip
    t = tone.times(0.14)
    pick = high_pass(tone.rng.standard_normal(t.size), 2500, tone.rate, 1)
    body = body / np.abs(body).max() + 0.09 * tone.velocity * pick * strike(t, 0.0006, 0.018)
    body = body + 0.35 * band_pass(body, 90, 125, tone.rate, 1)
    out: Wave = body + 0.3 * band_pass(body, 190, 260, tone.rate, 1)
    return out


def jazz_guitar(tone: Tone) -> Wave:
    """An archtop through a clean amplifier with its treble turned down."""
    body = string(tone, plucked_at=0.27, tilt=1.6, ring_seconds=2.6, damp_hz=1000, most=24,
                  release=0.12)  # fmt: skip
    warmed: Wave = np.tanh(1.1 * body / np.abs(body).max())
    return low_pass(warmed, 2800, tone.rate)


def clean_guitar(tone: Tone) -> Wave:
    """An electric guitar with single coils, clean."""
    body = string(tone, plucked_at=0.11, tilt=1.05, ring_seconds=3.4, damp_hz=1900, most=34,
                  release=0.1, stiffness=0.00003)  # fmt: skip
    return low_pass(body / np.abs(body).max(), 6000, tone.rate)


def distorted_guitar(tone: Tone) -> Wave:
    """The string of an electric guitar before its amplifier, which all notes share."""
    body = string(tone, plucked_at=0.14, tilt=1.0, ring_seconds=7.0, damp_hz=1600, most=30,
                  release=0.08, stiffness=0.00003)  # fmt: skip
    out: Wave = body / np.abs(body).max()
    return out


def amplifier(sound: Wave, rate: int, start: int) -> Wave:
    """A driven valve amplifier and its cabinet: chords grind against each other in it."""
    tight = high_pass(sound, 110, rate, 1)
    driven = np.tanh(16 * tight + 0.25) - np.tanh(0.25)
    middle = driven + 0.7 * band_pass(driven, 500, 1400, rate, 1)
    out: Wave = 0.21 * low_pass(low_pass(high_pass(middle, 75, rate), 4600, rate), 6500, rate, 1)
    return out


def banjo(tone: Tone) -> Wave:
    """Steel strings on a drum's skin: sharp, thin and soon gone."""
    body = string(tone, plucked_at=0.1, tilt=0.95, ring_seconds=1.0, damp_hz=2600, most=40,
                  release=0.12, stiffness=0.00003)  # fmt: skip
    t = tone.times(0.12)
    skin = band_pass(tone.rng.standard_normal(t.size), 350, 3500, tone.rate, 1)
    body = body / np.abs(body).max() + 0.22 * skin * strike(t, 0.0008, 0.03)
    out: Wave = body + 0.6 * band_pass(body, 500, 1100, tone.rate, 1)
    return out


def harpsichord(tone: Tone) -> Wave:
    """Two choirs of brass strings, an octave apart, always plucked as hard."""
    even = Tone(tone.hz, tone.seconds, 0.8, tone.rate, tone.rng)
    body = string(even, plucked_at=0.12, tilt=0.95, ring_seconds=3.4, damp_hz=3000, most=44,
                  release=0.12, stiffness=0.00002)  # fmt: skip
    upper = Tone(2 * tone.hz, tone.seconds, 0.8, tone.rate, tone.rng)
    octave = string(upper, plucked_at=0.12, tilt=1.0, ring_seconds=2.6, damp_hz=3000, most=24,
                    release=0.12)  # fmt: skip
    t = tone.times(0.12)
    quill = high_pass(tone.rng.standard_normal(t.size), 3000, tone.rate, 1)
    choirs = body / np.abs(body).max() + 0.3 * octave / np.abs(octave).max()
    out: Wave = choirs + 0.08 * quill * strike(t, 0.0005, 0.012)
    return out


def pizzicato(tone: Tone) -> Wave:
    """A string of the violin family plucked with the finger."""
    body = string(tone, plucked_at=0.28, tilt=1.5, ring_seconds=0.9 if tone.hz > 200 else 1.4,
                  damp_hz=900, most=22, release=0.2)  # fmt: skip
    wood = through_body(body / np.abs(body).max(), VIOLIN if tone.hz > 200 else CELLO, tone.rate)
    t = tone.times(0.2)
    finger = band_pass(tone.rng.standard_normal(t.size), 200, 2000, tone.rate, 1)
    out: Wave = wood + 0.12 * finger * strike(t, 0.001, 0.035)
    return out
