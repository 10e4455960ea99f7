"""Tallies: counts that all processes of the service add to, kept in the database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from clearmix.storage.tables.operations import TallyRow

DECISIONS = "decisions"
"""Decisions on requests, by outcome."""

STEPS = "steps"
"""Runs of the steps of a render, by step; their total is in seconds."""

FAILURES = "failures"
"""Renders that failed, by kind of error."""


def count(session: Session, name: str, label: str, amount: float = 0.0) -> None:
    """Adds one, and an amount, to a tally, in a writing session and so together with its cause."""
    statement = (
        update(TallyRow)
        .where(col(TallyRow.name) == name, col(TallyRow.label) == label)
        .values(count=TallyRow.count + 1, total=TallyRow.total + amount)
    )
    result = session.connection().execute(statement)
    if isinstance(result, sa.CursorResult) and result.rowcount == 0:
        session.add(TallyRow(name=name, label=label, count=1, total=amount))
        session.flush()


def counted(session: Session, name: str) -> dict[str, tuple[int, float]]:
    """Count and total of each label of a tally."""
    rows = session.exec(select(TallyRow).where(TallyRow.name == name).order_by(TallyRow.label))
    return {row.label: (row.count, row.total) for row in rows}
