"""Sessions of the sign-in: whose they are, until they are ended by signing out.

A copy of the cookie of an ended session opens nothing any more. All sessions of a user end at once
by counting: each bears how often that was done before it began, so that no clock decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, delete

from clearmix.catalogue.models import Login
from clearmix.errors import CatalogueError
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.access import GenerationRow, SignOutRow
from clearmix.storage.tables.catalogue import LoginRow

SESSION_DAYS = 14
"""How long a sign-in lasts, unless it is ended before."""

_ENDED = sa.select(col(GenerationRow.ended)).where(col(GenerationRow.user) == bindparam("name"))

# Built once: every request asks it.
_LOGIN = sa.select(col(LoginRow.user), col(LoginRow.role), col(LoginRow.party)).where(
    col(LoginRow.user) == bindparam("name"),
    ~sa.exists().where(col(SignOutRow.session_sha256) == bindparam("session")),
    sa.func.coalesce(_ENDED.scalar_subquery(), 0) == bindparam("generation"),
)


class SignIns:
    """The log-ins of sessions, and which sessions were ended: known by hashes of their cookies."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def login(self, user: str, session: str, generation: int) -> Login | None:
        """The log-in of a user's session; None if there is none any more, or it was ended."""
        asked = {"name": user, "session": _sha256(session), "generation": generation}
        with self._database.session() as reading:
            found = reading.connection().execute(_LOGIN, asked).first()
        return Login(found.user, found.role, found.party) if found else None

    def generation(self, user: str) -> int:
        """What a session of a user bears that begins now: how often all of theirs were ended."""
        with self._database.session() as reading:
            row = reading.get(GenerationRow, user)
        return row.ended if row else 0

    def end_all(self, user: str) -> None:
        """Ends every session of a user that has begun, on whatever device; tokens stay.

        Raises:
            CatalogueError: nobody signs in by that name.
        """
        with self._database.session(write=True) as writing:
            if writing.get(LoginRow, user) is None:
                raise CatalogueError(
                    f"no log-in `{user}`", help="give the name that they sign in with"
                )
            row = writing.get(GenerationRow, user, with_for_update=True)
            writing.merge(GenerationRow(user=user, ended=row.ended + 1 if row else 1))

    def end(self, session: str) -> None:
        """Ends a session; doing it again changes nothing."""
        now = self._clock()
        over = col(SignOutRow.at) < now - timedelta(days=SESSION_DAYS)
        with self._database.session(write=True) as writing:
            writing.exec(delete(SignOutRow).where(over))
            writing.merge(SignOutRow(session_sha256=_sha256(session), at=now))


def _sha256(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
