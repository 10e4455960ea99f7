"""Jobs in progress and published renders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class JobRow(SQLModel, table=True):
    """A render on its way; its progress travels here, beside the durable workflow."""

    __tablename__ = "job"
    id: str = Field(primary_key=True)
    listener: str = Field(index=True)
    spec: dict[str, Any] = json_column()
    generator: str
    decision: int = Field(foreign_key="decision.number")
    state: str = Field(default="queued", index=True)
    step: str = "decide"
    fraction: float = 0.0
    message: str = ""
    render: str | None = None
    error: str | None = None
    help: str | None = None
    amends: str | None = None
    plan: dict[str, Any] | None = json_column(default=None, nullable=True)
    created_at: datetime = utc_column(default_factory=utc_now)
    updated_at: datetime = utc_column(default_factory=utc_now)


class RenderRow(SQLModel, table=True):
    """A published render with everything that made it; never edited but when it is removed.

    That is at `removed_at`, by the party `removed_by`, which said `removed_because`; `audio_key` is
    empty once its sound is gone too.
    """

    __tablename__ = "render"
    id: str = Field(primary_key=True)
    job: str = Field(unique=True)
    title: str
    kind: str
    spec: dict[str, Any] = json_column()
    spec_hash: str = Field(index=True)
    sources: list[str] = json_column(default_factory=list)
    listener: str = Field(index=True)
    generator: str
    generator_version: str
    decision: int = Field(foreign_key="decision.number")
    decision_hash: str = Field(index=True)
    label: str
    audio_key: str
    pcm_sha256: str
    seconds: float
    lufs: float
    true_peak_dbtp: float
    measured: dict[str, Any] = json_column(default_factory=dict)
    marks: list[dict[str, Any]] = json_column(default_factory=list)
    duties: dict[str, Any] = json_column(default_factory=dict)
    notes: list[str] = json_column(default_factory=list)
    amends: str | None = None
    created_at: datetime = utc_column(default_factory=utc_now)
    removed_at: datetime | None = utc_column(default=None, nullable=True, index=True)
    removed_by: str | None = None
    removed_because: str | None = None


class PreviewPieceRow(SQLModel, table=True):
    """A piece of what its maker hears while a render is made; number 0 is the initialisation."""

    __tablename__ = "preview_piece"
    job: str = Field(primary_key=True, foreign_key="job.id")
    number: int = Field(primary_key=True)
    key: str
    seconds: float


class SharedRow(SQLModel, table=True):
    """A render that others may hear, on the decision that let it be shared.

    `sounds_like` is the first one shared that it sounds nearly like, itself if there was none; None
    until it was compared with them.
    """

    __tablename__ = "shared_render"
    render: str = Field(primary_key=True, foreign_key="render.id")
    decision: int = Field(foreign_key="decision.number")
    sounds_like: str | None = None
    shared_at: datetime = utc_column(default_factory=utc_now, index=True)
    ended_at: datetime | None = utc_column(default=None, nullable=True, index=True)
