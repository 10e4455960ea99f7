"""Personal access tokens: shown once, kept as a hash, with scopes, an end, and a way back."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session, col, select

from clearmix.access.callers import Caller
from clearmix.access.scopes import SCOPES_OF, Scope
from clearmix.catalogue.models import Login
from clearmix.errors import AccessError
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.access import TokenRow
from clearmix.storage.tables.catalogue import LoginRow

LONGEST_DAYS = 366
"""Longest life of a token: what is forgotten somewhere ends by itself."""

DEFAULT_DAYS = 90

_SHAPE = re.compile(r"clearmix_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
"""Its id, and 256 random bits; the name in front is what scanners of leaked secrets look for."""

State = Literal["active", "expired", "revoked"]


@dataclass(frozen=True)
class Token:
    """What is known of a token; what opens the door is not among it."""

    id: str
    user: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    state: State

    def as_json(self) -> dict[str, Any]:
        """The token in JSON's types."""
        return {
            "id": self.id,
            "user": self.user,
            "name": self.name,
            "scopes": list(self.scopes),
            "created_at": self.created_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "state": self.state,
        }


class Tokens:
    """The tokens of all log-ins."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def create(
        self,
        user: str,
        *,
        name: str = "",
        scopes: Sequence[str] = (),
        days: int = DEFAULT_DAYS,
    ) -> tuple[str, Token]:
        """The secret of a new token, which is kept nowhere, and what is known of it.

        Args:
            user: the log-in that it acts as.
            name: what it is for.
            scopes: some of those of the log-in's role; all of them if none is named.
            days: how long it lives.

        Raises:
            AccessError: no such log-in, a scope that its role has not, or too long a life.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise AccessError(
                f"a token for {days} days", help=f"give 1 to {LONGEST_DAYS} days", place="days"
            )
        id, bits = secrets.token_hex(6), secrets.token_urlsafe(32)
        secret = f"clearmix_{id}_{bits}"
        now = self._clock()
        with self._database.session(write=True) as session:
            login = session.get(LoginRow, user)
            if login is None:
                raise AccessError(
                    f"no log-in `{user}`", help="import it with `clearmix catalogue import`"
                )
            held = SCOPES_OF[login.role]  # type: ignore[index]  # roles are checked at import
            beyond = [scope for scope in scopes if scope not in held]
            if beyond:
                raise AccessError(
                    f"the role `{login.role}` does not hold the scope `{beyond[0]}`",
                    help=f"choose of {', '.join(sorted(held))}",
                    place="scopes",
                )
            row = TokenRow(
                id=id,
                user=user,
                name=name,
                secret_sha256=_digest(secret),
                scopes=sorted(set(scopes) or held),
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
            session.add(row)
            return secret, self._token(row)

    def listed(self, user: str | None = None) -> tuple[Token, ...]:
        """Tokens of one log-in, or of all, newest first; also those that have ended."""
        query = select(TokenRow).order_by(col(TokenRow.created_at).desc(), TokenRow.id)
        if user is not None:
            query = query.where(TokenRow.user == user)
        with self._database.session() as session:
            return tuple(self._token(row) for row in session.exec(query))

    def revoke(self, id: str) -> Token:
        """The token, worth nothing from now on; AccessError when there is none of that id."""
        with self._database.session(write=True) as session:
            row = session.get(TokenRow, id)
            if row is None:
                raise AccessError(
                    f"no token `{id}`", help="`clearmix tokens list` shows them", place="id"
                )
            row.revoked_at = row.revoked_at or self._clock()
            session.add(row)
            return self._token(row)

    def caller(self, secret: str) -> Caller | None:
        """Who calls with a secret; None when it is none, has ended, or its log-in is gone."""
        shape = _SHAPE.fullmatch(secret)
        if shape is None:
            return None
        with self._database.session() as session:
            row = session.get(TokenRow, shape[1])
            if row is None or not hmac.compare_digest(row.secret_sha256, _digest(secret)):
                return None
            login = _login(session, row.user)
            if login is None or self._state(row) != "active":
                return None
        return Caller(login, SCOPES_OF[login.role] & frozenset(row.scopes), row.id)

    def _token(self, row: TokenRow) -> Token:
        scopes = tuple(row.scopes)
        return Token(
            row.id,
            row.user,
            row.name,
            scopes,  # type: ignore[arg-type]  # checked when it was made
            row.created_at,
            row.expires_at,
            self._state(row),
        )

    def _state(self, row: TokenRow) -> State:
        if row.revoked_at is not None:
            return "revoked"
        return "active" if self._clock() < row.expires_at else "expired"


def _login(session: Session, user: str) -> Login | None:
    row = session.get(LoginRow, user)
    return Login(row.user, row.role, row.party) if row else None  # type: ignore[arg-type]


def _digest(secret: str) -> str:
    """SHA-256 is enough: nobody tries out 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
