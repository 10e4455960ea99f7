"""Chords under hands, on strings and in voices: what can be played, and moves least."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache

from clearmix_covers.chords import Chord

GUITAR = (40, 45, 50, 55, 59, 64)
"""The open strings of a guitar, lowest first."""

REACH = 3
"""Frets that a hand spans beside the open strings."""

FINGERS = 4
"""Fingers that press strings."""

LOW, MUDDY = 48, 1.6
"""The note below which a third over the bass is muddy, and what it costs, where a string that is
not struck costs one and a half."""

WIDEST_HAND = 14
"""Semitones that one hand reaches: a ninth."""

FREE = 127
"""A ceiling that nothing reaches."""

UNISON = 6
"""What it costs to sing the tune's own note with it, which hides the tune."""

PARALLEL = 4
"""What parallel fifths or octaves cost, where a semitone of motion costs a half."""


def kept(chord: Chord, count: int, *, shell: bool) -> tuple[int, ...]:
    """The pitch classes to sound when there are so many fingers or players.

    The third and the seventh say what a chord is; a fifth can be spared, and with a bass player
    who has the root (`shell`) the root too.
    """
    steps = list(chord.steps)
    if shell and len(steps) > 3:
        steps.remove(0)
    for spare in (7, 0):
        if len(steps) > count and spare in steps:
            steps.remove(spare)
    return tuple((chord.root + step) % 12 for step in steps[: max(count, 1)])


def hand(
    chord: Chord, before: Sequence[int], *, low: int, high: int, count: int, shell: bool = False
) -> tuple[int, ...]:
    """A close voicing within one hand that moves least from the one before."""
    classes = kept(chord, count, shell=shell)
    middle = (low + high) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    for lowest in range(low, high + 1):
        if lowest % 12 not in classes:
            continue
        pitches = [lowest]
        for step in range(1, WIDEST_HAND):
            if (lowest + step) % 12 in classes and len(pitches) < max(count, len(classes)):
                pitches.append(lowest + step)
        if pitches[-1] > high or len(pitches) < min(count, len(classes)):
            continue
        away = _moved(pitches, before) + 0.15 * abs(sum(pitches) / len(pitches) - middle)
        if best is None or away < best[0]:
            best = away, tuple(pitches)
    if best is not None:
        return best[1]
    return tuple(sorted(within(one + 60, low, high) for one in classes))


def _moved(pitches: Sequence[int], before: Sequence[int]) -> float:
    if not before:
        return 0.0
    return sum(min(abs(one - other) for other in before) for one in pitches) / len(pitches)


def within(pitch: int, low: int, high: int) -> int:
    """The pitch in the octave that lies within a range, or nearest to it."""
    while pitch < low:
        pitch += 12
    while pitch > high and pitch - 12 >= low:
        pitch -= 12
    return pitch


@cache
def shape(chord: Chord) -> tuple[int | None, ...]:
    """The pitch of each guitar string from the lowest, None where it is not struck.

    The lowest struck string has the bass, the others tones of the chord, all within reach of one
    hand and of its four fingers; full and low shapes and open strings are preferred, and a fifth or
    an octave next to a low bass: thirds are muddy there.
    """
    classes = set(chord.classes)
    third = {(chord.root + step) % 12 for step in chord.steps if step in (3, 4)}
    best: tuple[float, tuple[int | None, ...]] | None = None
    for position, lowest in itertools.product(range(8), range(4)):
        frets = {*([0] if position <= 2 else []), *range(position, position + REACH + 1)}
        on_string = [
            [fret for fret in sorted(frets) if (GUITAR[number] + fret) % 12 in wanted] or [None]
            for number in range(lowest, 6)
            for wanted in ({chord.lowest} if number == lowest else classes,)
        ]
        for held in itertools.product(*on_string):
            struck = [open + fret for open, fret in zip(GUITAR[lowest:], held, strict=True)
                      if fret is not None]  # fmt: skip
            if held[0] is None or len(set(struck)) < len(struck) or _fingers(held) > FINGERS:
                continue
            sounded = {pitch % 12 for pitch in struck}
            missing = len(classes - sounded) + 3 * bool(third - sounded)
            cost = 1.2 * missing + 1.5 * held.count(None) + 0.45 * lowest + 0.45 * position
            cost += MUDDY * (len(struck) > 1 and struck[0] < LOW and struck[1] - struck[0] < 5)
            cost -= 0.25 * held.count(0)
            if best is None or cost < best[0]:
                pitches = (
                    None if fret is None else open + fret
                    for open, fret in zip(GUITAR[lowest:], held, strict=True)
                )
                best = cost, (*[None] * lowest, *pitches)
    assert best is not None  # noqa: S101  # every pitch class lies on the lowest string
    return best[1]


