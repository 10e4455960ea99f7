"""The royalty terms of a decision's duties: what each payee is owed at least."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from clearmix.errors import RoyaltyError
from clearmix.royalties.context import GENERATION, pool_of
from clearmix_rules import ITEM_EARNINGS, NET_POOL, RENDER_FEE, ROYALTY_BASES

ALL_BPS = 10_000

EARNED_FROM = {
    NET_POOL: "of what the item is allotted of the pool's net",
    RENDER_FEE: "of the render's fee",
    ITEM_EARNINGS: "of all that the item earns",
    "revenue": "of all that the item earns",
    "net-revenue": "of all that the item earns",
}
"""What each base of a rate means in a settlement.

Tax, store fee and the service's share have left a pool before it is divided, so that `revenue`
and `net-revenue` mean the same here, and the same as `item-earnings`."""


@dataclass(frozen=True, order=True)
class Floor:
    """The least share that a payee is owed, and the base that the term names."""

    share: Fraction
    base: str = ITEM_EARNINGS

    @property
    def of(self) -> str:
        """The base in words."""
        return EARNED_FROM[self.base]


def binds(base: str, pool: str) -> bool:
    """Whether a rate of that base counts in what an item earned of a pool.

    >>> binds("render-fee", "generation"), binds("render-fee", "add-on")
    (True, False)
    """
    from_fee = pool_of(pool) == GENERATION
    return {NET_POOL: not from_fee, RENDER_FEE: from_fee}.get(base, True)


def floors_of(duties: Mapping[str, Any], pool: str) -> dict[str, Floor]:
    """The least share of what an item earned of a pool that each payee is owed.

    Where two terms name one payee the greater holds, as duties merge.

    Args:
        duties: of a decision; `royalties` lists objects with `payee`, `rate_bps` and `base`.
        pool: a rate counts in the pools of its base; without a base it counts in all.

    Raises:
        RoyaltyError: a term lacks a payee, its rate is not 0 to 10,000 basis points, or its base
            is unknown.

    >>> terms = [{"payee": "northlight", "rate_bps": 1500, "base": "net-pool"}]
    >>> floors_of({"royalties": terms}, "add-on"), floors_of({"royalties": terms}, "generation")
    ({'northlight': Floor(share=Fraction(3, 20), base='net-pool')}, {})
    """
    floors: dict[str, Floor] = {}
    for term in duties.get("royalties") or ():
        base = term.get("base", ITEM_EARNINGS)
        if base not in ROYALTY_BASES:
            raise RoyaltyError(
                f"a royalty of a share of `{base}` makes no sense",
                help=f"the bases are {', '.join(ROYALTY_BASES)}",
                place="duties",
            )
        if not binds(base, pool):
            continue
        payee, bps = term.get("payee"), term.get("rate_bps")
        if not payee or type(bps) is not int or not 0 <= bps <= ALL_BPS:
            raise RoyaltyError(
                f"a royalty of `{bps}` basis points to `{payee}` makes no sense",
                help="give a payee and a rate of 0 to 10,000 basis points",
                place="duties",
            )
        floor = Floor(Fraction(bps, ALL_BPS), base)
        floors[payee] = max(floors.get(payee, floor), floor)
    return floors
