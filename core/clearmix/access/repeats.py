"""Requests that may be sent again: the answer of the first is kept under the key it came with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, delete

from clearmix.errors import RepeatError
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.access import RepeatRow

KEPT_HOURS = 24
"""How long an answer is kept for whoever asks again."""

ABANDONED_MINUTES = 15
"""After which a request without an answer counts as cut off, and its key is free again."""

UNDER_WAY = RepeatError(
    "the same request is still being carried out",
    help="send it again in a moment, with the same key",
    place="Idempotency-Key",
)


@dataclass(frozen=True)
class Answered:
    """What a request was answered with."""

    status: int
    content: Any


class Repeats:
    """Keys of requests, each of which is carried out once."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def begin(self, user: str, key: str, request: str) -> Answered | None:
        """The answer that the request had already, or None: it is to be carried out now.

        Args:
            user: whose key it is; another's key of the same name is another key.
            key: what the caller made up.
            request: a digest of what is asked for.

        Raises:
            RepeatError: the key came with another request, or the first is still under way.
        """
        now = self._clock()
        abandoned = col(RepeatRow.status).is_(None) & (
            col(RepeatRow.begun_at) < now - timedelta(minutes=ABANDONED_MINUTES)
        )
        old = col(RepeatRow.begun_at) < now - timedelta(hours=KEPT_HOURS)
        with self._database.session(write=True) as session:
            session.exec(delete(RepeatRow).where(sa.or_(abandoned, old)))
            row = session.get(RepeatRow, (user, key))
            if row is None:
                session.add(RepeatRow(user=user, key=key, request=request, begun_at=now))
                try:
                    session.flush()
                except sa.exc.IntegrityError:  # another process was a moment earlier
                    raise UNDER_WAY from None
                return None
            if row.request != request:
                raise RepeatError(
                    "this key came with another request",
                    help="make up a new `Idempotency-Key` for each thing you ask for",
                    place="Idempotency-Key",
                )
            if row.status is None:
                raise UNDER_WAY
            return Answered(row.status, row.content)

    def end(self, user: str, key: str, answered: Answered | None) -> None:
        """Keeps the answer under its key; without one, nothing was done and the key is free."""
        with self._database.session(write=True) as session:
            row = session.get(RepeatRow, (user, key))
            if row is None:
                return
            if answered is None:
                session.delete(row)
                return
            row.status, row.content = answered.status, answered.content
            session.add(row)
