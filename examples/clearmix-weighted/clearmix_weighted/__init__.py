"""A royalty formula that weighs each stream category: pro-rata otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period, RoyaltyFormula, Settings

WEIGHTS = {"official-remix": 4, "producer-led": 3, "listener-remix": 2, "listener-cover": 1}


class Weighted:
    """Each pool is divided by plays, and a play weighs what its category weighs."""

    id = "weighted"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """One claim for each play; originals, which nothing competes with, weigh 1."""
        weight = events.category.cases(*WEIGHTS.items(), else_=1)
        return events.select("event_id", "item_id", group_id=events.pool, weight=weight)

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """Each pool, whole."""
        return context.pools.select("amount_micro", group_id=context.pools.pool)


@hookimpl
def provide_formulas(settings: Settings) -> list[RoyaltyFormula]:
    """The formula."""
    return [Weighted()]
