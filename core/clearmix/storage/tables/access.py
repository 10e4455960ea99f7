"""Access tokens, ended sessions, wrong passwords, and requests that may be sent again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class TokenRow(SQLModel, table=True):
    """A personal access token; what opens the door is kept as a hash only."""

    __tablename__ = "token"
    id: str = Field(primary_key=True)
    user: str = Field(index=True)
    name: str = ""
    secret_sha256: str
    scopes: list[str] = json_column(default_factory=list)
    created_at: datetime = utc_column(default_factory=utc_now)
    expires_at: datetime = utc_column()
    revoked_at: datetime | None = utc_column(default=None, nullable=True)


class SignOutRow(SQLModel, table=True):
    """A session that was ended before its time; its cookie is kept as a hash only."""

    __tablename__ = "sign_out"
    session_sha256: str = Field(primary_key=True)
    at: datetime = utc_column(index=True)


class WrongPasswordRow(SQLModel, table=True):
    """A wrong password of the last minutes; `by` is the keyed hash of a name or of an address."""

    __tablename__ = "wrong_password"
    id: int | None = Field(default=None, primary_key=True)
    by: str = Field(index=True)
    at: datetime = utc_column(index=True)


class GenerationRow(SQLModel, table=True):
    """How often all sessions of a user were ended; who is not here never did."""

    __tablename__ = "session_generation"
    user: str = Field(primary_key=True)
    ended: int


class RepeatRow(SQLModel, table=True):
    """A request by the key it came with; `status` is None while it is carried out."""

    __tablename__ = "repeat"
    user: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: str
    begun_at: datetime = utc_column(index=True)
    status: int | None = None
    content: Any = json_column(default=None, nullable=True)
