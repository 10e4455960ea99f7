"""What a royalty formula may look at besides the plays themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix.royalties.period import Period

if TYPE_CHECKING:
    import ibis

ADD_ON = "add-on"
"""The pool of the remix add-on's fees: it pays every category but originals."""

GENERAL = "general"
"""The pool of the general subscription: it pays originals, if the rate card states its fees."""

GENERATION = "generation"
"""The pool of the fees that are owed for renders made in the period, one fee each."""

POOLS = (ADD_ON, GENERAL, GENERATION)
"""The pools of the service. They are never mixed: what one takes in, it pays out."""


@dataclass(frozen=True)
class Context:
    """The frozen inputs of one settlement, as formulas see them.

    A formula reads these and the eligible plays, and nothing else: no clock, no file, no
    database. That is what lets a settlement be replayed.

    Attributes:
        period: the month that is settled.
        currency: ISO 4217 code of every amount.
        pools: rows of `pool`, `amount_micro`: what each funded pool holds in this period.
        subscriptions: rows of `pool`, `listener_id`, `net_micro`: what each subscriber pays into
            a pool, after tax, store fee and service share. Their sum is that pool.
        renders: rows of `item_id`, `maker_id`, `made_at`, `category`, `fee_micro`: what was made
            in this period, and the fee that each render owes. Their sum is the pool `generation`.
        history: the plays of earlier periods that have been settled, with the columns of the
            plays, whether they were eligible or not.
    """

    period: Period
    currency: str
    pools: ibis.Table
    subscriptions: ibis.Table
    renders: ibis.Table
    history: ibis.Table
