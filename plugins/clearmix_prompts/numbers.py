"""Numbers as people write and say them: `120`, `ninety`, `a hundred and twenty`, `one twenty`."""

from __future__ import annotations

from collections.abc import Sequence

from clearmix_prompts.text import Token

_UNITS = {
    word: float(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10.0 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
} | {"fourty": 40.0}

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_FRACTIONS = {
    (count, part): n / parts
    for n, count in enumerate(_COUNTS, start=1)
    for parts, part in ((3, "third"), (4, "quarter"), (5, "fifth"), (8, "eighth"), (10, "tenth"))
    for part in (part, f"{part}s")
    if n < parts
}
"""`Two thirds`; in letters only, because `3 quarters` may count something."""

_ADDED = {("and", "a", "half"): 0.5, ("and", "a", "quarter"): 0.25, ("and", "a", "third"): 1 / 3}


def number_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The number that begins at a token, and how many tokens it takes.

    `two and a half` and `two and three quarters` are one number; `a minute and a half`
    is not, its unit stands between.

    >>> from clearmix_prompts.text import read
    >>> [number_at(read(words).tokens, 0) for words in ("one twenty-eight", "two and a half")]
    [(128.0, 3), (2.5, 4)]
    """
    if tokens[at].kind == "number":
        part, _, parts = tokens[at].text.partition("/")
        value, used = float(part) / float(parts or 1), 1
    else:
        spoken = _spoken([token.text for token in tokens[at : at + 8]])
        if spoken is None:
            return None
        value, used = spoken
    after = tuple(token.text for token in tokens[at + used : at + used + 3])
    if after in _ADDED:
        return value + _ADDED[after], used + 3
    if after[:1] == ("and",) and after[1:] in _FRACTIONS:
        return value + _FRACTIONS[after[1], after[2]], used + 3
    return value, used


def _spoken(words: Sequence[str]) -> tuple[float, int] | None:
    """The value of number words at the start, and how many words they are."""
    if words[:2] == ["a", "hundred"]:
        total, used = 100.0, 2
    elif words[:2] in (["a", "couple"], ["a", "few"]):
        return (2.0 if words[1] == "couple" else 3.0), 3 if words[2:3] == ["of"] else 2
    elif tuple(words[:2]) in _FRACTIONS:
        return _FRACTIONS[words[0], words[1]], 2
    elif words[0] in ("nineteen", "twenty") and words[1:2] and words[1] in _TENS:
        century = 1900.0 if words[0] == "nineteen" else 2000.0
        rest, more = _below_hundred(words[1:])
        return century + rest, 1 + more
    elif words[0] in _UNITS or words[0] in _TENS:
        total, used = _below_hundred(words)
        if words[used : used + 1] == ["hundred"]:
            total, used = total * 100, used + 1
        elif words[used : used + 1] == ["point"] and words[used + 1 : used + 2]:
            digit = _UNITS.get(words[used + 1])
            return (total + digit / 10, used + 2) if digit is not None else (total, used)
        elif 1 <= total <= 9 and used == 1 and len(words) > 1 and words[1] in _TENS:
            rest, more = _below_hundred(words[1:])
            return total * 100 + rest, 1 + more
        else:
            return total, used
    elif words[0] == "hundred":
        total, used = 100.0, 1
    else:
        return None
    skip = 1 if words[used : used + 1] == ["and"] else 0
    following = words[used + skip : used + skip + 1]
    if following and (following[0] in _UNITS or following[0] in _TENS):
        rest, more = _below_hundred(words[used + skip :])
        return total + rest, used + skip + more
    return total, used


def _below_hundred(words: Sequence[str]) -> tuple[float, int]:
    if words[0] in _TENS:
        unit = _UNITS.get(words[1], 0.0) if len(words) > 1 else 0.0
        return (_TENS[words[0]] + unit, 2) if 1 <= unit <= 9 else (_TENS[words[0]], 1)
    return _UNITS[words[0]], 1
