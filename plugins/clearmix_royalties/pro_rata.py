"""Pro-rata: each pool is divided by plays, every play alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period


class ProRata:
    """The whole market is one group: a play is worth the pool divided by all its plays."""

    id = "pro-rata"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """One claim of weight 1 for each play, on the pool that its category is paid from."""
        return events.select("event_id", "item_id", group_id=events.pool, weight=1)

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """Each pool, whole."""
        return context.pools.select("amount_micro", group_id=context.pools.pool)
