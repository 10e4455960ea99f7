"""Closing days: plays of days that are over move from the database to Parquet, one file a day."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import col, delete, select

from clearmix.royalties.engine import EVENT_COLUMNS, engine
from clearmix.royalties.plays import play_values
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.royalties import PlayLogRow

CHUNK = 500
"""Ids of one `IN` list; older SQLite allows 999 parameters."""


def close_days(database: Database, store: Store, before: datetime) -> int:
    """How many plays moved to the store.

    A play is in the database or in a closed file, whatever happens in between: the file is named
    by its bytes, and becomes part of the log in the transaction that takes its plays away.

    Args:
        database: of the plays.
        store: where the files go, under `plays/` and the day in UTC.
        before: aware; the first instant that stays open.
    """
    with database.session() as session:
        rows = session.exec(select(PlayRow).where(PlayRow.played_at < before)).all()
    days: dict[date, list[PlayRow]] = {}
    for row in rows:
        days.setdefault(row.played_at.astimezone(UTC).date(), []).append(row)
    for day, plays in sorted(days.items()):
        _close(day, plays, database, store)
    return len(rows)


def _close(day: date, plays: list[PlayRow], database: Database, store: Store) -> None:
    with engine() as closing, tempfile.TemporaryDirectory() as folder:
        closing.create("day", EVENT_COLUMNS, [play_values(row) for row in plays])
        path = Path(folder) / "plays.parquet"
        closing.write("SELECT * FROM day ORDER BY event_id", path)
        key = store.put(path, f"plays/{day.isoformat()}")
    times = [row.played_at for row in plays]
    ids = [row.event_id for row in plays]
    with database.session(write=True) as session:
        if session.get(PlayLogRow, key) is None:
            session.add(
                PlayLogRow(
                    key=key, name=f"plays of {day.isoformat()}", plays=len(plays),
                    first_at=min(times), last_at=max(times),
                )
            )  # fmt: skip
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            session.exec(delete(PlayRow).where(col(PlayRow.event_id).in_(chunk)))
