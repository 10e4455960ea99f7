"""What plays in each bar: a remix breathes with the song, opens up and holds back.

The sections of the song say where it is loud; where they say nothing, phrases of eight bars do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from clearmix import Section
from clearmix_studio.grid import Grid
from clearmix_studio.plan import Bar, Level
from clearmix_studio.structure import Form

PHRASE_BARS = 8
LONGEST_BREAK_BARS = 8

BREAK_BARS, BUILD_BARS = 4, 2
"""Bars of the break before a drop, and of those the last ones that build up to it."""

LEAST_BARS_FOR_A_DROP = 32
"""What is shorter has no room for a break of its own."""

_BY_SECTION = {
    "intro": Level.LIGHT,
    "verse": Level.GROOVE,
    "chorus": Level.FULL,
    "break": Level.BREAK,
    "outro": Level.LIGHT,
}


def arranged(
    grid: Grid,
    form: Form,
    sections: Sequence[Section],
    *,
    energy: float,
    seed: int,
    drops: bool = False,
    presence: Sequence[float] = (),
) -> tuple[Bar, ...]:
    """The bars of the result.

    Args:
        grid: of the result.
        form: of the result.
        sections: of the song at its new tempo.
        energy: -1..1; much of it fills the groove, little of it thins it out.
        seed: picks the phrase that holds back where the sections say nothing.
        drops: whether a break and a drop belong to the style, where the song brings none.
        presence: how likely somebody sings in each bar; empty when it is not known.
    """
    spans = spans_of(grid, form)
    levels: list[Level] = []
    alone = [not form.plays_song(bar[0] + 0.1) for bar in spans]
    telling = len({section.name for section in sections}) > 1
    random = np.random.default_rng([seed, 11])
    phrases = max(1, len(spans) // PHRASE_BARS)
    quiet_phrase = int(random.integers(phrases // 2, phrases)) if phrases >= 4 else -1
    for number, bar in enumerate(spans):
        if telling:
            level = _BY_SECTION.get(_section_at(sections, form.song_time(bar[0] + 0.1)), Level.FULL)
        elif number // PHRASE_BARS == quiet_phrase and number % PHRASE_BARS < PHRASE_BARS // 2:
            level = Level.BREAK
        else:
            level = Level.GROOVE if number < 2 * PHRASE_BARS else Level.FULL
        levels.append(level)
    if form.ending != "loop":  # which comes round without a beginning
        levels = _opening(levels, alone)
    levels = _for_djs(levels, alone)
    levels = _without_long_breaks(levels)
    if energy > 0.35:
        levels = [Level.FULL if level is Level.GROOVE else level for level in levels]
    elif -0.6 <= energy < -0.25:
        levels = [min(level, Level.GROOVE) for level in levels]  # calm, but the beat stays
    elif energy < -0.6:
        levels = [Level(max(Level.BREAK, level - 1)) for level in levels]
    names = _named(spans, alone, form, sections)
    drop = _drop(levels, names, alone, presence) if drops else None
    if drop is not None:
        levels[drop - BREAK_BARS : drop] = [Level.BREAK] * BREAK_BARS
    bars = []
    for number, bar in enumerate(spans):
        before = levels[number - 1] if number else Level.BREAK
        after = levels[number + 1] if number + 1 < len(levels) else Level.BREAK
        bars.append(
            Bar(
                number=number,
                beats=tuple(round(beat, 6) for beat in bar),
                section=names[number],
                level=levels[number],
                opens=levels[number] > before and levels[number] >= Level.GROOVE,
                fills=after > levels[number] or number % PHRASE_BARS == PHRASE_BARS - 1,
                alone=alone[number],
                build=_build(number, drop),
            )
        )
    return tuple(bars)


def spans_of(grid: Grid, form: Form) -> list[Sequence[float]]:
    """The bars of a grid that begin within the result, each with its beats."""
    return [bar for bar in grid.bars if bar[0] < form.seconds - 0.1]


def _drop(
    levels: Sequence[Level], names: Sequence[str], alone: Sequence[bool], presence: Sequence[float]
) -> int | None:
    """The bar on which everything comes back after a break; None where the song has its own.

    It opens a phrase in the later half, rather a chorus, and one in which nobody sings.
    """
    count = len(levels)
    body = levels[PHRASE_BARS : count - PHRASE_BARS]
    if count < LEAST_BARS_FOR_A_DROP or Level.BREAK in body:
        return None
    places = [
        number
        for number in range(count // 2, count - PHRASE_BARS)
        if levels[number] is Level.FULL
        and (names[number] != names[number - 1] or number % PHRASE_BARS == 0)
        and min(levels[number - BREAK_BARS : number]) >= Level.GROOVE
        and not any(alone[number - BREAK_BARS : number + PHRASE_BARS])
    ]

    def worth(number: int) -> float:
        sung = float(np.mean(presence[number : number + PHRASE_BARS])) if presence else 0.0
        opens = names[number] != names[number - 1] and names[number].startswith("chorus")
        return 0.5 * opens - sung - abs(number / count - 2 / 3)

    return max(places, key=worth, default=None)


def _build(number: int, drop: int | None) -> float:
    """How far the build before a drop has come in a bar: it takes the last two."""
    if drop is None or not drop - BUILD_BARS <= number < drop:
        return 0.0
    return (number - (drop - BUILD_BARS) + 1) / BUILD_BARS


def _named(
    spans: Sequence[Sequence[float]], alone: Sequence[bool], form: Form, sections: Sequence[Section]
) -> list[str]:
    """The section of each bar, numbered by its kind: `verse 1`, `chorus 2`, `dj intro`."""
    names: list[str] = []
    counts: Counter[str] = Counter()
    before: tuple[int, int] | None = None
    for bar, silent in zip(spans, alone, strict=True):
        second = bar[0] + 0.1
        if silent:
            names.append("dj intro" if second < form.pieces[0].start else "dj outro")
            continue
        song_second = form.song_time(second)
        found = [
            number
            for number, section in enumerate(sections)
            if section.start_seconds <= song_second < section.end_seconds
        ]
        place = form.piece_at(second), found[0] if found else -1
        name = sections[found[0]].name if found else "part"
        if place != before:
            counts[name] += 1
            before = place
        names.append(f"{name} {counts[name]}")
    return names


def _section_at(sections: Sequence[Section], second: float) -> str:
    for section in sections:
        if section.start_seconds <= second < section.end_seconds:
            return section.name
    return "part"


def _opening(levels: list[Level], alone: list[bool]) -> list[Level]:
    """A remix does not start with everything at once: its first bars are light."""
    first = 4 if len(levels) >= 24 else 2 if len(levels) >= 10 else 0
    return [
        Level(min(level, Level.LIGHT)) if number < first or alone[number] else level
        for number, level in enumerate(levels)
    ]


def _for_djs(levels: list[Level], alone: list[bool]) -> list[Level]:
    """Drums alone grow towards the song and thin out after it, half way each."""
    out = list(levels)
    for started, run in groupby(range(len(alone)), lambda number: alone[number]):
        numbers = list(run)
        if started and len(numbers) >= 4:
            half = len(numbers) // 2
            for number in numbers[half:] if numbers[0] == 0 else numbers[:half]:
                out[number] = Level.GROOVE
    return out


def _without_long_breaks(levels: list[Level]) -> list[Level]:
    out: list[Level] = []
    run = 0
    for level in levels:
        run = run + 1 if level is Level.BREAK else 0
        out.append(Level.GROOVE if run > LONGEST_BREAK_BARS else level)
    return out
