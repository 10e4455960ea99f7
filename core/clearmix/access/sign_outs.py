"""Sessions that were ended by signing out: a copy of their cookie opens nothing any more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import col, delete

from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.access import SignOutRow

SESSION_DAYS = 14
"""How long a sign-in lasts, unless it is ended before."""


class SignOuts:
    """The ended sessions of those that would still last, each known by a hash of its cookie."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def end(self, session: str) -> None:
        """Ends a session; doing it again changes nothing."""
        now = self._clock()
        over = col(SignOutRow.at) < now - timedelta(days=SESSION_DAYS)
        with self._database.session(write=True) as writing:
            writing.exec(delete(SignOutRow).where(over))
            writing.merge(SignOutRow(session_sha256=_sha256(session), at=now))

    def ended(self, session: str) -> bool:
        """Whether somebody signed out of a session."""
        with self._database.session() as reading:
            return reading.get(SignOutRow, _sha256(session)) is not None


def _sha256(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
