"""Vowels: a glottal wave through the resonances of a mouth that forms them.

Formant frequencies, bandwidths and levels are those of the tenor in the tables of the Csound manual
(appendix "Formant Values", after Bennett and Rodet), moved up for a smaller head.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from scipy import signal

from clearmix_sound.instruments.tones import SHAPES, Wave

Formants = tuple[tuple[float, float, float], ...]
"""Frequency in hertz, bandwidth in hertz, level in decibels of each resonance."""

VOWELS: Mapping[str, Formants] = MappingProxyType({
    "a": ((650, 80, 0), (1080, 90, -6), (2650, 120, -7), (2900, 130, -8), (3250, 140, -22)),
    "e": ((400, 70, 0), (1700, 80, -14), (2600, 100, -12), (3200, 120, -14), (3580, 120, -20)),
    "i": ((290, 40, 0), (1870, 90, -15), (2800, 100, -18), (3250, 120, -20), (3540, 120, -30)),
    "o": ((400, 70, 0), (800, 80, -10), (2600, 100, -12), (2800, 130, -12), (3000, 135, -26)),
    "u": ((350, 40, 0), (600, 60, -20), (2700, 100, -17), (2900, 120, -14), (3300, 120, -26)),
    "m": ((250, 60, 0), (1100, 200, -26), (2100, 200, -30), (2900, 200, -34), (3300, 200, -40)),
})  # fmt: skip

EVEN_LEVEL = 0.33
"""Level of an open vowel at a middling pitch, which the others are brought near to."""

WIDER = 1.7
"""Formants are widened so that the tone stays even when few harmonics meet them."""


def evenness(hz: float, vowel: str, size: float, rate: int) -> float:
    """The gain that makes a vowel at a pitch as loud as any other.

    Where harmonics miss the formants a tone is faint; a singer adjusts, and so does this, by most
    of what the formants' response to the source's harmonics says.
    """
    order: Wave = np.arange(1.0, max(2.0, 0.4 * rate / hz))
    angle = np.exp(-2j * np.pi * order * hz / rate)
    response = np.zeros(order.size, complex)
    for number, (formant_hz, width_hz, level_db) in enumerate(VOWELS[vowel]):
        radius = np.exp(-np.pi * width_hz * WIDER / rate)
        turn = np.cos(2 * np.pi * formant_hz * size / rate)
        gain = (1 - radius) * (-1) ** number * 10 ** (level_db / 20)
        response += gain * (1 - angle**2) / (1 - 2 * radius * turn * angle + (radius * angle) ** 2)
    level = np.sqrt((np.abs(response * SHAPES["glottis"](order)) ** 2).sum())
    return float((EVEN_LEVEL / level) ** 0.8)


def mouth(source: Wave, vowel: str, size: float, rate: int) -> Wave:
    """The source through a vowel's formants in parallel; `size` above 1 is a smaller head."""
    out = np.zeros_like(source)
    for number, (hz, width_hz, level_db) in enumerate(VOWELS[vowel]):
        radius = np.exp(-np.pi * width_hz * WIDER / rate)
        angle = 2 * np.pi * hz * size / rate
        gain = (1 - radius) * (-1) ** number * 10 ** (level_db / 20)
        out += signal.lfilter(
            [gain, 0, -gain], [1.0, -2 * radius * np.cos(angle), radius * radius], source
        )
    return out
