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

SIDED = ("recording", "work")
"""A group may claim one side of a pool only: `add-on/recording` pays recordings alone."""


FOLLOW_COLUMNS = {"listener_id": "VARCHAR", "artist_id": "VARCHAR"}


def pool_of(name: str) -> str:
    """The pool of a pool's side, or of a pool.

    >>> pool_of("add-on/recording"), pool_of("add-on")
    ('add-on', 'add-on')
    """
    return name.partition("/")[0]


def side_of(name: str) -> str:
    """The side of a pool that a name speaks of, or nothing if it is both.

    >>> side_of("add-on/recording"), side_of("add-on")
    ('recording', '')
    """
    return name.partition("/")[2]


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
            a pool, after tax, store fee and service share, and with a part of what nobody had
            claimed of it in earlier months. Their sum is that pool.
        renders: rows of `item_id`, `maker_id`, `made_at`, `category`, `fee_micro`: what was made
            in this period, and the fee that each render owes. Their sum is the pool `generation`.
        history: the plays of earlier periods that have been settled, with the columns of the
            plays, whether they were eligible or not.
        follows: rows of `listener_id`, `artist_id`: whom each listener follows, each pair once, as
            known when the month is settled.
        catalogue: rows of `item_id`, `track_id`, `artist_id` for each item of this period's
            plays: the recording that it is or was made from (the first, where there are
            several), and that recording's first artist. Items that nobody knows have no row.
        sides: rows of `pool`, `recording_micro`, `work_micro`: each pool of `pools` in two parts,
            in the proportion in which the rate card pays the two sides of an original; what was
            carried on one side is in that part.
    """

    period: Period
    currency: str
    pools: ibis.Table
    subscriptions: ibis.Table
    renders: ibis.Table
    history: ibis.Table
    follows: ibis.Table
    catalogue: ibis.Table
    sides: ibis.Table
