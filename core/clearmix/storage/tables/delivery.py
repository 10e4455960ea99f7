"""Streaming copies and the plays that count."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class PlayRow(SQLModel, table=True):
    """One listening, as it was reported; once its day is closed it moves to a file in the store.

    Whether it is paid for (30 seconds, no fraud...) is decided when a period is settled, so short
    and flagged listenings are kept too. `maker_id` is the listener who had the item made,
    `sought` whether the listener looked for it.
    """

    __tablename__ = "play"
    event_id: str = Field(primary_key=True)
    item_id: str = Field(index=True)
    listener_id: str = Field(index=True)
    played_at: datetime = utc_column(index=True)
    milliseconds: int = Field(sa_type=sa.BigInteger)
    category: str
    territory: str
    tier: str
    offline: bool = False
    maker_id: str | None = None
    fraud: bool = False
    sought: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    recorded_at: datetime = utc_column(default_factory=utc_now)


class StreamCopyRow(SQLModel, table=True):
    """What is streamed instead of a sound in the store, and its waveform picture."""

    __tablename__ = "stream_copy"
    audio_key: str = Field(primary_key=True)
    stream_key: str
    waveform: list[int] = json_column(default_factory=list)
