"""User-centric: each subscriber's fee is divided by that subscriber's own plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period


class UserCentric:
    """Every subscriber is a group; the plays of listeners who pay nothing into a pool earn none.

    The fee of a subscriber without a play that counts is carried into the next month.
    """

    id = "user-centric"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """One claim of weight 1 for each play, on the listener's own fee."""
        group = events.pool + ":" + events.listener_id
        return events.select("event_id", "item_id", group_id=group, weight=1)

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """What each subscriber pays into each pool."""
        paid = context.subscriptions
        return paid.select(group_id=paid.pool + ":" + paid.listener_id, amount_micro=paid.net_micro)
