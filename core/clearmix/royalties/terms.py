"""The royalty terms of a decision's duties: what each payee is owed at least."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from clearmix.errors import RoyaltyError

ALL_BPS = 10_000


def floors_of(duties: Mapping[str, Any]) -> dict[str, Fraction]:
    """The least share of an item's earnings that each payee is owed.

    The base of every rate is what the item itself earned of a pool (`revenue` and `net-revenue`
    alike: tax, store fee and service share have left the pool before it is divided). Where two
    terms name one payee the greater holds, as duties merge.

    Args:
        duties: of a decision; `royalties` lists objects with `payee` and `rate_bps`.

    Raises:
        RoyaltyError: a term lacks a payee, or its rate is not 0 to 10,000 basis points.

    >>> floors_of({"royalties": [{"payee": "northlight", "rate_bps": 1500, "base": "revenue"}]})
    {'northlight': Fraction(3, 20)}
    """
    floors: dict[str, Fraction] = {}
    for term in duties.get("royalties") or ():
        payee, bps = term.get("payee"), term.get("rate_bps")
        if not payee or type(bps) is not int or not 0 <= bps <= ALL_BPS:
            raise RoyaltyError(
                f"a royalty of `{bps}` basis points to `{payee}` makes no sense",
                help="give a payee and a rate of 0 to 10,000 basis points",
                place="duties",
            )
        floors[payee] = max(floors.get(payee, Fraction(0)), Fraction(bps, ALL_BPS))
    return floors
