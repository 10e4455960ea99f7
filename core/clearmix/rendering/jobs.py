"""Jobs in the database: the outbox that workers take from, and the board that listeners watch."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select, update

from clearmix.errors import ClearmixError, RenderError
from clearmix.rendering.models import Amendment, Job
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.rendering import JobRow
from clearmix.storage.tallies import FAILURES, STEPS, count

OPEN_STATES = ("queued", "running")
"""States from which a job still goes on; no update touches a job in another one."""


class Cancelled(RenderError):  # noqa: N818  # nothing went wrong
    """The listener does not want the remix any more."""


class Jobs:
    """The table of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def job(self, id: str) -> Job:
        """The job of that id; raises RenderError when there is none."""
        return job_of(self.row(id))

    def row(self, id: str) -> JobRow:
        """The job with what a worker needs to do it."""
        with self._database.session() as session:
            row = session.get(JobRow, id)
        if row is None:
            raise RenderError(f"no job `{id}`", help="ask for the remix again")
        return row

    def listed(self, listener: str) -> tuple[Job, ...]:
        """All jobs of a listener, newest first."""
        with self._database.session() as session:
            rows = session.exec(
                select(JobRow)
                .where(JobRow.listener == listener)
                .order_by(col(JobRow.created_at).desc(), JobRow.id)
            )
            return tuple(job_of(row) for row in rows)

    def open(self, state: str | None = None) -> tuple[str, ...]:
        """Ids of jobs that have not ended, oldest first; of one state only, if given."""
        states = OPEN_STATES if state is None else (state,)
        with self._database.session() as session:
            return tuple(
                session.exec(
                    select(JobRow.id)
                    .where(col(JobRow.state).in_(states))
                    .order_by(col(JobRow.created_at), JobRow.id)
                )
            )

    def open_of(self, generators: Collection[str]) -> dict[str, str]:
        """The generator of each job that has not ended, oldest first; of these only, if given."""
        query = (
            select(JobRow.id, JobRow.generator)
            .where(col(JobRow.state).in_(OPEN_STATES))
            .order_by(col(JobRow.created_at), JobRow.id)
        )
        if generators:
            query = query.where(col(JobRow.generator).in_(generators))
        with self._database.session() as session:
            return dict(session.exec(query).all())

    def touch(self, ids: Collection[str]) -> None:
        """Says that these are being worked on, so that no other machine takes them back."""
        for id in ids:
            self._update(id, {})

    def stale(self, before: datetime) -> tuple[str, ...]:
        """Ids of running jobs of which nothing was heard since then."""
        with self._database.session() as session:
            return tuple(
                session.exec(
                    select(JobRow.id).where(
                        JobRow.state == "running", col(JobRow.updated_at) < before
                    )
                )
            )

    def tell(self, id: str, step: str, fraction: float, message: str) -> None:
        """Says how far a job is.

        Raises:
            Cancelled: the job has ended meanwhile, so that there is nobody to tell.
        """
        values = {"state": "running", "step": step, "fraction": fraction, "message": message}
        if not self._update(id, values):
            raise Cancelled("the render was cancelled", help="ask again when you want it")

    def count_step(self, step: str, seconds: float) -> None:
        """Counts a step that came to its end, and how long it took."""
        with self._database.session(write=True) as session:
            count(session, STEPS, step, seconds)

    def require_wanted(self, id: str) -> None:
        """Raises Cancelled when the job has ended."""
        if self.job(id).ended:
            raise Cancelled("the render was cancelled", help="ask again when you want it")

    def fail(self, id: str, error: ClearmixError) -> None:
        """Ends a job with what a listener reads."""
        values = {"state": "failed", "error": error.message, "help": error.help}
        self._update(id, values, failed=type(error).__name__)

    def cancel(self, id: str) -> Job:
        """The job, ended unless it had ended before; its worker stops within a second."""
        self._update(id, {"state": "cancelled", "message": "cancelled"})
        return self.job(id)

    def _update(self, id: str, values: Mapping[str, Any], *, failed: str = "") -> bool:
        statement = (
            update(JobRow)
            .where(col(JobRow.id) == id, col(JobRow.state).in_(OPEN_STATES))
            .values(**values, updated_at=utc_now())
        )
        with self._database.session(write=True) as session:
            result = session.connection().execute(statement)
            changed = isinstance(result, sa.CursorResult) and result.rowcount == 1
            if changed and failed:
                count(session, FAILURES, failed)
            return changed


def new_row(
    spec: RemixSpec,
    listener: str,
    generator: str,
    decision: int,
    amendment: Amendment | None = None,
) -> JobRow:
    """The row of a new job, queued."""
    return JobRow(
        id=secrets.token_hex(8),
        listener=listener,
        spec=spec.as_json(),
        generator=generator,
        decision=decision,
        message="waiting for a free worker",
        amends=amendment.render if amendment else None,
        plan=dict(amendment.plan) if amendment else None,
    )


def job_of(row: JobRow) -> Job:
    """The domain value of a row."""
    return Job(
        id=row.id,
        state=row.state,  # type: ignore[arg-type]  # only the states of `State` are written
        step=row.step,
        fraction=row.fraction,
        message=row.message,
        render_id=row.render,
        error=row.error,
        help=row.help,
    )
