"""Rows as lines of JSON and back, the same on every database."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from clearmix.storage.columns import UtcDateTime

AT_A_TIME = 500
"""Rows that are held in memory."""


def lines_of(session: Session, table: sa.Table) -> Iterator[bytes]:
    """Every row of a table, in the order of its key, as a line of JSON."""
    rows = session.connection().execute(
        sa.select(table).order_by(*table.primary_key.columns),
        execution_options={"yield_per": AT_A_TIME},
    )
    for row in rows:
        values = {
            column.name: _said(value) for column, value in zip(table.columns, row, strict=True)
        }
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield text.encode() + b"\n"


def write(session: Session, table: sa.Table, lines: Iterable[bytes]) -> int:
    """How many rows were added to a table, which holds none before."""
    rows = 0
    for some in _in_batches(_parents_first(table, (_row(table, line) for line in lines))):
        session.connection().execute(table.insert(), some)
        rows += len(some)
    if rows and session.get_bind().dialect.name == "postgresql":
        _count_on(session, table)
    return rows


def _said(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _row(table: sa.Table, line: bytes) -> dict[str, Any]:
    said = json.loads(line)
    return {column.name: _value(column, said[column.name]) for column in table.columns}


def _value(column: sa.Column[Any], said: Any) -> Any:
    if said is None:
        return sa.null() if isinstance(column.type, sa.JSON) else None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(said)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(said)
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(said)
    return said


def _parents_first(table: sa.Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows, each after the one of the same table that it refers to."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not own:
        yield from rows
        return
    (key,) = table.primary_key.columns
    waiting = list(rows)
    written: set[Any] = {None}
    while waiting:
        ready = [row for row in waiting if all(row[name] in written for name in own)]
        if not ready:  # a circle: the database says which
            yield from waiting
            return
        yield from ready
        written.update(row[key.name] for row in ready)
        waiting = [row for row in waiting if row[key.name] not in written]


def _in_batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _count_on(session: Session, table: sa.Table) -> None:
    """Lets PostgreSQL number the next rows after those that came with their numbers."""
    for column in table.primary_key.columns:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        if session.connection().execute(sa.select(sequence)).scalar() is not None:
            last = sa.select(sa.func.max(column)).scalar_subquery()
            session.connection().execute(sa.select(sa.func.setval(sequence, last)))
