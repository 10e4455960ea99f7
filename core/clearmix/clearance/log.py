"""The decision log: entries are added, each names its predecessor, none is ever edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from clearmix.errors import ClearanceError
from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import DecisionRow
from clearmix.storage.tallies import DECISIONS, count
from clearmix_rules import Decision
from clearmix_rules.canonical import sha256

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""

ANSWER = ("outcome", "rules", "duties")
"""What of a decision's record is the answer; the rest is what it was decided from."""


@dataclass(frozen=True)
class LogEntry:
    """One decision as it was recorded."""

    number: int
    decision_hash: str
    previous_hash: str
    entry_hash: str
    decided_at: datetime
    listener: str
    spec: dict[str, Any]
    request: dict[str, Any]
    decision: dict[str, Any]
    """With `inputs`: the versions that its hash covers besides request and answer."""
    policies: tuple[str, ...]
    """The SHA-256 of every policy text in the house."""

    @property
    def record(self) -> dict[str, Any]:
        """What the hash of the decision is made of, as far as it was written down.

        Entries of earlier versions do not name what they were decided with.
        """
        answer = {key: self.decision[key] for key in ANSWER}
        return {**self.decision.get("inputs", {}), "request": self.request, **answer}

    def as_json(self) -> dict[str, Any]:
        """The entry in JSON's types."""
        return {**vars(self), "decided_at": _utc(self.decided_at), "policies": list(self.policies)}


@dataclass(frozen=True)
class Broken:
    """The first entry that is not as it was written, and what is wrong in plain words."""

    number: int | None
    """None if it is not an entry that is wrong, but that one is missing at the end."""
    problem: str


@dataclass(frozen=True)
class Verified:
    """What came of reading the whole log: how long it is, its last hash, the first fault."""

    entries: int
    head: str
    """The hash of the last entry: whoever keeps it can tell later that nothing was cut off."""
    broken: Broken | None


class DecisionLog:
    """The append-only log in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        decision: Decision,
        *,
        decided_at: datetime,
        listener: str,
        spec: dict[str, Any],
        policies: Sequence[str],
    ) -> int:
        """The number of the new entry."""
        record = decision.record
        inputs = {key: record[key] for key in record.keys() - {"request", *ANSWER}}
        row = DecisionRow(
            decision_hash=decision.hash,
            previous_hash=GENESIS,
            entry_hash="",
            decided_at=decided_at,
            listener=listener,
            spec=spec,
            request=record["request"],
            decision={**decision.as_json(), "inputs": inputs},
            policies=sorted(policies),
        )
        with self._database.session(write=True) as session:
            last = session.exec(
                select(DecisionRow.entry_hash).order_by(col(DecisionRow.number).desc()).limit(1)
            ).first()
            row.previous_hash = last or GENESIS
            row.entry_hash = _entry_hash(_entry(row))
            session.add(row)
            session.flush()
            count(session, DECISIONS, decision.outcome.value)
            return int(row.number or 0)

    def entry(self, number: int) -> LogEntry | None:
        """The entry of that number."""
        with self._database.session() as session:
            row = session.get(DecisionRow, number)
            return _entry(row) if row else None

    def existing(self, number: int) -> LogEntry:
        """The entry of that number.

        Raises:
            ClearanceError: there is none.
        """
        entry = self.entry(number)
        if entry is None:
            with self._database.session() as session:
                last = session.exec(select(func.max(DecisionRow.number))).one()
            raise ClearanceError(
                f"the log has no entry {number}",
                help=f"its last entry is {last}" if last else "nothing was decided yet",
            )
        return entry

    def verify(self, head: str | None = None) -> Verified:
        """The log read from its first entry until one is not as it was written.

        Args:
            head: the hash of an entry that somebody kept; the log must still have it.
        """
        previous, number, entries, met = GENESIS, 0, 0, head is None
        for entry in self._entries():
            problem = _problem(entry, previous, number)
            if problem:
                return Verified(entries, previous, Broken(entry.number, problem))
            previous, number, entries = entry.entry_hash, entry.number, entries + 1
            met = met or previous == head
        broken = None
        if not met:
            broken = Broken(
                None, f"no entry has the hash {head}: entries were cut off, or it is another log's"
            )
        return Verified(entries, previous, broken)

    def _entries(self) -> Iterator[LogEntry]:
        rows = select(DecisionRow).order_by(col(DecisionRow.number))
        with self._database.session() as session:
            for row in session.exec(rows.execution_options(yield_per=500)):
                yield _entry(row)


def differences(entry: LogEntry, decision: Decision) -> tuple[str, ...]:
    """What a decision made again has otherwise than the entry, in plain words."""
    if decision.hash == entry.decision_hash:
        return ()
    was, now = entry.record, decision.record
    said = {
        "semantics": "the language answers by other rules: version {was} then, {now} now",
        "schema": "the table of facts is another one",
        "policies": "other policy versions were in force",
        "tzdata": "the time zones are of version {now}, then of {was}",
        "request": "the request reads otherwise",
        "outcome": "the outcome was {was}, it is {now}",
        "rules": "other rules made the outcome",
        "duties": "the duties are others",
    }
    return tuple(
        said.get(key, f"`{key}` is another").format(was=was.get(key), now=now.get(key))
        for key in dict.fromkeys((*said, *was, *now))
        if was.get(key) != now.get(key)
    ) or ("the recorded hash is not that of the recorded answer",)


def _problem(entry: LogEntry, previous: str, number: int) -> str:
    """What is wrong with an entry that should follow the one with a hash and a number; or ''."""
    if entry.entry_hash != _entry_hash(entry):
        return "it was changed after it was written"
    if entry.previous_hash != previous:
        follows = f"entry {number}" if number else "the beginning of the log"
        return f"it does not follow {follows}: an entry between them was taken out or put in"
    if "inputs" in entry.decision and entry.decision_hash != sha256(entry.record):
        return "its hash is not that of the answer it records"
    return ""


def _entry(row: DecisionRow) -> LogEntry:
    return LogEntry(
        number=int(row.number or 0),
        decision_hash=row.decision_hash,
        previous_hash=row.previous_hash,
        entry_hash=row.entry_hash,
        decided_at=row.decided_at,
        listener=row.listener,
        spec=row.spec,
        request=row.request,
        decision=row.decision,
        policies=tuple(row.policies),
    )


def _entry_hash(entry: LogEntry) -> str:
    content = [
        entry.previous_hash, entry.decision_hash, entry.decided_at.isoformat(), entry.listener,
        entry.spec, entry.request, entry.decision, list(entry.policies),
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _utc(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
