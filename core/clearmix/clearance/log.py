"""The decision log: entries are added, each names its predecessor, none is ever edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import DecisionRow

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""


@dataclass(frozen=True)
class LogEntry:
    """One decision as it was recorded."""

    number: int
    decision_hash: str
    decided_at: datetime
    listener: str
    spec: dict[str, Any]
    request: dict[str, Any]
    decision: dict[str, Any]
    policies: tuple[str, ...]


class DecisionLog:
    """The append-only log in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        *,
        decision_hash: str,
        decided_at: datetime,
        listener: str,
        spec: dict[str, Any],
        request: dict[str, Any],
        decision: dict[str, Any],
        policies: Sequence[str],
    ) -> int:
        """The number of the new entry."""
        row = DecisionRow(
            decision_hash=decision_hash,
            previous_hash=GENESIS,
            entry_hash="",
            decided_at=decided_at,
            listener=listener,
            spec=spec,
            request=request,
            decision=decision,
            policies=sorted(policies),
        )
        with self._database.session(write=True) as session:
            last = session.exec(
                select(DecisionRow.entry_hash).order_by(col(DecisionRow.number).desc()).limit(1)
            ).first()
            row.previous_hash = last or GENESIS
            row.entry_hash = _entry_hash(row)
            session.add(row)
            session.flush()
            return int(row.number or 0)

    def entry(self, number: int) -> LogEntry | None:
        """The entry of that number."""
        with self._database.session() as session:
            row = session.get(DecisionRow, number)
            return _entry(row) if row else None

    def first_broken(self) -> int | None:
        """The number of the first entry that does not follow from the one before, or None."""
        previous = GENESIS
        with self._database.session() as session:
            for row in session.exec(select(DecisionRow).order_by(col(DecisionRow.number))):
                if row.previous_hash != previous or row.entry_hash != _entry_hash(row):
                    return row.number
                previous = row.entry_hash
        return None


def _entry(row: DecisionRow) -> LogEntry:
    return LogEntry(
        number=int(row.number or 0),
        decision_hash=row.decision_hash,
        decided_at=row.decided_at,
        listener=row.listener,
        spec=row.spec,
        request=row.request,
        decision=row.decision,
        policies=tuple(row.policies),
    )


def _entry_hash(row: DecisionRow) -> str:
    content = [
        row.previous_hash, row.decision_hash, row.decided_at.isoformat(), row.listener, row.spec,
        row.request, row.decision, row.policies,
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
