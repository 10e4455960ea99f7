"""A settlement tried out: the same steps on the same plays, and nothing is posted or kept."""

from __future__ import annotations

from dataclasses import dataclass

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties.carrying import lay_carried, standing, to_take_in
from clearmix.royalties.context import GENERATION
from clearmix.royalties.engine import Engine
from clearmix.royalties.inputs import (
    lay_follows,
    lay_items,
    lay_renders,
    lay_routes,
    lay_subscriptions,
)
from clearmix.royalties.period import Period
from clearmix.royalties.rates import Rates, rates_in_force
from clearmix.royalties.settling import Reduced, finish, reduce
from clearmix.royalties.sheaves import open_kept
from clearmix.storage.database import Database
from clearmix.storage.store import Store


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
    store: Store,
    period: Period,
    formula: RoyaltyFormula,
    rates: Rates,
) -> Trial:
    """What settling would give, on an engine whose `events` and `history` are laid already.

    Args:
        working: the engine.
        database: of what is known of listeners and items.
        store: where the tables of settlements are kept.
        period: the month.
        formula: divides it.
        rates: the rate card.

    Raises:
        PluginError: the formula breaks its contract.
        RoyaltyError: there is nothing to pay out.
    """
    lay_money(working, database, store, period, rates)
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


def card_of(database: Database, period: Period, formula: str) -> Rates:
    """The rate card of a month: that by which a formula, or another, settled it; or in force.

    Raises:
        RoyaltyError: there is none.
    """
    with database.session() as session:
        settled = standing(session, period)
    if settled:
        row = min(settled, key=lambda row: row.formula != formula)
        return Rates.model_validate(row.manifest["rates"])
    return rates_in_force(database, period)


def lay_money(
    working: Engine, database: Database, store: Store, period: Period, rates: Rates
) -> None:
    """Makes `subscriptions`, `renders`, `follows` and `carried` as settling the month would.

    Of a pool that was divided already these are the ones of then, unless the rate card is another:
    no record says who subscribed on which day.
    """
    lay_subscriptions(working, database, period, rates)
    lay_renders(working, database, period, rates)
    lay_follows(working, database)
    with database.session() as session:
        settled = standing(session, period)
        carried = to_take_in(session, period, rates.currency)
    for row in settled:
        if Rates.model_validate(row.manifest["rates"]) != rates:
            continue
        kept = [name for name in ("subscriptions", "renders", "follows") if name in row.files]
        open_kept(working, store, row.files, *kept, prefix="settled_")
        pools = [pool for pool in row.pools if pool != GENERATION]
        working.sql.execute(
            "DELETE FROM subscriptions WHERE pool IN (FROM (SELECT unnest(?)))", [pools]
        )
        working.sql.execute(
            "INSERT INTO subscriptions SELECT pool, listener_id, net_micro "
            "FROM settled_subscriptions WHERE pool IN (FROM (SELECT unnest(?)))",
            [pools],
        )
        if GENERATION in row.pools:
            working.derive("renders", "FROM settled_renders")
        if "follows" in row.files:
            working.derive("follows", "FROM settled_follows")
    lay_carried(working, carried)


def _sums(working: Engine, column: str) -> dict[str, int]:
    rows = working.rows(
        f"SELECT {column}, sum(amount_micro) FROM lines GROUP BY {column} ORDER BY {column}"  # noqa: S608
    )
    return {name: int(amount) for name, amount in rows}
