"""Patterns with `*`: what they match, and which of several a text can match at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

MOST_STATES = 2_000
"""How many states of several patterns read at once are looked at."""


@lru_cache(maxsize=1_024)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.sub(r"\*+", "*", pattern).split("*")
    return re.compile(".*".join(map(re.escape, pieces)), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a whole text.

    >>> matches("GB*", "GBXXX2600001"), matches("GB*", "gb")
    (True, False)
    """
    return _compiled(pattern).fullmatch(text) is not None


def witnesses(
    patterns: Sequence[str], apart_from: Collection[str] = ()
) -> dict[tuple[bool, ...], str]:
    """For each combination of patterns that a text can match, and no more, a shortest such text.

    Texts in `apart_from` do not count. All patterns are read at once as automata, breadth first
    over the characters that they name and one that none of them names. Empty where that takes too
    many states to look at: then every combination must be thought possible.

    >>> witnesses(["a*", "*a"])[True, False]
    'a~'
    """
    named = {char for one in (*patterns, *apart_from) for char in one}
    other = next(char for char in _alphabet() if char not in named)
    letters = [*sorted(named - {"*"}), other]
    # Where a text may still become one of `apart_from`, it is a state of its own.
    begun = {text[:length] for text in apart_from for length in range(len(text) + 1)}
    start = (tuple(_closure(one, {0}) for one in patterns), "" if "" in begun else None)
    reached = {start: ""}
    waiting = [start]
    found: dict[tuple[bool, ...], str] = {}
    for state in waiting:
        places, text = state[0], reached[state]
        if text not in apart_from:
            ends = tuple(len(one) in at for one, at in zip(patterns, places, strict=True))
            found.setdefault(ends, text)
        for letter in letters:
            longer = text + letter
            steps = (_step(one, at, letter) for one, at in zip(patterns, places, strict=True))
            after = (tuple(steps), longer if longer in begun else None)
            if after not in reached:
                reached[after] = longer
                waiting.append(after)
        if len(reached) > MOST_STATES:
            return {}
    return found


def _alphabet() -> Iterator[str]:
    yield from "~x0"
    yield from map(chr, range(0x100, 0xD800))


def _closure(pattern: str, places: set[int]) -> frozenset[int]:
    """The places in a pattern that are reached without reading anything: a star may be empty."""
    found = set(places)
    for place in sorted(places):
        at = place
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            found.add(at)
    return frozenset(found)


def _step(pattern: str, places: frozenset[int], letter: str) -> frozenset[int]:
    after = {at for at in places if at < len(pattern) and pattern[at] == "*"}
    after |= {at + 1 for at in places if at < len(pattern) and pattern[at] == letter != "*"}
    return _closure(pattern, after)
