"""Readings of a meter, and what in a recording's repetitions speaks for each of them.

A reading is a beat, how many of them make a bar, and whether they divide into two or three: what
somebody who taps along and counts has decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from clearmix_sound.analysis.onsets import Curve
from clearmix_sound.analysis.repetition import Repetition, lags

SLOWEST_BPM, FASTEST_BPM = 40.0, 310.0
PREFERRED_BPM = 116.0
"""About where people like to tap: 100 to 130 beats a minute (van Noorden and Moelants, "Resonance
in the perception of musical pulse", J. New Music Research 28, 1999)."""

COUNTS = ((4, 2), (3, 2), (2, 3), (4, 3), (5, 2), (7, 2))
"""Beats to the bar, and into how many parts a beat divides: 6/8 counts two beats of three."""

_SHORTEST_BAR_SECONDS, _LONGEST_BAR_SECONDS = 0.7, 5.2
_USUAL_BAR_SECONDS = 2.1
"""Four beats at 114 a minute."""
_SOUNDING = 0.15
"""Repetition after one beat below which hardly every beat is struck."""
_PEAK_HEIGHT = 0.08
"""A beat stands out in the autocorrelation by this much; higher says no more."""


@dataclass(frozen=True)
class Reading:
    """A beat of `period` seconds, `beats` to the bar, each divided by `division`."""

    period: float
    beats: int
    division: int


def readings(found: Repetition) -> list[Reading]:
    """Every reading that the strongest repetition allows; none where nothing repeats."""
    combined = found.combined()
    sharp = {
        (period, beats): _sharpened(found, combined, period, beats)
        for period in _periods(combined)
        for beats in sorted({beats for beats, _ in COUNTS})
    }
    return [
        Reading(sharpened, beats, division)
        for (_, beats), sharpened in sharp.items()
        for counted, division in COUNTS
        if counted == beats
    ]


def _periods(combined: Curve) -> Iterable[float]:
    """Periods that divide the strongest repetition evenly, which is a bar, two or a half."""
    at = lags()
    inside = np.where((at >= _SHORTEST_BAR_SECONDS) & (at <= _LONGEST_BAR_SECONDS), combined, -1.0)
    bar = float(at[int(np.argmax(inside))])
    if inside.max() <= 0:
        return []
    shares = sorted({bars / beats for bars in (1, 2, 4) for beats in range(1, 17)})
    return [bar * share for share in shares if 60 / FASTEST_BPM <= bar * share <= 60 / SLOWEST_BPM]


def _sharpened(found: Repetition, combined: Curve, period: float, beats: int) -> float:
    near = period * np.linspace(0.985, 1.015, 31)
    fits = [sum(found.at(combined, one * count) for count in (1, 2, beats)) for one in near]
    return float(near[int(np.argmax(fits))])


def evidence(
    found: Repetition,
    combined: Curve,
    reading: Reading,
    onsets_per_second: float,
    softness: float,
) -> Mapping[str, float]:
    """What there is to say about a reading, by name.

    What is played softly is felt slower: hymns and ballads have few strokes between two beats that
    could tell them from music of twice their tempo.
    """
    period, meter, division = reading.period, reading.beats, reading.division

    def at(curve: Curve, beats: float) -> float:
        return found.at(curve, beats * period)

    def accents(beats: float) -> float:
        return (at(found.mid, beats) + at(found.high, beats)) / 2

    def stronger(curve: Curve) -> float:
        return max(0.0, max(at(curve, beats) for beats in range(1, meter)) - at(curve, meter))

    four, odd = meter == 4, meter % 2 == 1
    others = [at(combined, beats) for beats in range(1, meter) if not (four and beats == 2)]
    octaves = float(np.log2(60 / period / PREFERRED_BPM))
    bar_octaves = float(np.log2(meter * period / _USUAL_BAR_SECONDS))
    fullness = float(np.log2(max(onsets_per_second, 0.2) * period / 2))
    valley = (at(combined, 0.87) + at(combined, 1.13)) / 2
    third, half, two_thirds = (at(combined, share) for share in (1 / 3, 1 / 2, 2 / 3))
    thirds = (third + two_thirds) / 2 - half
    return {
        "beat": at(combined, 1),
        "bar": at(combined, meter),
        "two bars": at(combined, 2 * meter),
        "half bar": at(combined, 2) - float(np.mean(others)) if four else 0.0,
        "half of an odd bar": at(combined, meter / 2) if odd else 0.0,
        "other beats": float(np.mean(others)),
        "stronger than bar": stronger(combined),
        "bass stronger than bar": stronger(found.low),
        "harmony stronger than bar": stronger(found.harmonic),
        "harmony by the bar": at(found.harmonic, meter),
        "harmony by two bars": at(found.harmonic, 2 * meter),
        "harmony by the half bar": at(found.harmonic, 2) if four else 0.0,
        "harmony by the beat": at(found.harmonic, 1),
        "bass by the bar": at(found.low, meter),
        "bass by the beat": at(found.low, 1),
        "half beat": half,
        "quarter beat": (at(combined, 0.25) + at(combined, 0.75)) / 2,
        "thirds, of two": thirds if division == 2 else 0.0,
        "thirds, of three": thirds if division == 3 else 0.0,
        "silent beat": max(0.0, _SOUNDING - at(combined, 1)) / _SOUNDING,
        "dotted against three": at(combined, 1.5) - at(combined, 1) if meter == 3 else 0.0,
        "two thirds against dotted": two_thirds - at(combined, 1) if division == 3 else 0.0,
        "on the grid": _on_grid(combined, reading),
        "octaves squared": octaves**2,
        "octaves": octaves,
        "octaves, softly": softness * octaves,
        "octaves squared, softly": softness * octaves**2,
        "octaves above 180": max(0.0, float(np.log2(60 / period / 180))),
        "octaves below 65": max(0.0, float(np.log2(65 * period / 60))),
        "bar's octaves squared": bar_octaves**2,
        "fullness": fullness,
        "fullness squared": fullness**2,
        "three": float(meter == 3),
        "five": float(meter == 5),
        "seven": float(meter == 7),
        "two threes": float(division == 3 and meter == 2),
        "four threes": float(division == 3 and meter == 4),
        "peak": float(np.clip((at(combined, 1) - valley) / _PEAK_HEIGHT, 0, 1)),
        "backbeat": accents(2) - accents(1) if four else 0.0,
        "bass alternates": at(found.low, 2) - at(found.low, 1),
    }


def _on_grid(combined: Curve, reading: Reading) -> float:
    """Share of the repetitions within two bars that lie where the beat's parts may fall."""
    from scipy.signal import find_peaks

    at = lags()
    peaks, _ = find_peaks(combined, height=0.05)
    peaks = peaks[(at[peaks] > 0.1) & (at[peaks] <= 2.04 * reading.beats * reading.period)]
    height = combined[peaks]
    if not height.size:
        return 0.0
    beats = at[peaks] / reading.period
    on_parts = [
        height[np.abs(beats - np.round(parts * beats) / parts) < 0.04].sum()
        for parts in ((4, 3) if reading.division == 2 else (6,))
    ]
    return float(max(on_parts) / height.sum())
