"""Where each item's money was earned: what its claims were worth, by territory and tier.

A play can be worth more than another of the same item: by its weight, or because fewer plays share
the fee that it is paid from. So money is put where the plays that earned it were heard, and not
divided by how many plays were heard where.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.asking import run
from clearmix.royalties.engine import Engine
from clearmix.royalties.period import Period
from clearmix.royalties.plays import UNKNOWN_TERRITORY
from clearmix.royalties.reduction import worths
from clearmix.royalties.settling import Reduced, said_by

if TYPE_CHECKING:
    import ibis


def locate(
    engine: Engine,
    formula: RoyaltyFormula,
    period: Period,
    currency: str,
    side_weights: Mapping[str, int],
    reduced: Reduced,
) -> None:
    """Makes `places`, after `reduce` on the same engine; the other arguments are those of it."""
    said = said_by(engine, formula, period, currency, side_weights)
    places = by_place(
        said.claims, engine.table("events"), engine.table("groups"), 10**reduced.exponent
    )
    run(formula, lambda: engine.make("places", places))
    # INVARIANT: what was earned somewhere is what was earned.
    found, expected = engine.rows(
        "SELECT coalesce(sum(worth), 0), coalesce(sum(units), 0) FROM places UNION ALL "
        "SELECT coalesce(sum(value), 0), coalesce(sum(units), 0) FROM reduced"
    )
    if found != expected:
        raise RoyaltyError(
            f"the plays of {period} earned {expected[0]} in all and {found[0]} by territory",
            help="this is a defect; nothing was posted, report it with the inputs",
        )


def by_place(claims: ibis.Table, events: ibis.Table, groups: ibis.Table, scale: int) -> ibis.Table:
    """One row for each pool, item, territory and tier: what claims earned there, and how many did.

    Args:
        claims: rows of `event_id`, `item_id`, `group_id`, `weight`. A claim of no play, such as
            that of a render on its fee, belongs to no known territory.
        events: each event id once, with `territory` and `tier`.
        groups: what `group_totals` returned.
        scale: 10^k.
    """
    heard = events.select("event_id", "territory", "tier")
    earning = worths(claims, groups, scale).left_join(heard, "event_id")
    return (
        earning.select(
            "pool",
            "item_id",
            "worth",
            territory=earning.territory.nullif("").fill_null(UNKNOWN_TERRITORY),
            tier=earning.tier.fill_null(""),
        )
        .group_by("pool", "item_id", "territory", "tier")
        .agg(
            worth=lambda t: t.worth.sum().cast("int64"),
            units=lambda t: t.count().cast("int64"),
        )
    )
