"""What sounds are known again by, and the marks that added recordings came with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class FingerprintRow(SQLModel, table=True):
    """The fingerprint of a published render's sound; `part` is empty, or a file of its session."""

    __tablename__ = "fingerprint"
    render: str = Field(primary_key=True, foreign_key="render.id")
    part: str = Field(primary_key=True)
    version: int
    frames: bytes


class CarriedMarkRow(SQLModel, table=True):
    """A mark that a recording's file carried when it was added."""

    __tablename__ = "carried_mark"
    recording: str = Field(primary_key=True, foreign_key="recording.id")
    labeler: str = Field(primary_key=True)
    layer: str
    ai_made: bool
    render: str | None = None
    confidence: float
    fields: dict[str, Any] = json_column(default_factory=dict)
    read_at: datetime = utc_column(default_factory=utc_now)
