"""Coarse sections of a song: where it changes, and what each stretch most likely is."""

from __future__ import annotations

import numpy as np

from clearmix.contracts import Section
from clearmix_sound.analysis.harmony import Harmony
from clearmix_sound.analysis.onsets import FRAME_RATE, Curve, Onsets

_FEWEST_BARS = 4
"""A section lasts four bars at least: phrases of popular music come in fours."""
_SPAN_BARS = 6
_FADING_BARS = 3.0
"""Bars beside a boundary are compared over six bars, near ones counting most."""
_CHROMA_WEIGHT = 0.5
_LEAST_NOVELTY = 0.5
_OUTSIDE = 2.5
"""Values further out, in standard deviations, count as this far: the last bar is mostly silence
and would otherwise dwarf every other change."""
_ALIKE = 0.55
"""Distance below which two sections are one kind, in standard deviations per feature."""


def find_sections(
    found: Onsets, tones: Harmony, downbeats: Curve, seconds: float
) -> tuple[Section, ...]:
    """Sections that begin on downbeats and cover the recording; one `part` when it is short.

    Novelty of timbre, drumming and harmony between the bars before and after, after Foote,
    "Automatic audio segmentation using a measure of audio novelty" (ICME 2000).
    """
    if len(downbeats) < 3 * _FEWEST_BARS:
        return (Section("part", 0.0, seconds),)
    edges = np.append(downbeats, seconds)
    timbre = _scaled(tones.mean_between(tones.timbre, edges))
    bars = np.concatenate(
        [
            timbre,
            _scaled(_drumming(found, edges)),
            _CHROMA_WEIGHT * _scaled(tones.mean_between(tones.chroma, edges)),
        ],
        axis=1,
    )
    starts = [0, *_boundaries(bars)]
    ends = [*starts[1:], len(bars)]
    means = np.stack([bars[a:b].mean(axis=0) for a, b in zip(starts, ends, strict=True)])
    loud = means[:, : timbre.shape[1]].mean(axis=1)
    names = _names(means, loud, [b - a for a, b in zip(starts, ends, strict=True)])
    times = [0.0, *(float(downbeats[start]) for start in starts[1:]), seconds]
    return tuple(Section(name, times[index], times[index + 1]) for index, name in enumerate(names))


def _drumming(found: Onsets, edges_seconds: Curve) -> Curve:
    """How much begins in each bar in the three bands, as logarithms, of shape (bars, 3)."""
    bands = np.stack([found.low, found.mid, found.high], axis=1)
    sums = np.concatenate([np.zeros((1, 3)), np.cumsum(bands, axis=0)])
    edges = np.clip((edges_seconds * FRAME_RATE).astype(int), 0, found.frames)
    frames = np.maximum(np.diff(edges), 1)[:, None]
    return np.asarray(np.log10(np.diff(sums[edges], axis=0) / frames + 1e-3), dtype=np.float64)


def _scaled(rows: Curve) -> Curve:
    """Columns in robust standard deviations from their median, cut at `_OUTSIDE`."""
    low, middle, high = np.percentile(rows, (16, 50, 84), axis=0)
    spread = (high - low) / 2
    spread = np.maximum(spread, 0.25 * np.median(spread) + 1e-9)
    return np.asarray(np.clip((rows - middle) / spread, -_OUTSIDE, _OUTSIDE), dtype=np.float64)


def _boundaries(bars: Curve) -> list[int]:
    """Bars where what follows differs most from what came before, at least four bars apart."""
    count = len(bars)
    weights = np.exp(-np.arange(_SPAN_BARS) / _FADING_BARS)
    novelty = np.zeros(count)
    for bar in range(1, count):
        before, after = bars[max(0, bar - _SPAN_BARS) : bar][::-1], bars[bar : bar + _SPAN_BARS]
        was = np.average(before, axis=0, weights=weights[: len(before)])
        comes = np.average(after, axis=0, weights=weights[: len(after)])
        novelty[bar] = np.sqrt(np.mean(np.square(comes - was)))
    threshold = max(_LEAST_NOVELTY, float(novelty[1:].mean()))
    chosen: list[int] = []
    for bar in np.argsort(-novelty):
        if novelty[bar] < threshold:
            break
        inside = _FEWEST_BARS <= bar <= count - _FEWEST_BARS
        if inside and all(abs(int(bar) - other) >= _FEWEST_BARS for other in chosen):
            chosen.append(int(bar))
    return sorted(chosen)


def _names(means: Curve, loud: Curve, lengths: list[int]) -> list[str]:
    """Intro and outro by place and level, chorus the loudest kind, break the quietest inside."""
    count = len(means)
    if count == 1:
        return ["part"]
    kinds: list[int] = []
    for index in range(count):
        distances = [np.sqrt(np.mean(np.square(means[index] - means[k]))) for k in range(index)]
        near = int(np.argmin(distances)) if distances else -1
        kinds.append(
            kinds[near] if distances and distances[near] < _ALIKE else max(kinds, default=-1) + 1
        )
    level = {kind: float(np.mean(loud[[k == kind for k in kinds]])) for kind in set(kinds)}
    chorus = max(level, key=lambda kind: level[kind])
    typical = float(np.average(loud, weights=lengths))
    names = []
    for index, kind in enumerate(kinds):
        alone = kinds.count(kind) == 1
        if index == 0 and alone and kind != chorus and loud[0] < typical:
            names.append("intro")
        elif index == count - 1 and alone and kind != chorus and loud[-1] < typical:
            names.append("outro")
        elif kind == chorus:
            names.append("chorus")
        elif loud[index] < typical - 0.6:
            names.append("break")
        else:
            names.append("verse")
    return names
