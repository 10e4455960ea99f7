"""Closing days: plays of days that are over move from the database to Parquet, one file a day."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlmodel import col, delete, func, select

from clearmix.contracts import Progress
from clearmix.royalties.engine import engine
from clearmix.royalties.plays import lay_fresh
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.royalties import PlayLogRow

CHUNK = 500
"""Ids of one `IN` list; older SQLite allows 999 parameters."""


def close_days(database: Database, store: Store, before: datetime, progress: Progress) -> int:
    """How many plays moved to the store.

    A play is in the database or in a closed file, whatever happens in between: the file is named
    by its bytes, and becomes part of the log in the transaction that takes its plays away.

    Args:
        database: of the plays.
        store: where the files go, under `plays/` and the day in UTC.
        before: aware; the first instant that stays open.
        progress: told how far it is.
    """
    moved = 0
    with database.session() as session:
        asked = select(func.count()).select_from(PlayRow).where(PlayRow.played_at < before)
        waiting = session.exec(asked).one()
    while True:
        with database.session() as session:
            first = session.exec(
                select(PlayRow.played_at)
                .where(PlayRow.played_at < before)
                .order_by(col(PlayRow.played_at))
            ).first()
        if first is None:
            return moved
        day = first.astimezone(UTC).date()
        progress(moved / max(waiting, moved, 1), f"closing {day.isoformat()}")
        moved += _close(day, before, database, store)


def _close(day: date, before: datetime, database: Database, store: Store) -> int:
    """How many plays of a day moved."""
    start = datetime.combine(day, time(), UTC)
    end = min(start + timedelta(days=1), before)
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as closing:
        with database.session() as session:
            lay_fresh(closing, session, "day", start, end)
        path = Path(folder) / "plays.parquet"
        closing.write("SELECT * FROM day ORDER BY event_id", path)
        key = store.put(path, f"plays/{day.isoformat()}")
        plays, *heard = closing.one("SELECT count(*), min(played_at), max(played_at) FROM day")
        first_at, last_at = (at.replace(tzinfo=UTC) for at in heard)
        with database.session(write=True) as session:
            if session.get(PlayLogRow, key) is None:
                session.add(
                    PlayLogRow(
                        key=key, name=f"plays of {day.isoformat()}", plays=plays,
                        first_at=first_at, last_at=last_at,
                    )
                )  # fmt: skip
            # Those that were written, and none that came since.
            written = closing.sql.execute("SELECT event_id FROM day")
            while chunk := [id for (id,) in written.fetchmany(CHUNK)]:
                session.exec(delete(PlayRow).where(col(PlayRow.event_id).in_(chunk)))
    return int(plays)
