"""The log of plays: fresh ones in the database, closed files of them as Parquet in the store."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import col, select

from clearmix.errors import CatalogueError, RoyaltyError
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine, literal
from clearmix.royalties.events import Category, Heard, Play
from clearmix.royalties.flagging import apply_flags
from clearmix.royalties.period import Period
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import RecordingRow
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.storage.tables.royalties import LoggedRenderRow, PlayLogRow

if TYPE_CHECKING:
    from sqlmodel import Session

    from clearmix.catalogue import Catalogue

LONGEST_SECONDS = 86_400
"""No single listening lasts longer than a day."""

BATCH = 10_000
"""Plays of the database that are held in memory at a time."""

UNKNOWN_TERRITORY = "ZZ"
"""Territory of a listener that the catalogue does not know (ISO 3166-1 reserves ZZ for users)."""

LANES: dict[str, Category] = {
    "original": "original",
    "official": "official-remix",
    "producer": "producer-led",
}
"""The stream category of each lane of the catalogue."""


class PlayLog:
    """Every play that was reported, each event id once; nothing is edited or taken away."""

    def __init__(self, database: Database, store: Store, catalogue: Catalogue) -> None:
        self._database = database
        self._store = store
        self._catalogue = catalogue

    def record(self, heard: Heard) -> Play:
        """The play of one listening, logged; an event id that is logged already stays as it is.

        Raises:
            RoyaltyError: the duration is no number of seconds of one day, or the item is unknown.
        """
        if not (math.isfinite(heard.seconds) and 0 <= heard.seconds <= LONGEST_SECONDS):
            raise RoyaltyError(
                f"a listening cannot last `{heard.seconds}` seconds",
                help=f"report between 0 and {LONGEST_SECONDS} seconds",
                place=heard.id,
            )
        with self._database.session(write=True) as session:
            known = session.get(PlayRow, heard.id)
            if known is None:
                known = self._row(heard, session)
                session.add(known)
            return play_of(known)

    def _row(self, heard: Heard, session: Session) -> PlayRow:
        category, maker = _category(heard.item, session)
        try:
            listener = self._catalogue.listener(heard.listener)
            territory, tier = listener.territory, str(listener.tier)
        except CatalogueError:
            territory, tier = UNKNOWN_TERRITORY, "free"
        return PlayRow(
            event_id=heard.id,
            item_id=heard.item,
            listener_id=heard.listener,
            played_at=heard.played_at,
            milliseconds=math.floor(heard.seconds * 1000),
            category=category,
            territory=territory,
            tier=tier,
            maker_id=maker,
            fraud=heard.fraud,
        )

    def gather(self, period: Period, into: Engine, name: str = "events") -> None:
        """Makes a view of all plays of a period, each event id once, the first report counting."""
        logs = self.logs(period)
        sources = [
            f"SELECT {kept_columns(into, self._store.local_path(key))}, {number} AS source "  # noqa: S608
            f"FROM read_parquet({literal(self._store.local_path(key))})"
            for number, key in enumerate(logs)
        ]
        with self._database.session() as session:
            lay_fresh(into, session, "fresh", period.start, period.end)
        sources.append(f"SELECT *, {len(logs)} AS source FROM fresh")  # noqa: S608
        within = (
            f"({' UNION ALL '.join(sources)}) AS reports "
            f"WHERE played_at >= {_literal_time(period.start)} "
            f"AND played_at < {_literal_time(period.end)}"
        )
        several = len(logs) + bool(into.one("SELECT count(*) FROM fresh")[0]) > 1
        # Hardly any play is in two files. Which are is found once; each reading of the view then
        # looks a few ids up, where it would else have to put all plays in groups.
        into.sql.execute(
            f"CREATE OR REPLACE TABLE repeated_{name} AS "  # noqa: S608
            f"SELECT event_id, min(source) AS first FROM {within} AND {several} "
            "GROUP BY event_id HAVING count(*) > 1"
        )
        once = (
            f"AND NOT EXISTS (FROM repeated_{name} AS repeated WHERE "
            "repeated.event_id = reports.event_id AND repeated.first <> reports.source)"
        )
        into.sql.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT {', '.join(EVENT_COLUMNS)} "  # noqa: S608
            f"FROM {within} {once if several else ''}"
        )
        apply_flags(into, self._database, name)

    def count(self, period: Period) -> int:
        """How many plays are logged for a period."""
        with engine() as counting:
            self.gather(period, counting)
            return int(counting.one("SELECT count(*) FROM events")[0])

    def logs(self, period: Period | None = None) -> tuple[str, ...]:
        """Store keys of the closed files that may hold plays of a period, oldest first."""
        query = select(PlayLogRow.key)
        if period is not None:
            query = query.where(
                PlayLogRow.last_at >= period.start, PlayLogRow.first_at < period.end
            )
        with self._database.session() as session:
            return tuple(
                session.exec(query.order_by(col(PlayLogRow.imported_at), col(PlayLogRow.key)))
            )

    def close_file(self, key: str, name: str, plays: int, first: datetime, last: datetime) -> None:
        """Adds a closed file; adding it again changes nothing."""
        with self._database.session(write=True) as session:
            if session.get(PlayLogRow, key) is None:
                session.add(
                    PlayLogRow(key=key, name=name, plays=plays, first_at=first, last_at=last)
                )

    def unknown_ids(self, event_ids: Sequence[str]) -> list[str]:
        """Those of the ids that are of no logged play."""
        with engine() as looking:
            looking.create("wanted", {"event_id": "VARCHAR"}, [(id,) for id in event_ids])
            self.lay_fresh_ids(looking, "logged")
            parts = ["SELECT event_id FROM logged"]
            parts += [
                f"SELECT event_id FROM read_parquet({literal(self._store.local_path(key))})"  # noqa: S608
                for key in self.logs()
            ]
            query = (
                "SELECT DISTINCT event_id FROM wanted "  # noqa: S608
                f"WHERE event_id NOT IN ({' UNION ALL '.join(parts)}) ORDER BY ALL"
            )
            return [id for (id,) in looking.rows(query)]

    def lay_fresh_ids(self, into: Engine, name: str) -> None:
        """Makes a table of the event ids of the plays that are in the database."""
        ids = {"event_id": "VARCHAR"}
        into.create(name, ids, [])
        with self._database.session() as session:
            asked = select(PlayRow.event_id).execution_options(yield_per=BATCH)
            for rows in session.exec(asked).partitions():
                into.append(name, ids, [(id,) for id in rows])


def lay_fresh(into: Engine, session: Session, name: str, start: datetime, end: datetime) -> None:
    """Makes a table of the plays in the database that were heard from `start` to before `end`."""
    into.create(name, EVENT_COLUMNS, [])
    asked = select(PlayRow).where(PlayRow.played_at >= start, PlayRow.played_at < end)
    for rows in session.exec(asked.execution_options(yield_per=BATCH)).partitions():
        into.append(name, EVENT_COLUMNS, [play_values(row) for row in rows])


def kept_columns(into: Engine, path: Path) -> str:
    """The columns of plays in a closed file; one from before `sought` was logged lacks it."""
    columns = {row[0] for row in into.rows(f"DESCRIBE FROM read_parquet({literal(path)})")}
    return ", ".join(
        column if column in columns else f"false AS {column}" for column in EVENT_COLUMNS
    )


def play_of(row: PlayRow) -> Play:
    """The play of a row."""
    return Play(
        event_id=row.event_id,
        item_id=row.item_id,
        listener_id=row.listener_id,
        played_at=row.played_at,
        seconds=row.milliseconds / 1000,
        category=row.category,  # type: ignore[arg-type]  # checked when it was logged
        territory=row.territory,
        tier=row.tier,
        offline=row.offline,
        maker_id=row.maker_id,
        fraud=row.fraud,
        sought=row.sought,
    )


def _category(item_id: str, session: Session) -> tuple[Category, str | None]:
    """The stream category of an item, and who had it made."""
    recording = session.get(RecordingRow, item_id)
    if recording is not None:
        return LANES[recording.lane], None
    render = session.get(RenderRow, item_id)
    if render is not None:
        return category_of(render.kind), render.listener
    logged = session.get(LoggedRenderRow, item_id)
    if logged is not None:
        return category_of(logged.kind), logged.maker
    raise RoyaltyError(f"no item `{item_id}`", help="`clearmix catalogue list` shows what there is")


def category_of(kind: str) -> Category:
    """The stream category of what a listener had made."""
    return "listener-cover" if kind == "cover" else "listener-remix"


def play_values(row: PlayRow) -> tuple[object, ...]:
    """The values of a row in the order of `EVENT_COLUMNS`."""
    played_at = row.played_at.astimezone(UTC).replace(tzinfo=None)
    return tuple(
        played_at if column == "played_at" else getattr(row, column) for column in EVENT_COLUMNS
    )


def _literal_time(time: datetime) -> str:
    return f"TIMESTAMP {literal(time.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' '))}"
