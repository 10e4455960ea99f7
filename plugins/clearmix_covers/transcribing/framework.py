"""What the analysis of a recording gives its score: sections and chords in beats, its length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix.contracts import Analysis, ScoreChord, ScoreSection
from clearmix.music import PITCH_CLASSES, split_key
from clearmix_covers.transcribing.grid import Grid
from clearmix_sound.analysis.onsets import FRAME_RATE, Onsets

_FADED = 0.02
"""Level beside the loud moments' (95th percentile) below which a recording is over."""


def sections_of(analysis: Analysis, grid: Grid, beats: float) -> tuple[ScoreSection, ...]:
    """The sections from the first downbeat on, each begun at a bar line."""
    starts = [_at_bar(float(grid.beat(one.start_seconds)), grid) for one in analysis.sections]
    ends = [*starts, beats][1:]
    return tuple(
        ScoreSection(section.name, start, round(end - start, 4))
        for section, start, end in zip(analysis.sections, starts, ends, strict=True)
        if end > start
    )


def chords_of(analysis: Analysis, grid: Grid, beats: float) -> tuple[ScoreChord, ...]:
    """The chords as lead sheets name them, on whole beats."""
    found: dict[float, str] = {}
    for seconds, name in analysis.chords:
        beat = max(0.0, float(np.round(grid.beat(seconds))))
        if beat < beats:
            found[beat] = _lead_sheet(name)
    chords: list[ScoreChord] = []
    for beat in sorted(found):
        if not chords or chords[-1].name != found[beat]:
            chords.append(ScoreChord(beat, found[beat]))
    return tuple(chords)


def chord_at(chords: Sequence[ScoreChord], beat: float) -> str | None:
    """The chord that sounds on a beat."""
    return next((chord.name for chord in reversed(chords) if chord.beat <= beat + 1e-6), None)


def length_in_beats(found: Onsets, grid: Grid) -> float:
    """Whole bars from the first downbeat until nothing is heard any more."""
    loud = float(np.percentile(found.level, 95))
    sounding = np.flatnonzero(found.level > _FADED * loud)
    last = float(grid.beat(sounding[-1] / FRAME_RATE)) if sounding.size else 0.0
    bars = max(1, int(np.ceil((last - 0.5) / grid.beats_per_bar)))
    return float(bars * grid.beats_per_bar)


def _at_bar(beat: float, grid: Grid) -> float:
    return max(0.0, float(round(beat / grid.beats_per_bar) * grid.beats_per_bar))


def _lead_sheet(name: str) -> str:
    """`A minor` as `Am`; names that are no triads stay.

    >>> _lead_sheet("A minor"), _lead_sheet("Bb major"), _lead_sheet("G7")
    ('Am', 'Bb', 'G7')
    """
    if " " not in name:
        return name
    root, mode = split_key(name)
    return PITCH_CLASSES[root] + ("m" if mode == "minor" else "")
