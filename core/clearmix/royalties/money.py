"""Money in micro-units and shares as fractions: in words, in JSON, added up."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from clearmix.errors import RoyaltyError

LARGEST_JSON_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 7493, section 2.2)."""


def micro_json(amount_micro: int) -> int | str:
    """An amount for JSON: a number where every reader keeps it exact, else a string of digits.

    >>> micro_json(1_500_000), micro_json(2**60)
    (1500000, '1152921504606846976')
    """
    return amount_micro if abs(amount_micro) <= LARGEST_JSON_INTEGER else str(amount_micro)


def money(amount_micro: int, currency: str) -> str:
    """An amount in words, with no digit left out.

    >>> money(1_234_500_000, "GBP"), money(1, "GBP"), money(-2_000_000, "GBP")
    ('1,234.50 GBP', '0.000001 GBP', '-2.00 GBP')
    """
    units, rest = divmod(abs(amount_micro), 1_000_000)
    digits = f"{rest:06d}"
    tail = digits[:2] + digits[2:].rstrip("0")
    return f"{'-' if amount_micro < 0 else ''}{units:,}.{tail} {currency}"


def micro_of(text: str) -> int:
    """The micro-units of an amount in digits; raises RoyaltyError if it is none.

    >>> micro_of("20"), micro_of("0.000001"), micro_of("1,234.50")
    (20000000, 1, 1234500000)
    """
    found = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,6}))?", text.strip().replace(",", ""))
    if found is None:
        raise RoyaltyError(
            f"`{text}` is not an amount",
            help="write it with a point and at most six decimals, such as 20.00",
        )
    whole, rest = found.groups()
    return int(whole) * 1_000_000 + int((rest or "").ljust(6, "0"))


def percent(share: Fraction) -> str:
    """A share in words, rounded to a hundredth of a percent only where it must be.

    >>> percent(Fraction(3, 8)), percent(Fraction(1, 3)), percent(Fraction(1))
    ('37.5 %', '33.33 %', '100 %')
    """
    hundredths = round(share * 10_000)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''} %"


def largest_remainder(amount: int, weights: Mapping[str, int], seed: str = "") -> dict[str, int]:
    """A whole amount divided by weights: each exact part rounded down, the rest one by one.

    What is left goes to the largest remainders, ties by the hash of seed and name (Hamilton).

    >>> largest_remainder(100, {"a": 1, "b": 1, "c": 2})
    {'a': 25, 'b': 25, 'c': 50}

    Raises:
        RoyaltyError: a weight or the amount is negative, or no weight is above zero.
    """
    whole = sum(weights.values())
    if amount < 0 or whole <= 0 or min(weights.values()) < 0:
        raise RoyaltyError(
            f"{amount} cannot be divided by weights that add up to {whole}",
            help="give an amount and weights of 0 or more, not all of them 0",
        )
    parts = {name: divmod(amount * weight, whole) for name, weight in sorted(weights.items())}
    left = amount - sum(base for base, _ in parts.values())
    first = sorted(parts, key=lambda name: (-parts[name][1], _tie(seed, name)))[:left]
    return {name: base + (name in first) for name, (base, _) in parts.items()}


def _tie(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()


def totals(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sum of each name's amounts, by name."""
    found: dict[str, int] = {}
    for name, amount in amounts:
        found[name] = found.get(name, 0) + amount
    return dict(sorted(found.items()))
