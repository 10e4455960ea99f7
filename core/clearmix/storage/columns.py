"""Column types that both databases keep alike: UTC times and JSON values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused rather than guessed."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The time in UTC, for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The time with its zone, from the database (SQLite drops it)."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_column(**options: Any) -> Any:
    """A column of aware UTC times."""
    return Field(sa_type=UtcDateTime, **options)


def json_column(**options: Any) -> Any:
    """A column of JSON values."""
    return Field(sa_type=sa.JSON, **options)


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)
