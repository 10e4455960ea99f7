"""Typing slips: the known word that an unknown one was meant to be, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4
"""Shorter words are taken as written, and of these only swapped letters are put right."""

_TWO_SLIPS = 8
"""From this length on two slips are forgiven."""


_BARE = 4
"""From this length on consonants alone may be a word: `drms`, `vcls`, `rvrb`."""

_VOWELS = re.compile("[aeiouy]")


@lru_cache(maxsize=4096)
def intended(word: str, known: Sequence[str]) -> str | None:
    """The known word nearest to one that nobody knows, if it is near enough and the only one.

    >>> intended("fastr", ("faster", "slower")), intended("lick", ("like",))
    ('faster', None)
    """
    if not _VOWELS.search(word) and len(word) >= _BARE:
        full = [name for name in known if _VOWELS.sub("", name) == word]
        return full[0] if len(full) == 1 else None
    if len(word) < _SHORTEST or not word.isalpha() or len(word) > 24:
        return None
    most = 2 if len(word) >= _TWO_SLIPS else 1
    close = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=6)
    likely = [name for name, slips, _ in close if _alike(word, name)]
    if len(word) == _SHORTEST:
        likely = [name for name in likely if sorted(name) == sorted(word)]
    if not likely:
        return None
    best = min(slips for name, slips, _ in close if name in likely)
    nearest = [name for name, slips, _ in close if name in likely and slips == best]
    # A swap or a doubled letter is the commonest slip: it decides between two near words.
    swaps = [name for name in nearest if sorted(name) == sorted(word)]
    if not swaps and len(nearest) > 1 and not _one_stem(nearest):
        return None
    # Letters are left out more often than added: of `fast` and `faster`, `fastr` meant the longer.
    return max(swaps or nearest, key=len)


def one_slip_from(word: str, expected: Sequence[str]) -> str | None:
    """The word expected at a place that one slip may have become; here short ones may too."""
    if len(word) < _SHORTEST or not word.isalpha():
        return None
    near = {
        name
        for name in expected
        if len(name) >= _SHORTEST and _alike(word, name) and OSA.distance(word, name) == 1
    }
    return next(iter(near)) if len(near) == 1 else None


def _alike(word: str, name: str) -> bool:
    """Whether a slip is plausible: the first letter stands, or the first two changed places."""
    return word[0] == name[0] or (word[1] == name[0] and word[0] == name[1])


def _one_stem(names: Sequence[str]) -> bool:
    """Whether near words are forms of one word, such as `guitar` and `guitars`."""
    shortest = min(names, key=len)
    return all(name.startswith(shortest[:-1]) for name in names)
