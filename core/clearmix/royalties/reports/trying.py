"""A settlement tried out: the same steps on the same plays, and nothing is posted or kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties.carrying import lay_carried
from clearmix.royalties.engine import Engine
from clearmix.royalties.inputs import (
    lay_follows,
    lay_items,
    lay_renders,
    lay_routes,
    lay_subscriptions,
)
from clearmix.royalties.period import Period
from clearmix.royalties.rates import Rates
from clearmix.royalties.settling import Reduced, finish, reduce
from clearmix.storage.database import Database


@dataclass(frozen=True)
class Trial:
    """What a formula and a rate card would pay: the sums of payees and of categories."""

    formula: str
    formula_version: str
    rates: Rates
    reduced: Reduced
    payees: dict[str, int]
    categories: dict[str, int]


def try_out(
    working: Engine,
    database: Database,
    period: Period,
    formula: RoyaltyFormula,
    rates: Rates,
    carried: Mapping[str, int] = MappingProxyType({}),
) -> Trial:
    """What settling would give, on an engine whose `events` and `history` are laid already.

    Args:
        working: the engine.
        database: of what is known of listeners and items.
        period: the month.
        formula: divides it.
        rates: the rate card.
        carried: what is taken in of each pool.

    Raises:
        PluginError: the formula breaks its contract.
        RoyaltyError: there is nothing to pay out.
    """
    lay_subscriptions(working, database, period, rates)
    lay_renders(working, database, period, rates)
    lay_carried(working, carried)
    lay_follows(working, database)
    rights = lay_items(working, database, period)
    reduced = reduce(working, formula, period, rates.currency, rates.side_weights("original"))
    lay_routes(working, rights, rates, period, formula)
    finish(working, period, reduced)
    return Trial(
        formula.id,
        formula.version,
        rates,
        reduced,
        payees=_sums(working, "payee"),
        categories=_sums(working, "category"),
    )


def _sums(working: Engine, column: str) -> dict[str, int]:
    rows = working.rows(
        f"SELECT {column}, sum(amount_micro) FROM lines GROUP BY {column} ORDER BY {column}"  # noqa: S608
    )
    return {name: int(amount) for name, amount in rows}
