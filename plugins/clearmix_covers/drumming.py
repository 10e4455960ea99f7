"""What the drummer plays: grooves by section, fills into the next one, a last stroke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from clearmix_covers.form import FULL, Clock, Part, Piece
from clearmix_covers.lineups import Drums
from clearmix_covers.patterns import in_bar, in_triplets, moments, swung
from clearmix_covers.plan import PlanStroke

FORCE: Mapping[str, float] = {"X": 0.95, "x": 0.75, "o": 0.45}

FILLS: Mapping[str, Sequence[tuple[float, str, float]]] = {
    "snare": ((-1.0, "snare", 0.5), (-0.75, "snare", 0.55), (-0.5, "snare", 0.7),
              (-0.25, "snare", 0.8)),
    "toms": ((-1.0, "tom-high", 0.7), (-0.75, "tom-high", 0.6), (-0.5, "tom-mid", 0.75),
             (-0.25, "tom-low", 0.85)),
    "roll": tuple((-2 + 0.25 * step, "snare", 0.3 + 0.07 * step) for step in range(8)),
    "none": (),
}  # fmt: skip
"""Strokes that lead into a section: beats before it, drum, velocity."""


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
        if following is not None and drums.fill != "none" and following.level >= drums.above:
            stop = part.beat + part.beats
            fill = [(stop + at, drum, force) for at, drum, force in FILLS[drums.fill]]
            first = min(at for at, _, _ in fill)
            strokes = [one for one in strokes if one[0] < first or one[1] == "kick"] + fill
        beats += strokes
    out: list[PlanStroke] = []
    for beat, drum, force in sorted(beats):
        at = in_triplets(beat) if piece.material.triplets else swung(beat, swing)
        moved = float(np.clip(rng.standard_normal(), -2, 2)) * loose_ms * 0.4 / 1000
        loud = force * (1 + 0.06 * float(np.clip(rng.standard_normal(), -2, 2)))
        seconds = max(0.0, clock.seconds(at) + (moved if beat else 0.0))
        out.append((round(seconds, 4), drum, round(min(1.0, max(0.05, loud)), 3)))
    return tuple(sorted(out))


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
