"""Patterns with `*`: what they match, and which of several a text can match at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

MOST_STATES = 20_000
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


def witnesses(patterns: Sequence[str]) -> dict[tuple[bool, ...], str]:
    """For each combination of patterns that a text can match, and no more, a shortest such text.

    All patterns are read at once as automata, breadth first over the characters that they name
    and one that none of them names. A bound on the states keeps a hostile set from taking long.

    >>> witnesses(["a*", "*a"])[True, False]
    'a~'
    """
    other = next(char for char in _alphabet() if not any(char in one for one in patterns))
    letters = [*dict.fromkeys(char for one in patterns for char in one if char != "*"), other]
    start = tuple(_closure(one, {0}) for one in patterns)
    reached = {start: ""}
    waiting = [start]
    found: dict[tuple[bool, ...], str] = {}
    for state in waiting:
        ends = tuple(len(one) in at for one, at in zip(patterns, state, strict=True))
        found.setdefault(ends, reached[state])
        for letter in letters:
            after = tuple(_step(one, at, letter) for one, at in zip(patterns, state, strict=True))
            if after not in reached and len(reached) < MOST_STATES:
                reached[after] = reached[state] + letter
                waiting.append(after)
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
