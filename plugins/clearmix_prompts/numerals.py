"""Numbers as other languages write and spell them, from the words that a table has for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")

_JOINT = r"[ -]?(?:(?:y|e|et|und|och|en|и|و|dan)[ -]?)??"
"""What stands between the words of one number, if anything does."""


@dataclass(frozen=True)
class Numeral:
    """A number in a text: where it ends, its digits, and of how many words it is made."""

    end: int
    digits: str
    words: int


class Numerals:
    """The numbers of one language; `ends` tells whether a word can end at a place."""

    def __init__(self, words: Mapping[str, float], ends: Callable[[str, int], bool]) -> None:
        self._words = words
        self._ends = ends
        named = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        self._word = re.compile(named or r"(?!)")
        self._next = re.compile(rf"{_JOINT}(?P<word>{named or '(?!)'})")

    def at(self, plain: str, at: int) -> Numeral | None:
        """The number that begins at a place of a folded text.

        >>> words = {"cento": 100.0, "venti": 20.0, "due": 2.0}
        >>> Numerals(words, lambda plain, end: end == len(plain)).at("cento venti", 0)
        Numeral(end=11, digits='120', words=2)
        """
        digits = _DIGITS.match(plain, at)
        if digits:
            return Numeral(digits.end(), digits[0], 0)
        word = self._word.match(plain, at)
        if word is None:
            return None
        last = total = self._words[word[0]]
        found, count = None, 1
        while word:
            if self._ends(plain, word.end()):
                found = Numeral(word.end(), f"{total:g}", count)
            word = self._next.match(plain, word.end())
            following = self._words[word["word"]] if word else 0.0
            joined = _joined(total, last, following)
            if joined is None:
                break
            total, last, count = joined, following, count + 1
        return found


def _joined(total: float, last: float, following: float) -> float | None:
    """The number that two parts make, if they are parts of one number."""
    if following == 100 and total < 10:
        return total * 100
    if following == 10 and last < 10:
        return total + 9 * last  # as in `二十`
    if last < 10 <= following < 100 and not following % 10 and total % 100 == last:
        return total + following  # as in `fünfundzwanzig`
    room = 100 if last == 100 else 20 if last in (60, 80) else 10 if not last % 10 else 0
    return total + following if 0 < following < room else None
