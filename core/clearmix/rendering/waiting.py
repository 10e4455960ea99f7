"""How long a listener still waits: the place in the queue and the time left, as an estimate."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from clearmix.errors import RenderError
from clearmix.storage.database import Database
from clearmix.storage.tables.rendering import JobRow

LOOKED_AT = 20
"""How many finished renders an estimate rests on: enough for a middle, and all of today."""


@dataclass(frozen=True)
class Waiting:
    """`before` jobs come first; `seconds` are left, or None where nothing is known of how long."""

    before: int
    seconds: float | None


def waiting(database: Database, job_id: str) -> Waiting:
    """How long a job still waits or takes; raises RenderError when there is no such job.

    A render is taken to last as long as the quarter of the latest renders that came fastest:
    those had hardly to wait for others.
    """
    with database.session() as session:
        row = session.get(JobRow, job_id)
        if row is None:
            raise RenderError(f"no job `{job_id}`", help="ask for the remix again")
        before = 0
        if row.state == "queued":
            earlier = select(func.count()).where(
                JobRow.state == "queued", col(JobRow.created_at) < row.created_at
            )
            before = session.exec(earlier).one()
        lasts = _ordinary_seconds(session)
    if lasts is None:
        return Waiting(before, None)
    return Waiting(before, lasts * (before + 1 - row.fraction))


def _ordinary_seconds(session: Session) -> float | None:
    ended = (
        select(JobRow.created_at, JobRow.updated_at)
        .where(JobRow.state == "published")
        .order_by(col(JobRow.updated_at).desc())
        .limit(LOOKED_AT)
    )
    lasted = sorted((end - begin).total_seconds() for begin, end in session.exec(ended))
    return lasted[len(lasted) // 4] if lasted else None
