"""The voices of an old games console: narrow pulses, a stepped triangle, sixteen loudnesses."""

from __future__ import annotations

import numpy as np

from clearmix_sound.instruments.tones import Tone, Wave, held, low_pass

LOUDNESSES = 15
"""Steps of a console's volume register."""


def _stepped(level: Wave) -> Wave:
    steps: Wave = np.round(level * LOUDNESSES) / LOUDNESSES
    return steps


def pulse_lead(tone: Tone) -> Wave:
    """A quarter pulse with late vibrato, falling in audible steps."""
    t = tone.times(0.03)
    wave = tone.wavering("quarter", t, 22, 6.0, 0.2)
    level = _stepped(np.maximum(0.45, 1 - 0.7 * t / max(tone.seconds, 0.3)))
    return wave * level * held(t, tone.seconds, attack=0.003, release=0.025)


def pulse_chord(tone: Tone) -> Wave:
    """A thin eighth pulse that is gone quickly, for broken chords."""
    t = tone.times(0.03)
    level = _stepped(np.maximum(0.2, 1 - 2.5 * t))
    return tone.steady("eighth", t) * level * held(t, tone.seconds, attack=0.003, release=0.025)


def triangle_bass(tone: Tone) -> Wave:
    """A triangle in thirty-two steps, always as loud as it gets."""
    t = tone.times(0.03)
    turn = (tone.hz * t + tone.rng.uniform()) % 1.0
    stairs = np.round(15 * (4 * np.abs(turn - 0.5) - 1)) / 15
    out: Wave = low_pass(stairs, 9000, tone.rate, 1)
    return out * held(t, tone.seconds, attack=0.003, release=0.025)
