"""Coarse sections of a song: where it changes, and what each stretch most likely is."""

from __future__ import annotations

import numpy as np

from clearmix.contracts import Section
from clearmix_sound.analysis.harmony import Harmony
from clearmix_sound.analysis.onsets import Curve

_SPAN_BARS = 4
_FEWEST_BARS = 4
_ALIKE = 0.55
"""Distance below which two sections are one kind, in standard deviations per feature."""


def find_sections(tones: Harmony, downbeats: Curve, seconds: float) -> tuple[Section, ...]:
    """Sections that begin on downbeats and cover the recording; one `part` when it is short.

    Novelty of timbre and harmony between four bars and the next four, after Foote, "Automatic
    audio segmentation using a measure of audio novelty" (ICME 2000).
    """
    if len(downbeats) < 3 * _SPAN_BARS:
        return (Section("part", 0.0, seconds),)
    edges = np.append(downbeats, seconds)
    bars = np.concatenate(
        [
            _scaled(tones.mean_between(tones.timbre, edges)),
            0.5 * _scaled(tones.mean_between(tones.chroma, edges)),
        ],
        axis=1,
    )
    starts = [0, *_boundaries(bars)]
    ends = [*starts[1:], len(bars)]
    means = np.stack([bars[a:b].mean(axis=0) for a, b in zip(starts, ends, strict=True)])
    loud = means[:, : tones.timbre.shape[1]].mean(axis=1)
    names = _names(means, loud, [b - a for a, b in zip(starts, ends, strict=True)])
    times = [0.0, *(float(downbeats[start]) for start in starts[1:]), seconds]
    return tuple(Section(name, times[index], times[index + 1]) for index, name in enumerate(names))


def _scaled(rows: Curve) -> Curve:
    spread = np.maximum(rows.std(axis=0), 0.25 * rows.std() + 1e-9)
    return np.asarray((rows - rows.mean(axis=0)) / spread, dtype=np.float64)


def _boundaries(bars: Curve) -> list[int]:
    """Bars where what follows differs most from what came before, at least four bars apart."""
    count = len(bars)
    novelty = np.zeros(count)
    for bar in range(_FEWEST_BARS, count - _FEWEST_BARS + 1):
        before = bars[max(0, bar - _SPAN_BARS) : bar].mean(axis=0)
        after = bars[bar : bar + _SPAN_BARS].mean(axis=0)
        novelty[bar] = np.sqrt(np.mean(np.square(after - before)))
    threshold = max(0.5, float(novelty[novelty > 0].mean()) if novelty.any() else 0.0)
    chosen: list[int] = []
    for bar in np.argsort(-novelty):
        if novelty[bar] < threshold:
            break
        if all(abs(int(bar) - other) >= _FEWEST_BARS for other in chosen):
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
        if index == 0 and kind != chorus and loud[0] < typical:
            names.append("intro")
        elif index == count - 1 and kind != chorus and loud[-1] < typical:
            names.append("outro")
        elif kind == chorus:
            names.append("chorus")
        elif loud[index] < typical - 0.6:
            names.append("break")
        else:
            names.append("verse")
    return names
