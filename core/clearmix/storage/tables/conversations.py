"""Conversations of listeners, turn by turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class ConversationRow(SQLModel, table=True):
    """One conversation; the newest of a listener is the one on the page."""

    __tablename__ = "conversation"
    id: str = Field(primary_key=True)
    listener: str = Field(index=True)
    source: str | None = None
    started_at: datetime = utc_column(default_factory=utc_now)


class TurnRow(SQLModel, table=True):
    """What was said, and the events that came of it, in their order."""

    __tablename__ = "turn"
    conversation: str = Field(primary_key=True, foreign_key="conversation.id")
    number: int = Field(primary_key=True)
    words: str
    events: list[dict[str, Any]] = json_column(default_factory=list)
    said_at: datetime = utc_column(default_factory=utc_now)
