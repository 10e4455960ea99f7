"""The strokes of kick, snare and hat, from what begins in three bands at each grid moment.

A kick begins below 160 Hz, a hat above 2.5 kHz, a snare in the middle and above at once. Where
there is a stroke and where there is none makes two heaps of values over a whole song; Otsu's
threshold parts them (Otsu, "A threshold selection method from gray-level histograms", 1979). What a
drummer plays at a place in most bars of a section counts for the others, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from clearmix.contracts import ScoreSection, ScoreStroke
from clearmix_covers.transcribing.grid import Grid
from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets
from clearmix_sound.analysis.parting import otsu

_NEAR_SECONDS = 0.035
_OWN = 0.6
"""How much a moment's own value counts beside the mean of its place in the section's bars, in their
geometric mean: what is not there is not played, however usual."""
_LEAST_KICK, _LEAST_SNARE = 0.35, 0.2
"""Lowest thresholds, as shares of the strong strokes (97th percentile)."""
_LEAST_HAT = {"drums alone": 0.02, "a mix": 0.05}
"""Hats are faint beside snares; in a mix consonants and strings are, too."""
_CLICK = 0.15
"""Treble of a kick's beater, as a share of a strong stroke's: a bass note has less."""
_STRONG = 97
_DRUMS = 0.3
"""Treble that begins in a mix, as a share of what begins in the middle, below which nobody drums:
guitars and pianos have 0.17 to 0.25, kits 0.35 to 1.5, brushes alone as little as 0.2."""

Strikes = npt.NDArray[np.bool_]


def strokes_of(
    found: Onsets, grid: Grid, sections: Sequence[ScoreSection], *, alone: bool
) -> tuple[ScoreStroke, ...]:
    """Kick, snare and hat on the grid; `alone` says that nothing but drums is in the sound."""
    ticks = grid.ticks(found.seconds)
    moments = grid.at(ticks)
    if not alone and _strong(_near(found.high, moments)) < _DRUMS * _strong(
        _near(found.mid, moments)
    ):
        return ()
    low, mid, high = (
        struck**_OWN * _usual(struck, ticks, grid, sections) ** (1 - _OWN)
        for struck in (_struck(curve, moments) for curve in (found.low, found.mid, found.high))
    )
    kick = low if alone else low * np.minimum(high / _CLICK, 1.0)
    snare, hat = np.sqrt(mid * high), np.sqrt(high)
    kicks = kick > max(_LEAST_KICK, otsu(kick))
    snares = snare > max(_LEAST_SNARE, otsu(snare[~kicks]))
    if kicks.any():  # a beater's click is a faint snare
        snares &= ~kicks | (snare > float(np.median(snare[kicks])) + _LEAST_SNARE)
    apart = ~kicks & ~snares
    least = _LEAST_HAT["drums alone" if alone else "a mix"]
    hats = apart & (hat > max(least**0.5, otsu(hat[apart])))
    hats |= ~apart & _goes_through(hats, ticks)
    values = {"kick": kick, "snare": snare, "hat": hat}
    hits: Mapping[str, Strikes] = {"kick": kicks, "snare": snares, "hat": hats}
    return tuple(
        ScoreStroke(
            round(float(ticks[tick]), 4), drum, round(float(np.clip(values[drum][tick], 0.2, 1)), 3)
        )
        for tick in range(len(ticks))
        for drum in values
        if hits[drum][tick]
    )


def _struck(curve: Curve, moments: Curve) -> Curve:
    """What begins near each moment, as a share of what the strong strokes bring, 0..1."""
    highest = _near(curve, moments)
    return np.asarray(np.clip(highest / max(_strong(highest), 1e-9), 0.0, 1.0), dtype=np.float64)


def _near(curve: Curve, moments: Curve) -> Curve:
    """The highest value of a curve near each moment."""
    reach = max(1, round(_NEAR_SECONDS * FRAME_RATE))
    offsets = np.arange(-reach, reach + 1)
    places = np.round(moments * FRAME_RATE).astype(int)[:, None] + offsets[None]
    return np.asarray(curve[np.clip(places, 0, curve.size - 1)].max(axis=1), dtype=np.float64)


def _strong(values: Curve) -> float:
    return float(np.percentile(values, _STRONG))


def _usual(value: Curve, ticks: Curve, grid: Grid, sections: Sequence[ScoreSection]) -> Curve:
    """The mean value at the same place of the bars in the same section."""
    starts = np.array([section.beat for section in sections]) if sections else np.zeros(1)
    section = np.searchsorted(starts, ticks + 1e-6)
    place = np.round(np.mod(ticks, grid.beats_per_bar) * 24).astype(int) % (24 * grid.beats_per_bar)
    cell = section * 24 * grid.beats_per_bar + place
    total = np.bincount(cell, value)
    count = np.maximum(np.bincount(cell), 1)
    return np.asarray((total / count)[cell], dtype=np.float64)


def _goes_through(hats: Strikes, ticks: Curve) -> Strikes:
    """Moments with a hat an eighth before and an eighth after: it is played through the snare."""
    whole = {round(float(tick), 3) for tick in ticks[hats]}
    return np.array(
        [
            any(
                round(float(tick) - step, 3) in whole and round(float(tick) + step, 3) in whole
                for step in (0.25, 0.5, 1.0)
            )
            for tick in ticks
        ]
    )
