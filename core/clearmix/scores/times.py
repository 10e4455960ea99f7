"""One meter, tempo and key for a song and its sections, from what a file says along the way."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from clearmix.contracts import ScoreSection
from clearmix.music import PITCH_CLASSES, split_key
from clearmix.scores.harmony import key_fits

STEADY = 0.03
"""A tempo that strays less from its middle, as a share of it, is one tempo."""

PASSING_QUARTERS = 2.0
"""Other tempos for no longer than this in all change no song: that of an upbeat, of a last beat."""

DEFAULT_KEY = "C major"
"""What programs write where nobody chose a key."""

Value = TypeVar("Value", bound=Hashable)
Change = tuple[float, Value]
"""From when on, in quarter notes, something holds."""


class Meter(NamedTuple):
    """Beats of a bar, parts of a beat (two or three), and quarter notes in a beat."""

    beats: int
    division: int
    quarters: float


def meter_of(numerator: int, denominator: int) -> Meter:
    """The beats that one counts in a time signature; cut time is counted in quarters.

    >>> meter_of(6, 8), meter_of(3, 8), meter_of(2, 2)
    (Meter(beats=2, division=3, quarters=1.5), Meter(beats=3, division=2, quarters=0.5), \
Meter(beats=4, division=2, quarters=1.0))
    """
    if denominator >= 8 and numerator % 3 == 0 and numerator > 3:
        return Meter(numerator // 3, 3, 12 / denominator)
    if denominator <= 2:
        return Meter(max(1, numerator) * 4 // max(1, denominator), 2, 1.0)
    return Meter(max(1, numerator), 2, 4 / denominator)


def prevailing(changes: Sequence[Change[Value]], end: float, default: Value) -> Value:
    """What holds longest up to the end; the earlier one where two hold as long."""
    held: dict[Value, float] = {}
    for value, span in _spans(changes, end):
        held[value] = held.get(value, 0.0) + span
    return max(held, key=lambda value: held[value], default=default)


def middle_tempo(changes: Sequence[Change[float]], end: float, default: float) -> float:
    """The tempo that half of the song lies below, so that a slow last bar changes nothing."""
    spans = sorted((value, span) for value, span in _spans(changes, end) if span > 0)
    half, passed = sum(span for _, span in spans) / 2, 0.0
    for value, span in spans:
        passed += span
        if passed >= half:
            return value
    return default


def changes_of_pace(
    tempi: Sequence[Change[float]], meters: Sequence[Change[tuple[int, int]]], end: float
) -> tuple[str, ...]:
    """What a score of one tempo and one meter leaves out, for whoever gave the file."""
    said = []
    tempo = middle_tempo(tempi, end, 120.0)
    strays = [span for value, span in _spans(tempi, end) if abs(value / tempo - 1) > STEADY]
    if sum(strays) > PASSING_QUARTERS:
        said.append("its changes of tempo are left out")
    held = [(value, span) for value, span in _spans(meters, end) if span > 0]
    if len(held) > 1 and held[0][1] < _bar_quarters(held[1][0]):
        held = held[1:]  # an upbeat has a shorter bar of its own
    long = {meter_of(*value) for value, span in held if span >= 4}
    if len(long) > 1:
        said.append("its changes of meter are left out")
    return tuple(said)


def _bar_quarters(signature: tuple[int, int]) -> float:
    numerator, denominator = signature
    return 4 * numerator / denominator


def key_among(stated: str | None, weights: Sequence[float], *, mode_known: bool) -> str | None:
    """The key of a song whose file states one, and whose pitch classes weigh so much.

    A signature alone leaves two keys to choose from. One without signs may mean that nobody chose:
    then the notes decide.
    """
    fits = key_fits(weights)
    best = max(fits, key=lambda key: fits[key]) if sum(weights) > 0 else None
    if stated is None or best is None or (stated == DEFAULT_KEY and not mode_known):
        return stated if best is None else best
    if mode_known:
        return stated
    tonic, mode = split_key(stated)
    other = f"{PITCH_CLASSES[(tonic + 9) % 12]} minor" if mode == "major" else stated
    return max(stated, other, key=lambda key: fits[key])


def sections_of(marks: Mapping[float, str], beats: float) -> tuple[ScoreSection, ...]:
    """The sections that marks at some beats begin, up to the end of the song."""
    return tuple(
        ScoreSection(marks[at].lower(), round(at, 3), round(end - at, 3))
        for at, end in itertools.pairwise([*sorted(marks), beats])
        if end > at
    )


def _spans(changes: Sequence[Change[Value]], end: float) -> list[tuple[Value, float]]:
    """Each value with how long it holds."""
    ordered = sorted(changes, key=lambda row: row[0])
    edges = [*(at for at, _ in ordered), max([end, *(at for at, _ in ordered)])]
    return [
        (value, after - at)
        for (_, value), (at, after) in zip(ordered, itertools.pairwise(edges), strict=True)
    ]
