"""Wrong passwords of the last minutes, by name and by address, for all processes of a service.

Names and addresses are kept as keyed hashes, and for these minutes only.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import col, delete, select

from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.access import WrongPasswordRow

MOST_FAILURES = {"name": 10, "address": 40}
"""Wrong passwords for one name, or from one address, before it has to wait."""

FAILURE_SECONDS = 300.0
"""How long a wrong password counts."""


class WrongPasswords:
    """A limit on guessing."""

    def __init__(
        self, database: Database, key: Callable[[], bytes], clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._key = key
        self._clock = clock

    def wait(self, name: str, address: str) -> float:
        """Seconds until another password may be tried; 0 when it may be now."""
        return max(self._wait("name", name), self._wait("address", address))

    def count(self, name: str, address: str) -> None:
        """Counts a wrong password, and forgets those that count no more."""
        now = self._clock()
        over = col(WrongPasswordRow.at) <= now - timedelta(seconds=FAILURE_SECONDS)
        with self._database.session(write=True) as session:
            session.exec(delete(WrongPasswordRow).where(over))
            for kind, value in (("name", name), ("address", address)):
                session.add(WrongPasswordRow(by=self._hashed(kind, value), at=now))

    def _wait(self, kind: str, value: str) -> float:
        """Seconds until the oldest of as many as are allowed counts no more."""
        oldest = (
            select(WrongPasswordRow.at)
            .where(WrongPasswordRow.by == self._hashed(kind, value))
            .order_by(col(WrongPasswordRow.at).desc())
            .offset(MOST_FAILURES[kind] - 1)
            .limit(1)
        )
        with self._database.session() as session:
            at = session.exec(oldest).first()
        passed = (self._clock() - at).total_seconds() if at else FAILURE_SECONDS
        if abs(passed) >= FAILURE_SECONDS:  # also when the clock went back by more than that
            return 0.0
        return min(FAILURE_SECONDS, FAILURE_SECONDS - passed)

    def _hashed(self, kind: str, value: str) -> str:
        said = f"wrong password\0{kind}\0{value}".encode()
        return hmac.digest(self._key(), said, hashlib.sha256).hex()
