"""What the log of plays says of each recording: its own plays, and those of what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import col, func, select

from clearmix.royalties.engine import Engine
from clearmix.royalties.period import Period
from clearmix.royalties.reduction import eligible
from clearmix.royalties.reports.lineage import Lineage
from clearmix.royalties.reports.what_if import Observed
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow, ShareRow
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.royalties import PlayLogRow


def observed(
    working: Engine, database: Database, period: Period, category: str
) -> Mapping[str, Observed]:
    """Every recording of the catalogue in one month, by id.

    Args:
        working: with `events` and `renders` laid.
        database: with the catalogue.
        period: the month.
        category: of the renders that are counted.
    """
    counted = eligible(working.table("events"), period)
    wanted = counted.filter(counted.category.isin(["original", category]))
    plays = working.ask(
        wanted.group_by("item_id", "category").agg(plays=lambda t: t.count()).order_by("item_id")
    )
    made = working.rows(
        "SELECT item_id, count(*) FROM renders WHERE category = ? GROUP BY ALL ORDER BY ALL",
        [category],
    )
    originals = {item: int(count) for item, kind, count in plays if kind == "original"}
    heard = {item: int(count) for item, kind, count in plays if kind == category}
    lineage = Lineage(database, {*heard, *(item for item, _ in made)})
    render_plays = _by_source(heard.items(), lineage)
    renders = _by_source(made, lineage)
    with database.session() as session:
        titles = dict(session.exec(select(RecordingRow.id, RecordingRow.title)).all())
    return {
        id: Observed(
            id, title, originals.get(id, 0), render_plays.get(id, 0.0), renders.get(id, 0.0)
        )
        for id, title in titles.items()
    }


def recordings_of(database: Database, party: str) -> tuple[str, ...]:
    """Recordings in which a party may hold something: by credits, label, or shares of a side."""
    with database.session() as session:
        held = set(session.exec(select(ShareRow.subject).where(ShareRow.party == party)))
        rows = session.exec(select(RecordingRow).order_by(col(RecordingRow.id)))
        return tuple(
            row.id
            for row in rows
            if party in (row.label, *row.artists, *row.performers, *row.producers)
            or not held.isdisjoint({row.id, row.work})
        )


def party_names(database: Database) -> dict[str, str]:
    """The name of every party, by id."""
    with database.session() as session:
        return dict(session.exec(select(PartyRow.id, PartyRow.name)).all())


def logged_span(database: Database) -> tuple[datetime, datetime] | None:
    """When the first and the last logged play were heard, or None without any."""
    with database.session() as session:
        spans = [
            session.exec(select(func.min(PlayLogRow.first_at), func.max(PlayLogRow.last_at))).one(),
            session.exec(select(func.min(PlayRow.played_at), func.max(PlayRow.played_at))).one(),
        ]
    known = [(first, last) for first, last in spans if first is not None and last is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def _by_source(items: Iterable[tuple[str, int]], lineage: Lineage) -> dict[str, float]:
    sums: dict[str, float] = {}
    for item, count in items:
        for source, part in lineage.sources(item):
            sums[source] = sums.get(source, 0.0) + part * count
    return sums
