"""Judgements on plays that come after them: fraud, opt-outs, appeals. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlmodel import Session, col, select

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
    _require_reason(reason)
    rows = [PlayFlagRow(event_id=id, reason=reason) for id in event_ids]
    rows += [PlayFlagRow(item_id=id, since=since, reason=reason) for id in items]
    with database.session(write=True) as session:
        standing = {_about(row) for row in _standing(session)}
        new = [row for row in rows if _about(row) not in standing]
        session.add_all(new)
    return len(new)


def lift_flags(
    database: Database, reason: str, event_ids: Iterable[str], items: Iterable[str]
) -> int:
    """How many flags were taken back: those of single plays, and all those of items.

    What a log itself calls fraud is no flag, and stays.

    Raises:
        RoyaltyError: there is no reason.
    """
    _require_reason(reason)
    plays, whole = set(event_ids), set(items)
    with database.session(write=True) as session:
        lifted = [
            PlayFlagRow(
                event_id=row.event_id, item_id=row.item_id, since=row.since, reason=reason,
                lifted=True,
            )
            for row in _standing(session)
            if row.event_id in plays or row.item_id in whole
        ]  # fmt: skip
        session.add_all(lifted)
    return len(lifted)


def _standing(session: Session) -> list[PlayFlagRow]:
    """The flags that hold: of all that was said about the same plays, the last word."""
    rows = session.exec(select(PlayFlagRow).order_by(col(PlayFlagRow.number))).all()
    last = {_about(row): row for row in rows}
    return [row for row in last.values() if not row.lifted]


def _about(row: PlayFlagRow) -> tuple[str | None, str | None, datetime | None]:
    return row.event_id, row.item_id, row.since


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RoyaltyError("a flag without a reason", help="say why, such as `fraud`")


def apply_flags(into: Engine, database: Database, name: str) -> None:
    """Makes the plays that were flagged afterwards fraud in a view of plays, anew each time."""
    with database.session() as session:
        flags = _standing(session)
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