def _fingers(held: Sequence[int | None]) -> int:
    """Fingers that press the frets: the first lies across all strings where none is open."""
    pressed = [fret for fret in held if fret]
    if not pressed or 0 in held:
        return len(pressed)
    return 1 + sum(fret > min(pressed) for fret in pressed)


def power(chord: Chord, low: int = 38) -> tuple[int, int, int]:
    """Root, fifth and octave on the lowest strings."""
    root = low + (chord.root - low) % 12
    return root, root + 7, root + 12


def block(pitch: int, chord: Chord, count: int, low: int) -> tuple[int, ...]:
    """The tune's note and the chord's tones close below it, highest first.

    A note outside the chord gets the tones that lie at least a whole tone under it.
    """
    pitches = [pitch]
    classes = chord.classes
    at = pitch - 2
    while len(pitches) < count and at >= low:
        if at % 12 in classes and at % 12 != pitch % 12 and pitches[-1] - at >= 2:
            pitches.append(at)
        at -= 1
    return tuple(pitches)


def inner(
    chord: Chord, before: Sequence[int], ranges: Sequence[tuple[int, int]], *, top: int,
    bottom: int,
) -> tuple[int, ...]:  # fmt: skip
    """One pitch for each inner voice, highest first, between the tune and the bass.

    INVARIANT: no voice crosses another, the tune or the bass. The third is wanted most; what moves
    least, lies evenly and makes no parallel fifths or octaves is taken. Where the tune dips into
    the bass the voices share its note.

    Args:
        chord: what sounds.
        before: all voices that sounded last, the tune first and the bass last; or nothing.
        ranges: the lowest and highest note of each inner voice.
        top: the tune's note.
        bottom: the bass's note.
    """
    wanted = set(kept(chord, len(ranges) + 1, shell=False))
    options = [
        [pitch for pitch in range(max(low, bottom), min(high, top) + 1) if pitch % 12 in wanted]
        for low, high in ranges
    ]
    third = {(chord.root + step) % 12 for step in chord.steps if step in (2, 3, 4, 5)}
    best: tuple[float, tuple[int, ...]] | None = None
    for voices in itertools.product(*options):
        if any(upper < lower for upper, lower in itertools.pairwise(voices)):
            continue
        moved = sum(abs(one - other) for one, other in zip(voices, before[1:-1], strict=False))
        doubled = len(voices) - len({voice % 12 for voice in voices})
        column = (*((top,) if top < FREE else ()), *voices, bottom)
        cost = 0.5 * moved + 5 * doubled + 7 * (not third & {voice % 12 for voice in voices})
        cost += _uneven(column[:-1])
        cost += 0.12 * sum(
            abs(voice - (low + high) / 2) for voice, (low, high) in zip(voices, ranges, strict=True)
        )
        cost += 4 * (top < FREE) * sum(voice % 12 == top % 12 for voice in voices)
        cost += UNISON * (top < FREE) * voices.count(top)
        cost += PARALLEL * parallels(before, (top, *voices, bottom))
        if best is None or cost < best[0]:
            best = cost, voices
    if best is not None:
        return best[1]
    return _squeezed(ranges, top, bottom)


def parallels(before: Sequence[int], after: Sequence[int]) -> int:
    """How many pairs of voices move the same way from one fifth or octave to another.

    >>> parallels((72, 65), (74, 67)), parallels((72, 65), (74, 65))
    (1, 0)
    """
    both = list(zip(before, after, strict=False))
    return sum(
        (was - low) % 12 in (0, 7)
        and (was - low) % 12 == (now - under) % 12
        and (now - was) * (under - low) > 0
        for (was, now), (low, under) in itertools.combinations(both, 2)
    )


def _uneven(column: Sequence[int]) -> float:
    return sum(max(0, upper - lower - 9) * 0.6 for upper, lower in itertools.pairwise(column))


def _squeezed(ranges: Iterable[tuple[int, int]], top: int, bottom: int) -> tuple[int, ...]:
    """The nearest that does not cross: notes between the two outer voices."""
    return tuple(max(bottom, min(top, (top + bottom) // 2)) for _ in ranges)
