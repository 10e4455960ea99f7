"""Judgements on plays that come after them: fraud found later, opt-outs. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlmodel import select

from clearmix.errors import RoyaltyError
from clearmix.royalties.engine import Engine
from clearmix.storage.database import Database
from clearmix.storage.tables.royalties import PlayFlagRow

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""From when on an item's plays are flagged, if nothing else is said: all of them."""


def record_flags(
    database: Database, reason: str, event_ids: Iterable[str], items: Iterable[str],
    since: datetime | None,
) -> int:  # fmt: skip
    """How many of the flags were new; flagging again changes nothing.

    Args:
        database: of the plays.
        reason: such as `fraud` or `opt-out`.
        event_ids: single plays.
        items: all plays of these items, or those since a time.
        since: aware.

    Raises:
        RoyaltyError: there is no reason.
    """
    if not reason.strip():
        raise RoyaltyError("a flag without a reason", help="say why, such as `fraud`")
    rows = [PlayFlagRow(event_id=id, reason=reason) for id in event_ids]
    rows += [PlayFlagRow(item_id=id, since=since, reason=reason) for id in items]
    with database.session(write=True) as session:
        known = {
            (row.event_id, row.item_id, row.since)
            for row in session.exec(select(PlayFlagRow)).all()
        }
        new = [row for row in rows if (row.event_id, row.item_id, row.since) not in known]
        session.add_all(new)
    return len(new)


def apply_flags(into: Engine, database: Database, name: str) -> None:
    """Makes the plays that were flagged afterwards fraud in a view of plays, anew each time."""
    with database.session() as session:
        flags = session.exec(select(PlayFlagRow)).all()
    if not flags:
        return
    plays = sorted({row.event_id for row in flags if row.event_id})
    items: dict[str, datetime] = {}
    for row in flags:
        if row.item_id:
            since = (row.since or BEGINNING).astimezone(UTC).replace(tzinfo=None)
            items[row.item_id] = min(since, items.get(row.item_id, since))
    into.create("flagged", {"event_id": "VARCHAR"}, [(id,) for id in plays])
    into.create("withdrawn", {"item_id": "VARCHAR", "since": "TIMESTAMP"}, sorted(items.items()))
    # What another month left under this name is read by no view any more.
    unflagged = f"unflagged_{name}"
    into.sql.execute(f"DROP VIEW IF EXISTS {unflagged}")
    into.sql.execute(f"ALTER VIEW {name} RENAME TO {unflagged}")
    into.sql.execute(
        f"CREATE VIEW {name} AS SELECT plays.* REPLACE (fraud "  # noqa: S608
        "OR flagged.event_id IS NOT NULL OR coalesce(played_at >= since, false) AS fraud) "
        f"FROM {unflagged} AS plays LEFT JOIN flagged ON flagged.event_id = plays.event_id "
        "LEFT JOIN withdrawn ON withdrawn.item_id = plays.item_id"
    )
