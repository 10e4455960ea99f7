"""A royalty formula: each fee among its payer's plays, more for the artists whom they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period, RoyaltyFormula, Settings

FAN_WEIGHT = 3
"""What a play of a followed artist claims, where another play claims 1."""


class FanFund:
    """User-centric, with a weight for the artists that a listener follows."""

    id = "fan-fund"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """One claim for each play, on its listener's own fee."""
        import ibis

        known = context.catalogue.filter(context.catalogue.artist_id != "")
        artists = known.select("item_id", "artist_id")
        credited = events.left_join(artists, "item_id")
        follows = context.follows.mutate(follows=True)
        credited = credited.left_join(follows, ["listener_id", "artist_id"])
        return credited.select(
            "event_id",
            "item_id",
            group_id=credited.pool + ":" + credited.listener_id,
            weight=ibis.ifelse(credited.follows.fill_null(False), FAN_WEIGHT, 1),
        )

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """Each subscriber's fee is a group of its own."""
        paid = context.subscriptions
        return paid.select(group_id=paid.pool + ":" + paid.listener_id, amount_micro=paid.net_micro)


@hookimpl
def provide_formulas(settings: Settings) -> list[RoyaltyFormula]:
    """The formula."""
    return [FanFund()]
