"""Quantities: from what a policy says to whole numbers of a unit, and back to words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from clearmix_rules.errors import UnitError

# What each word is worth, in the unit that facts use. A year counts as 366 days, so that a duty to
# keep something for years is never cut short by a leap year.
UNITS: Mapping[str, tuple[str, int]] = {
    "ms": ("ms", 1), "millisecond": ("ms", 1), "milliseconds": ("ms", 1),
    "second": ("ms", 1_000), "seconds": ("ms", 1_000),
    "minute": ("ms", 60_000), "minutes": ("ms", 60_000),
    "hour": ("ms", 3_600_000), "hours": ("ms", 3_600_000),
    "%": ("bps", 100), "percent": ("bps", 100), "bps": ("bps", 1),
    "semitone": ("cents", 100), "semitones": ("cents", 100), "cent": ("cents", 1),
    "cents": ("cents", 1),
    "day": ("days", 1), "days": ("days", 1), "week": ("days", 7), "weeks": ("days", 7),
    "year": ("days", 366), "years": ("days", 366),
}  # fmt: skip

ABBREVIATIONS: Mapping[str, str] = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "m": "minutes", "min": "minutes",
    "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks",
    "wk": "weeks", "wks": "weeks", "y": "years", "yr": "years", "yrs": "years", "pct": "percent",
    "st": "semitones", "month": "days", "months": "days", "prozent": "percent",
    "sekunden": "seconds", "minuten": "minutes", "stunden": "hours", "tage": "days",
    "wochen": "weeks", "jahre": "years", "jours": "days", "semaines": "weeks", "ans": "years",
}  # fmt: skip
"""Units that people shorten, or that have no fixed size, and what to write."""

_EXAMPLES: Mapping[str, str] = {
    "ms": "90 seconds", "bps": "15%", "cents": "2 semitones", "days": "14 days", "count": "10",
}  # fmt: skip

LARGEST = 2**53 - 1
"""The largest number that every JSON reader keeps exact (RFC 7493, section 2.2)."""


def example(unit: str) -> str:
    """A quantity of a unit as a policy writes it.

    >>> example("ms")
    '90 seconds'
    """
    return _EXAMPLES[unit]


def whole(amount: Fraction, written: str | None, unit: str, what: str) -> int:
    """A quantity as a whole number of `unit`.

    Args:
        amount: the number as written, exactly.
        written: the unit as written, or None.
        unit: `ms`, `bps`, `cents`, `days` or `count`.
        what: the thing measured, for the message.

    Raises:
        UnitError: the unit is missing or of another kind, or the number is not whole.

    >>> whole(Fraction(3, 2), "seconds", "ms", "length")
    1500
    """
    help = f"write it as `{_EXAMPLES[unit]}`"
    if unit == "count":
        if written is not None:
            raise UnitError(f"`{what}` is a plain number and has no unit", help=help)
        factor = 1
    elif written is None:
        raise UnitError(f"`{what}` needs a unit", help=help)
    else:
        kind, factor = UNITS[written]
        if kind != unit:
            raise UnitError(f"`{what}` is not measured in `{written}`", help=help)
    value = amount * factor
    if value.denominator != 1:
        raise UnitError(f"`{what}` cannot be that precise", help="use fewer decimals")
    if value > LARGEST:
        raise UnitError(f"the number for `{what}` is too large", help=f"use at most {LARGEST:,}")
    return int(value)


def say(value: int, unit: str | None) -> str:
    """A whole number of a unit in words.

    >>> say(90_000, "ms"), say(1_500, "bps"), say(150, "cents"), say(1, "days")
    ('90 seconds', '15%', '1.5 semitones', '1 day')
    """
    if unit == "ms":
        if value >= 120_000 and value % 60_000 == 0:
            return f"{value // 60_000} minutes"
        return _plural(Fraction(value, 1_000), "second")
    if unit == "bps":
        return f"{_decimal(Fraction(value, 100))}%"
    if unit == "cents":
        return _plural(Fraction(value, 100), "semitone")
    if unit == "days":
        return _plural(Fraction(value), "day")
    return str(value)


def _plural(amount: Fraction, word: str) -> str:
    return f"{_decimal(amount)} {word}{'' if amount == 1 else 's'}"


def _decimal(amount: Fraction) -> str:
    """A decimal without trailing zeros; every amount here has a finite one."""
    if amount.denominator == 1:
        return str(amount.numerator)
    text = f"{amount.numerator * 1_000 // amount.denominator:04d}"
    return f"{text[:-3]}.{text[-3:]}".rstrip("0")
