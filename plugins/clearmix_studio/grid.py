"""The bars of the result: tracked beats at the new tempo, with steps between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from clearmix import Analysis
from clearmix_studio.palette import STEPS_PER_BEAT, Feel


@dataclass(frozen=True)
class Grid:
    """Beats in seconds of the result, and which of them begin a bar."""

    beats: tuple[float, ...]
    first_downbeat: int
    beats_per_bar: int

    @property
    def bars(self) -> tuple[tuple[float, ...], ...]:
        """The beats of each whole bar, each with the first beat of the next as its end."""
        size = self.beats_per_bar
        starts = range(self.first_downbeat, len(self.beats) - size, size)
        return tuple(self.beats[start : start + size + 1] for start in starts)


def steps_of(beats: Sequence[float], feel: Feel) -> list[float]:
    """Seconds of each sixteenth between beats, swung as the feel says."""
    places = np.arange((len(beats) - 1) * STEPS_PER_BEAT) / STEPS_PER_BEAT
    within = places % 1.0
    if feel.on == "sixteenths":
        late = np.where((within == 0.25) | (within == 0.75), feel.swing / 8, 0.0)
    else:
        off = np.where(within == 0.75, feel.swing / 8, 0.0)
        late = np.where(within == 0.5, feel.swing / 4, off)
    return [float(at) for at in np.interp(places + late, np.arange(len(beats)), beats)]


def grid_of(analysis: Analysis, *, tempo_ratio: float, seconds: float, pulse: float) -> Grid | None:
    """The grid of the result, or None when the recording has no steady beat.

    Args:
        analysis: of the source.
        tempo_ratio: tempo of the result over that of the source.
        seconds: length of the result.
        pulse: beats of the result for each tracked beat (2 for double time, 0.5 for half time).
    """
    if analysis.tempo_bpm is None or len(analysis.beats) < 8:
        return None
    beats = np.asarray(analysis.beats) / tempo_ratio
    downbeats = np.asarray(analysis.downbeats) / tempo_ratio
    per_bar, first = 4, 0
    if downbeats.size >= 2:
        places = [int(np.abs(beats - downbeat).argmin()) for downbeat in downbeats]
        gaps = [later - earlier for earlier, later in pairwise(places)]
        per_bar = int(median(gaps))
        per_bar = per_bar if 2 <= per_bar <= 7 else 4
        first = places[0] % per_bar
    before = beats[1] - beats[0]
    while beats[0] - before > 0:
        beats = np.concatenate([[beats[0] - before], beats])
        first += 1
    after = beats[-1] - beats[-2]
    while beats[-1] + after < seconds + 4 * after:
        beats = np.append(beats, beats[-1] + after)
    first %= per_bar
    if pulse == 2:
        between = (beats[:-1] + beats[1:]) / 2
        beats = np.sort(np.concatenate([beats, between]))
        first *= 2
    elif pulse == 0.5:
        beats, first = beats[first % 2 :: 2], (first - first % 2) // 2
    return Grid(tuple(float(beat) for beat in beats), int(first % per_bar), per_bar)
