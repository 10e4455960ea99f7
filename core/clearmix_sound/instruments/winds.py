"""Reeds and brass: a wave whose treble follows the breath, through a bore and a bell.

What tells the instruments apart is the spectrum by effort, the formants of the bell or the mute,
and how a note speaks (Fletcher and Rossing, "The Physics of Musical Instruments", chapters 14, 15).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearmix_sound.instruments.bowed import Body, through_body
from clearmix_sound.instruments.sustained import opening, stack
from clearmix_sound.instruments.tones import (
    Tone,
    Wave,
    band_pass,
    decay,
    held,
    high_pass,
    low_pass,
    oscillate,
    strike,
)


@dataclass(frozen=True)
class Bore:
    """How one wind instrument sounds; `effort` is how far a soft note already opens its treble."""

    shape: str
    dark_hz: float
    bright_hz: float
    effort: float
    attack: float
    breath: float
    scoop: float = 0.0
    vibrato_cents: float = 9.0
    vibrato_hz: float = 5.1
    bell: Body = ()


CLARINET = Bore("chalumeau", 900, 5200, 0.35, 0.04, 0.02, vibrato_cents=3.0,
                bell=((1500, 900, 0.5),))  # fmt: skip
OBOE = Bore("reed", 1200, 6500, 0.5, 0.03, 0.015, vibrato_cents=11.0,
            bell=((1050, 250, 1.6), (2900, 700, 0.7)))  # fmt: skip
SAXOPHONE = Bore("reed", 650, 6000, 0.35, 0.032, 0.05, scoop=0.02, vibrato_cents=16.0,
                 vibrato_hz=4.9,
                 bell=((420, 220, 0.9), (1150, 400, 1.0), (2500, 700, 0.5)))  # fmt: skip
TRUMPET = Bore("reed", 700, 9000, 0.35, 0.03, 0.012, scoop=0.018, vibrato_cents=9.0,
               bell=((1200, 500, 0.9), (2300, 900, 0.6)))  # fmt: skip
MUTED = Bore("reed", 1300, 8000, 0.4, 0.028, 0.02, scoop=0.015, vibrato_cents=11.0,
             bell=((1650, 260, 2.2), (3300, 500, 1.4)))  # fmt: skip
TROMBONE = Bore("reed", 420, 5200, 0.35, 0.04, 0.012, scoop=0.025, vibrato_cents=8.0,
                bell=((520, 260, 1.0), (1500, 700, 0.4)))  # fmt: skip
HORN = Bore("reed", 330, 2400, 0.3, 0.05, 0.01, scoop=0.012, vibrato_cents=3.0,
            bell=((380, 200, 1.0), (720, 400, 0.4)))  # fmt: skip
TUBA = Bore("reed", 220, 1500, 0.35, 0.045, 0.01, scoop=0.012, vibrato_cents=2.0,
            bell=((240, 140, 1.0), (450, 300, 0.4)))  # fmt: skip


def blown(tone: Tone, bore: Bore) -> Wave:
    """A note of one player."""
    t = tone.times(0.1)
    return _spoken(tone, bore, t, _blow(tone, bore, t, 0.0))


def section(tone: Tone, bore: Bore) -> Wave:
    """Three players of one part, who neither tune nor waver together."""
    t = tone.times(0.1)
    sides = np.zeros((2, t.size))
    for place, cents in ((0.2, -5.0), (0.5, 0.0), (0.8, 6.0)):
        weights = np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]])
        sides += weights * _blow(tone, bore, t, cents)
    return _spoken(tone, bore, t, sides)


def _blow(tone: Tone, bore: Bore, t: Wave, cents: float) -> Wave:
    """The wave of one player at the reed: it scoops into its note and wavers when it is held."""
    slow = np.arange(0, t[-1] + 0.02, 0.01)
    late = np.clip((slow - 0.28) / 0.35, 0, 1)
    turn = tone.rng.uniform()
    waver = late * np.sin(2 * np.pi * (bore.vibrato_hz * slow + turn))
    bend = bore.vibrato_cents / 1200 * np.log(2) * waver - bore.scoop * np.exp(-slow / 0.03)
    hz = tone.hz * 2 ** (cents / 1200)
    cycles = hz * (t + np.interp(t, slow, np.cumsum(bend) * 0.01)) + turn
    return oscillate(bore.shape, cycles, hz * 1.03, tone.rate)


def _spoken(tone: Tone, bore: Bore, t: Wave, reeds: Wave) -> Wave:
    """What the bore, the breath and the bell make of it."""
    effort = np.clip(t / 0.07, 0, 1) * (bore.effort + 0.5 * tone.velocity) + 0.2 * decay(t, 0.25)
    dark_hz, bright_hz = max(bore.dark_hz, 1.2 * tone.hz), max(bore.bright_hz, 3 * tone.hz)
    wave = opening(reeds, tone, effort, dark_hz, bright_hz)
    air = band_pass(tone.rng.standard_normal(t.size), 900, 6000, tone.rate, 1)
    wave = wave + air * (bore.breath + 2.5 * bore.breath * strike(t, 0.012, 0.1))
    wave = through_body(wave, bore.bell, tone.rate)
    return wave * held(t, tone.seconds, attack=bore.attack, release=0.09, fall=1.5, floor=0.85)


def accordion(tone: Tone) -> Wave:
    """Two reeds tuned a little apart, under a bellows."""
    t = tone.times(0.07)
    sides = stack(tone, "reed", t, (-5.0, 0.0, 7.0))
    bellows = 1 + 0.05 * np.sin(2 * np.pi * (0.8 * t + tone.rng.uniform()))
    sides = through_body(low_pass(sides, 5200, tone.rate, 1), ((650, 500, 0.8), (1800, 900, 0.7)),
                         tone.rate)  # fmt: skip
    return sides * bellows * held(t, tone.seconds, attack=0.03, release=0.06)


def pipe_organ(tone: Tone) -> Wave:
    """Principals at 8', 4' and 2' over a 16' flute, with the chiff of their mouths."""
    t = tone.times(0.28)
    sides = np.zeros((2, t.size))
    for ratio, gain, place in (
        (0.5, 0.4, 0.35),
        (1.0, 1.0, 0.6),
        (2.0, 0.5, 0.4),
        (4.0, 0.22, 0.6),
    ):
        if tone.hz * ratio > 0.4 * tone.rate:
            continue
        rank = Tone(tone.hz * ratio, tone.seconds, tone.velocity, tone.rate, tone.rng)
        pipe = rank.steady("hollow" if ratio < 1 else "soft", t, tone.rng.normal(0, 1.2))
        pipe = pipe + 0.25 * rank.steady("reed", t, 0.0) * (ratio == 1.0)
        sides += gain * np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]]) * pipe
    chiff = high_pass(tone.rng.standard_normal(t.size), 1800, tone.rate, 1) * strike(t, 0.008, 0.09)
    return (sides + 0.05 * chiff) * held(t, tone.seconds, attack=0.028, release=0.26)
