"""Per generation: each render owes a fee when it is made, to the payees of its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from clearmix import Context, Period


class PerGeneration:
    """Every render is a group of its own with its fee as the pool; plays do not matter."""

    id = "per-generation"
    version = "1"

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """One claim for each render, on its own fee."""
        made = context.renders
        return made.select(
            "item_id", event_id=made.item_id, group_id="generation:" + made.item_id, weight=1
        )

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """The fee of each render made in the period."""
        made = context.renders
        return made.select(group_id="generation:" + made.item_id, amount_micro=made.fee_micro)
