"""Solo bowed strings: a stick-slip wave through the body of the instrument, with a bow that bites.

The string under a bow moves as a sawtooth (Helmholtz, "On the Sensations of Tone", 1862); what one
hears of it is the body. Resonances after Fletcher and Rossing, "The Physics of Musical
Instruments", chapter 10: air, main wood, and the bridge hill between 2 and 3 kHz.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import signal

from clearmix_sound.instruments.tones import (
    Tone,
    Wave,
    band_pass,
    held,
    high_pass,
    low_pass,
    strike,
)

Body = tuple[tuple[float, float, float], ...]
"""Frequency in hertz, bandwidth in hertz and gain of each resonance."""

VIOLIN: Body = ((275, 40, 1.0), (460, 60, 1.3), (550, 70, 1.1), (900, 200, 0.6), (2400, 1100, 0.9),
                (3400, 1200, 0.4))  # fmt: skip
VIOLA: Body = ((230, 40, 1.1), (370, 60, 1.3), (480, 80, 1.0), (1000, 300, 0.6), (1900, 900, 0.7))
CELLO: Body = ((102, 25, 1.2), (175, 35, 1.3), (250, 60, 1.0), (480, 150, 0.7), (1300, 700, 0.6),
               (2300, 900, 0.3))  # fmt: skip
CONTRABASS: Body = ((62, 18, 1.2), (98, 25, 1.3), (170, 50, 0.9), (420, 180, 0.5), (1000, 600, 0.4))

DIRECT = 0.3
"""How much of the string is heard beside the body."""


@lru_cache(maxsize=32)
def _resonances(body: Body, rate: int) -> tuple[tuple[Wave, Wave], ...]:
    pairs = []
    for hz, width_hz, gain in body:
        radius = np.exp(-np.pi * width_hz / rate)
        turn = np.cos(2 * np.pi * hz / rate)
        pairs.append(
            (
                np.array([gain * (1 - radius), 0.0, -gain * (1 - radius)]),
                np.array([1.0, -2 * radius * turn, radius * radius]),
            )
        )
    return tuple(pairs)


def through_body(wave: Wave, body: Body, rate: int) -> Wave:
    """The string's wave as a wooden body radiates it."""
    out: Wave = DIRECT * wave
    for upper, lower in _resonances(body, rate):
        out = out + signal.lfilter(upper, lower, wave)
    return out


def bowed(tone: Tone, *, body: Body, bright_hz: float, vibrato_hz: float) -> Wave:
    """One string under a bow: harder is brighter and bites sooner; vibrato comes late."""
    t = tone.times(0.16)
    wave = tone.wavering("saw", t, 15, vibrato_hz * tone.rng.uniform(0.95, 1.05), 0.16)
    wave = low_pass(wave, bright_hz * (0.45 + 0.75 * tone.velocity), tone.rate, 1)
    rosin = band_pass(tone.rng.standard_normal(t.size), 1800, 7500, tone.rate)
    wave = wave + rosin * (0.012 + 0.09 * tone.velocity * strike(t, 0.01, 0.12))
    out = high_pass(through_body(wave, body, tone.rate), 0.6 * tone.hz, tone.rate)
    return out * held(t, tone.seconds, attack=0.085 - 0.05 * tone.velocity, release=0.14,
                      fall=1.8, floor=0.82)  # fmt: skip


def violin(tone: Tone) -> Wave:
    """A violin."""
    return bowed(tone, body=VIOLIN, bright_hz=6500, vibrato_hz=5.6)


def viola(tone: Tone) -> Wave:
    """A viola: darker than its pitch."""
    return bowed(tone, body=VIOLA, bright_hz=4800, vibrato_hz=5.3)


def cello(tone: Tone) -> Wave:
    """A cello."""
    return bowed(tone, body=CELLO, bright_hz=4200, vibrato_hz=5.0)


def contrabass(tone: Tone) -> Wave:
    """A double bass under the bow."""
    return bowed(tone, body=CONTRABASS, bright_hz=2600, vibrato_hz=4.6)
