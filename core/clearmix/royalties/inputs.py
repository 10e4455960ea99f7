"""The inputs of a settlement, read from database and logs into the tables of an engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from itertools import pairwise

from sqlmodel import col, or_, select

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.context import ADD_ON, FOLLOW_COLUMNS, GENERAL
from clearmix.royalties.engine import Engine
from clearmix.royalties.money import money, totals
from clearmix.royalties.period import Period
from clearmix.royalties.plays import category_of
from clearmix.royalties.rates import Rates
from clearmix.royalties.reduction import SCALED_LIMIT
from clearmix.royalties.settling import (
    CATALOGUE_COLUMNS,
    EPOCH_COLUMNS,
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    make_routes,
)
from clearmix.royalties.splits import Splits
from clearmix.royalties.works import Rights
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import FollowRow, ListenerRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.storage.tables.royalties import LoggedRenderRow

BATCH = 100_000
"""Rows that are held in memory at a time while a table of the catalogue's size is laid."""


def lay_subscriptions(engine: Engine, database: Database, period: Period, rates: Rates) -> None:
    """Makes `subscriptions`: what each subscriber pays into a pool, as known now.

    The add-on's subscribers are the listeners who hold it and those whom the rate card lists. A
    listener pays into the general pool if the rate card states the fee of the tier, as do those
    whom it lists under that tier; who is a listener and is listed too pays once. Who was erased
    has paid for the month in which that was, and for none after it.

    Raises:
        RoyaltyError: a pool is too large to be divided exactly.
    """
    there = or_(col(ListenerRow.erased_at).is_(None), col(ListenerRow.erased_at) >= period.start)
    with database.session() as session:
        listeners = session.exec(select(ListenerRow).where(there).order_by(ListenerRow.id)).all()
    subscribers = {row.id for row in listeners if rates.add_on in row.add_ons}
    subscribers |= set(rates.subscribers)
    tiers = {id: tier for tier, ids in rates.tier_subscribers.items() for id in ids}
    tiers |= {row.id: row.tier for row in listeners}
    rows = [(ADD_ON, id, rates.net_micro(rates.add_on_fee_micro)) for id in sorted(subscribers)]
    rows += [
        (GENERAL, id, rates.net_micro(rates.subscription_fee_micro[tier]))
        for id, tier in sorted(tiers.items())
        if tier in rates.subscription_fee_micro
    ]
    for pool, amount in totals((pool, amount) for pool, _, amount in rows).items():
        if amount >= SCALED_LIMIT:
            raise RoyaltyError(
                f"the pool `{pool}` of {period} would hold {money(amount, rates.currency)}, more "
                "than can be divided exactly",
                help="check the fees of the rate card; they are in millionths of the currency",
                place="rates",
            )
    engine.create("subscriptions", SUBSCRIPTION_COLUMNS, [row for row in rows if row[2] > 0])


def lay_renders(engine: Engine, database: Database, period: Period, rates: Rates) -> None:
    """Makes `renders`: what was made in the period, taken down or not, and the fee of each."""
    fee = rates.per_generation_fee_micro
    with database.session() as session:
        made = session.exec(
            select(RenderRow.id, RenderRow.listener, RenderRow.created_at, RenderRow.kind).where(
                RenderRow.created_at >= period.start, RenderRow.created_at < period.end
            )
        ).all()
        logged = session.exec(
            select(
                LoggedRenderRow.id,
                LoggedRenderRow.maker,
                LoggedRenderRow.made_at,
                LoggedRenderRow.kind,
            ).where(LoggedRenderRow.made_at >= period.start, LoggedRenderRow.made_at < period.end)
        ).all()
    rows = [
        (id, maker, _naive(made_at), category_of(kind), fee)
        for id, maker, made_at, kind in sorted([*made, *logged])
    ]
    engine.create("renders", RENDER_COLUMNS, rows)


def lay_follows(engine: Engine, database: Database) -> None:
    """Makes `follows`: whom each listener follows, as known now."""
    with database.session() as session:
        rows = session.exec(select(FollowRow.listener, FollowRow.party)).all()
    engine.create("follows", FOLLOW_COLUMNS, sorted(rows))


def lay_items(engine: Engine, database: Database, period: Period) -> Rights:
    """Makes the tables of what is known of the items heard or made; the rights to them come back.

    `events` and `renders` are laid already. Plays may have been logged before their item was
    known; what a file said of its category and maker then gives way to what is known now.
    """
    heard = engine.rows(
        "SELECT item_id, min(category), max(category), min(coalesce(maker_id, '')), "
        "max(coalesce(maker_id, '')) FROM events GROUP BY item_id"
    )
    made = {id for (id,) in engine.rows("SELECT item_id FROM renders")}
    items = sorted(made.union(row[0] for row in heard))
    rights = Rights(database, items)
    _correct_events(engine, rights, heard)
    lay_catalogue(engine, rights, items, period)
    return rights


def _correct_events(engine: Engine, rights: Rights, heard: Iterable[tuple[str, ...]]) -> None:
    """Replaces the view `events`, if the log contradicts what is known of an item."""
    known = []
    for id, *said in heard:
        item = rights.item(id)
        # INVARIANT: of an item that the house knows, its own word holds.
        if item and said != [item.category, item.category, item.maker or "", item.maker or ""]:
            known.append((id, item.category, item.maker))
    if not known:
        return
    columns = {"item_id": "VARCHAR", "category": "VARCHAR", "maker_id": "VARCHAR"}
    engine.create("known", columns, known)
    engine.sql.execute("DROP VIEW IF EXISTS said_events")
    engine.sql.execute("ALTER VIEW events RENAME TO said_events")
    engine.sql.execute(
        "CREATE VIEW events AS SELECT said.* REPLACE ("
        "CASE WHEN known.item_id IS NULL THEN said.maker_id ELSE known.maker_id END AS maker_id, "
        "coalesce(known.category, said.category) AS category) "
        "FROM said_events AS said LEFT JOIN known ON said.item_id = known.item_id"
    )


def lay_routes(
    engine: Engine, rights: Rights, rates: Rates, period: Period, formula: RoyaltyFormula
) -> None:
    """Makes the tables of who earns what of each item that a formula has `reduced` plays to."""

    def describe(id: str) -> tuple[str, str, str] | None:
        item = rights.item(id)
        return (item.category, item.title, item.decision_hash) if item else None

    splits = Splits(rights, rates.side_weights, period.start.date())
    make_routes(engine, splits.parts, describe, formula)


def lay_catalogue(engine: Engine, rights: Rights, item_ids: Iterable[str], period: Period) -> None:
    """Makes `catalogue`, what a formula may know of items, and `epochs`, when shares changed."""
    engine.create("catalogue", CATALOGUE_COLUMNS, [])
    tracks: list[tuple[str, str, str]] = []
    epochs = []
    start, end = _naive(period.start), _naive(period.end)
    for item_id in item_ids:
        item = rights.item(item_id)
        if item is None:
            continue
        tracks.append((item_id, *rights.track(item)))
        if len(tracks) == BATCH:
            engine.append("catalogue", CATALOGUE_COLUMNS, tracks)
            tracks.clear()
        days = sorted(day for day in rights.days_of_change(item) if start < _midnight(day) < end)
        if days:
            bounds = [start, *map(_midnight, days), end]
            for since, until in pairwise(bounds):
                key = f"{item_id}@{since.date().isoformat()}"
                epochs.append((key, item_id, since, until))
    engine.append("catalogue", CATALOGUE_COLUMNS, tracks)
    engine.create("epochs", EPOCH_COLUMNS, epochs)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)
