"""Several singers of one part, note by note, before and behind the vowel that they share."""

from __future__ import annotations

import numpy as np

from clearmix_sound.instruments.tones import Tone, Wave, band_pass, held
from clearmix_sound.instruments.vowels import mouth

AIR = 0.08
"""How much of many throats is heard above what mouths shape: sibilants and breath."""


def choir_voice(tone: Tone) -> Wave:
    """Five singers of one part on their way to a common vowel, before the mouth."""
    t = tone.times(0.4)
    sides = np.zeros((2, t.size))
    for place in np.linspace(0.08, 0.92, 5):
        singer = Tone(tone.hz * 2 ** (tone.rng.normal(0, 7) / 1200), tone.seconds, tone.velocity,
                      tone.rate, tone.rng)  # fmt: skip
        wave = singer.wavering("glottis", t, 22, tone.rng.uniform(4.7, 5.9), 0.15)
        sides += np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]]) * wave
    breath = band_pass(tone.rng.standard_normal((2, t.size)), 1500, 7000, tone.rate, 1)
    return (sides + 0.12 * breath) * held(t, tone.seconds, attack=0.13, release=0.38)


def doo_voice(tone: Tone) -> Wave:
    """Three singers who touch a note and let it fade, before the mouth."""
    t = tone.times(0.25)
    sides = np.zeros((2, t.size))
    for place in (0.2, 0.5, 0.8):
        singer = Tone(tone.hz * 2 ** (tone.rng.normal(0, 4) / 1200), tone.seconds, tone.velocity,
                      tone.rate, tone.rng)  # fmt: skip
        wave = singer.wavering("glottis", t, 12, tone.rng.uniform(4.7, 5.9), 0.25)
        sides += np.array([[np.cos(place * np.pi / 2)], [np.sin(place * np.pi / 2)]]) * wave
    return sides * held(t, tone.seconds, attack=0.03, release=0.2, fall=1.6, floor=0.3)


def doo_mouth(sound: Wave, rate: int, start: int) -> Wave:
    """Rounded lips: "doo"."""
    return mouth(sound, "u", 1.08, rate) + 0.6 * mouth(sound, "o", 1.05, rate)


def choir_mouth(sound: Wave, rate: int, start: int) -> Wave:
    """The whole choir on "ah" with some "oo" behind it, and the air above the formants."""
    sung = mouth(sound, "a", 1.06, rate) + 0.5 * mouth(sound, "u", 1.1, rate)
    return sung + AIR * band_pass(sound, 3500, 8000, rate, 1)
