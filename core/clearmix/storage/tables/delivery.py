"""Renditions that are streamed, listenings under way, and the plays that count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class WaveformRow(SQLModel, table=True):
    """The waveform picture of a sound in the store."""

    __tablename__ = "waveform"
    audio_key: str = Field(primary_key=True)
    waveform: list[int] = json_column(default_factory=list)


class RenditionRow(SQLModel, table=True):
    """What is streamed instead of a sound in the store, in one codec.

    `pieces` holds bytes and seconds of each piece of the file in its order: the initialisation,
    then the segments. `measured` and `marks` are what was read back of it before it was published,
    `seal` the key of the manifest that is signed for the file's bytes, empty where there is none.
    """

    __tablename__ = "rendition"
    audio_key: str = Field(primary_key=True)
    codec: str = Field(primary_key=True)
    key: str
    pieces: list[list[float]] = json_column(default_factory=list)
    measured: dict[str, Any] = json_column(default_factory=dict)
    marks: list[str] = json_column(default_factory=list)
    seal: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ListeningRow(SQLModel, table=True):
    """One opening of an item by a listener, from its link on.

    `ahead_ms` is how far what was sent lies ahead of play at `ahead_at`; `sent` are the numbers of
    the segments that were sent, and `sent_ms` how long those last. `flags` say why its play is not
    believed. A preview is never counted.
    """

    __tablename__ = "listening"
    id: str = Field(primary_key=True)
    item: str = Field(index=True)
    listener: str = Field(index=True)
    preview: bool = False
    opened_at: datetime = utc_column(index=True)
    address: str = Field(default="", index=True)
    ahead_ms: int = 0
    ahead_at: datetime = utc_column(default_factory=utc_now)
    sent: list[int] = json_column(default_factory=list)
    sent_ms: int = 0
    counted_ms: int | None = None
    flags: list[str] = json_column(default_factory=list)
