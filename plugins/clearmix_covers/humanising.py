"""People at their instruments: nobody is on the beat to the millisecond, and phrases breathe.

The spread of timing is that of trained ensembles, some 5 to 30 ms (Rasch, "Synchronization in
performed ensemble music", Acustica 43, 1979); loudness follows the meter and the arch of a phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearmix_covers.form import Clock, Piece
from clearmix_covers.patterns import in_triplets, swung
from clearmix_covers.plan import PlanNote
from clearmix_covers.seats import Played

GRID_SECONDS = 0.04
"""Lengths of notes are rounded to this, so that equal notes are made once."""

MOST_LATE = 2.5
"""Spreads by which a note may stray at most."""

ACCENT = (1.0, 0.9, 0.95, 0.9)
"""Weight of the beats of a bar of four; what lies between the beats is lighter still."""


def performed(
    played: Sequence[Played], piece: Piece, clock: Clock, level: Sequence[float], *,
    swing: float, loose_ms: float, patterned: bool, seed: Sequence[int],
) -> tuple[PlanNote, ...]:  # fmt: skip
    """Notes in seconds, as somebody would play them.

    `level` is how full the piece is at each of its beats, `loose_ms` the spread of the timing;
    notes that are `patterned` come from sixteenths, which a beat of triplets must bend.
    """
    rng = np.random.default_rng(list(seed))
    bar = piece.material.beats_per_bar
    notes: list[PlanNote] = []
    ordered = sorted(played, key=lambda note: (note.beat, note.pitch))
    spread = np.clip(rng.standard_normal(2 * len(ordered) + 2), -MOST_LATE, MOST_LATE)
    hand: dict[float, float] = {}
    for number, note in enumerate(ordered):
        start, stop = (
            _bent(at, piece.material.triplets, swing, patterned)
            for at in (note.beat, note.beat + note.beats)
        )
        # Notes that begin together are one movement of a hand.
        moved = hand.setdefault(round(note.beat, 2), float(spread[2 * number])) * loose_ms / 1000
        seconds = clock.seconds(start)
        length = clock.seconds(stop) - seconds
        at = max(0.0, seconds + (moved if start > 0 else abs(moved) / 2))
        here = level[int(np.clip(note.beat, 0, len(level) - 1))] if len(level) else 0.7
        force = note.velocity * _accent(note.beat, bar) * (0.72 + 0.4 * here)
        force *= 1 + 0.045 * float(spread[2 * number + 1])
        held = max(GRID_SECONDS, round(length / GRID_SECONDS) * GRID_SECONDS)
        notes.append(
            (round(at, 4), round(held, 4), note.pitch, round(float(np.clip(force, 0.08, 1.0)), 3))
        )
    return tuple(notes)


def phrased(played: Sequence[Played]) -> list[Played]:
    """A tune whose phrases grow towards their highest note and come back."""
    out: list[Played] = []
    phrase: list[Played] = []
    for note in [*sorted(played, key=lambda one: one.beat), None]:
        if note is None or (phrase and note.beat - phrase[-1].beat - phrase[-1].beats > 0.6):
            top = max(range(len(phrase)), key=lambda at: phrase[at].pitch, default=0)
            for at, one in enumerate(phrase):
                away = abs(at - top) / max(1, top if at < top else len(phrase) - 1 - top)
                out.append(replace(one, velocity=one.velocity * (1.07 - 0.17 * min(1.0, away))))
            phrase = []
        if note is not None:
            phrase.append(note)
    return out


def _bent(beat: float, triplets: bool, swing: float, patterned: bool) -> float:
    if triplets:
        return in_triplets(beat) if patterned else beat
    return swung(beat, swing) if swing else beat


def _accent(beat: float, bar: int) -> float:
    place = beat % bar
    if abs(place - round(place)) > 0.05:
        return 0.86
    return ACCENT[round(place) % bar % 4]
