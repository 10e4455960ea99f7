"""Patterns of four signs a beat as moments of a part, in any meter and feel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clearmix_covers.form import FULL, Part
from clearmix_covers.lineups import Chair

STEPS = 4
"""Signs of a pattern for each beat."""


@dataclass(frozen=True)
class Moment:
    """Where a pattern has a sign: beat, length up to the next sign, and the sign."""

    beat: float
    beats: float
    sign: str


def pattern_of(chair: Chair, part: Part, bar: int) -> str:
    """What a player reads in a part, for a bar of so many beats."""
    full = part.level >= FULL and part.name != "ending"
    four = chair.full if full and chair.full else chair.pattern
    return in_bar(four, chair.three, bar)


def in_bar(four: str, three: str, bar: int) -> str:
    """A pattern for four beats in a bar of another length.

    Bars of three take their own or leave the third beat out; longer ones are put together, and
    shorter ones share it.

    >>> in_bar("aaaabbbbccccdddd", "", 3), in_bar("aaaabbbbccccdddd", "", 6)
    ('aaaabbbbdddd', 'aaaabbbbddddaaaabbbbdddd')
    """
    shorter = three or four[: 2 * STEPS] + four[3 * STEPS :]
    if bar == 3:
        return shorter
    if bar in (1, 2, 4):
        return four
    threes, rest = divmod(bar, 3)
    if rest == 1:
        return shorter * (threes - 1) + four
    return shorter * threes + four[: rest * STEPS]


def moments(pattern: str, start: float, stop: float, pace: float) -> Iterator[Moment]:
    """The signs of a pattern, repeated from `start` on; `pace` 2 plays twice as fast.

    A sign lasts until the next one or a `-`, and ends with its part.
    """
    step_beats = 1 / STEPS / pace
    count = round((stop - start) / step_beats)
    signs = [pattern[step % len(pattern)] for step in range(count)]
    step = 0
    while step < count:
        sign = signs[step]
        end = step + 1
        if sign in ".-":
            step += 1
            continue
        while end < count and signs[end] == ".":
            end += 1
        yield Moment(start + step * step_beats, (end - step) * step_beats, sign)
        step = end


def in_triplets(beat: float) -> float:
    """A beat whose sixteenths are read as triplets: the half comes on the third of three.

    >>> [round(in_triplets(beat), 3) for beat in (2.0, 2.25, 2.5, 2.75)]
    [2.0, 2.333, 2.667, 2.833]
    """
    whole, inside = divmod(beat + 1e-9, 1.0)
    moved = inside * 4 / 3 if inside <= 0.5 else 2 / 3 + (inside - 0.5) * 2 / 3
    return whole + moved


def swung(beat: float, swing: float) -> float:
    """A beat whose second half comes late: 0 is straight, 1 plays triplets."""
    whole, inside = divmod(beat + 1e-9, 1.0)
    late = 0.5 + swing / 6
    moved = inside * late / 0.5 if inside <= 0.5 else late + (inside - 0.5) * (1 - late) / 0.5
    return whole + moved
