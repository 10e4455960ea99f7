"""What the drummer plays: grooves by section, fills into the next one, a last stroke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from clearmix_covers.form import FULL, Clock, Part, Piece
from clearmix_covers.lineups import Drums
from clearmix_covers.patterns import in_bar, in_triplets, moments, swung
from clearmix_covers.plan import PlanStroke

FORCE: Mapping[str, float] = {"X": 0.95, "x": 0.75, "o": 0.45}

Fill = Sequence[tuple[float, str, float]]
"""Strokes that lead into what comes: beats before it, drum, velocity."""

FILLS: Mapping[str, tuple[Fill, ...]] = {
    "snare": (
        ((-0.5, "snare", 0.55), (-0.25, "snare", 0.65)),
        ((-1.0, "snare", 0.5), (-0.75, "snare", 0.55), (-0.5, "snare", 0.7),
         (-0.25, "snare", 0.8)),
        ((-1.0, "snare", 0.75), (-0.5, "snare", 0.5), (-0.25, "snare", 0.85)),
        ((-1.5, "snare", 0.5), (-1.0, "snare", 0.7), (-0.75, "snare", 0.5),
         (-0.5, "tom-mid", 0.7), (-0.25, "tom-low", 0.8)),
    ),
    "toms": (
        ((-0.5, "snare", 0.6), (-0.25, "tom-low", 0.7)),
        ((-1.0, "tom-high", 0.7), (-0.75, "tom-high", 0.6), (-0.5, "tom-mid", 0.75),
         (-0.25, "tom-low", 0.85)),
        ((-1.0, "snare", 0.8), (-0.5, "tom-mid", 0.7), (-0.25, "tom-low", 0.8)),
        ((-2.0, "snare", 0.7), (-1.75, "snare", 0.6), (-1.5, "tom-high", 0.7),
         (-1.25, "tom-high", 0.6), (-1.0, "tom-mid", 0.75), (-0.75, "tom-mid", 0.65),
         (-0.5, "tom-low", 0.8), (-0.25, "tom-low", 0.85)),
    ),
    "roll": (
        tuple((-1 + 0.25 * step, "snare", 0.3 + 0.1 * step) for step in range(4)),
        tuple((-2 + 0.25 * step, "snare", 0.3 + 0.07 * step) for step in range(8)),
    ),
    "none": (),
}  # fmt: skip
"""Fills by their kind: the first within a section, the others in turn into the next one."""

PHRASE_BARS = 8
"""Bars after which a drummer marks the phrase of a longer section."""


def drummed(
    drums: Drums, piece: Piece, clock: Clock, *, pace: float, swing: float, loose_ms: float,
    seed: Sequence[int],
) -> tuple[PlanStroke, ...]:  # fmt: skip
    """Every stroke of the piece in seconds."""
    rng = np.random.default_rng(list(seed))
    beats: list[tuple[float, str, float]] = []
    bar = piece.material.beats_per_bar
    for number, part in enumerate(piece.parts):
        following = piece.parts[number + 1] if number + 1 < len(piece.parts) else None
        if part.level < drums.above:
            continue
        if part.name == "ending":
            beats += [(part.beat, "kick", 0.8), (part.beat, "crash", 0.6)]
            continue
        strokes = _groove(drums, part, bar, pace)
        small, *great = FILLS[drums.fill] or ((),)
        stop = part.beat + part.beats
        marked = np.arange(part.beat + PHRASE_BARS * bar, stop - bar / 2, PHRASE_BARS * bar)
        for phrase in marked:
            strokes = _filled(strokes, small, float(phrase))
        if following is not None and great and following.level >= drums.above:
            strokes = _filled(strokes, great[number % len(great)], stop)
        beats += strokes
    out: list[PlanStroke] = []
    for beat, drum, force in sorted(beats):
        at = in_triplets(beat) if piece.material.triplets else swung(beat, swing)
        moved = float(np.clip(rng.standard_normal(), -2, 2)) * loose_ms * 0.4 / 1000
        loud = force * (1 + 0.06 * float(np.clip(rng.standard_normal(), -2, 2)))
        seconds = max(0.0, clock.seconds(at) + (moved if beat else 0.0))
        out.append((round(seconds, 4), drum, round(min(1.0, max(0.05, loud)), 3)))
    return tuple(sorted(out))


def _filled(
    strokes: Sequence[tuple[float, str, float]], fill: Fill, stop: float
) -> list[tuple[float, str, float]]:
    """The strokes with a fill up to a beat, in whose place only the kick goes on."""
    first = stop + min((at for at, _, _ in fill), default=0.0)
    kept = [one for one in strokes if not first <= one[0] < stop or one[1] == "kick"]
    return kept + [(stop + at, drum, force) for at, drum, force in fill]


def _groove(drums: Drums, part: Part, bar: int, pace: float) -> list[tuple[float, str, float]]:
    lanes = dict(drums.lanes)
    if part.level >= FULL:
        lanes |= drums.full
    strokes = []
    weight = 0.75 + 0.3 * part.level
    for drum, pattern in lanes.items():
        read = in_bar(pattern, "", bar)
        for moment in moments(read, part.beat, part.beat + part.beats, pace):
            if drum == "crash" and moment.beat > part.beat and part.beats > bar:
                continue  # cymbals crash where a section begins
            strokes.append((moment.beat, drum, FORCE[moment.sign] * weight))
    return strokes
