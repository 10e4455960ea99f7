"""What says how a pool is divided among plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import ibis

    from clearmix.royalties import Context, Eligibility, Period


@runtime_checkable
class RoyaltyFormula(Protocol):
    """Says what each play claims of which pool; the kernel's integer reduction does the rest."""

    id: str
    version: str

    def claims(self, events: ibis.Table, context: Context) -> ibis.Table:
        """Rows of event_id, item_id, group_id and an integer weight."""
        ...

    def pools(self, period: Period, context: Context) -> ibis.Table:
        """Rows of group_id and amount_micro (integer)."""
        ...


@runtime_checkable
class ChoosesPlays(Protocol):
    """A formula with a rule of its own for which plays count; others use the default."""

    eligibility: Eligibility
