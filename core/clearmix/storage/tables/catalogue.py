"""Parties, works, recordings, shares, stems, analyses and listeners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class PartyRow(SQLModel, table=True):
    """A rights-holder; `parent` makes the tree group > label > imprint."""

    __tablename__ = "party"
    id: str = Field(primary_key=True)
    kind: str
    name: str
    parent: str | None = Field(default=None, foreign_key="party.id", index=True)
    ipi: str | None = None
    isni: str | None = None
    default_consent: str = "opt-out"
    minor: bool = False
    deceased: bool = False
    voice_consent: list[str] = json_column(default_factory=list)


class WorkRow(SQLModel, table=True):
    """A composition."""

    __tablename__ = "work"
    id: str = Field(primary_key=True)
    iswc: str | None = Field(default=None, index=True)
    title: str
    public_domain: bool = False


class RecordingRow(SQLModel, table=True):
    """A recording; `audio_key` names its bytes in the store."""

    __tablename__ = "recording"
    id: str = Field(primary_key=True)
    isrc: str | None = Field(default=None, index=True)
    upc: str | None = None
    grid: str | None = None
    title: str = Field(index=True)
    artists: list[str] = json_column(default_factory=list)
    performers: list[str] = json_column(default_factory=list)
    producers: list[str] = json_column(default_factory=list)
    label: str | None = Field(default=None, foreign_key="party.id", index=True)
    work: str | None = Field(default=None, foreign_key="work.id", index=True)
    release_date: date | None = None
    language: str | None = None
    explicit: bool = False
    genres: list[str] = json_column(default_factory=list)
    lane: str = "original"
    version_of: str | None = None
    seconds: float
    audio_key: str
    added_at: datetime = utc_column(default_factory=utc_now)


class ShareRow(SQLModel, table=True):
    """`parts` of the whole that a party holds of a recording or a work, in whole parts.

    Of shares with a `valid_from`, those of the latest day that has come hold.
    """

    __tablename__ = "share"
    id: int | None = Field(default=None, primary_key=True)
    side: str
    subject: str = Field(index=True)
    party: str = Field(foreign_key="party.id", index=True)
    role: str
    parts: int
    valid_from: date | None = None


class StemRow(SQLModel, table=True):
    """The sound of one part; `estimated_by` is a separator, or None where the part was given."""

    __tablename__ = "stem"
    recording: str = Field(primary_key=True, foreign_key="recording.id")
    part: str = Field(primary_key=True)
    audio_key: str
    estimated_by: str | None = None


class AnalysisRow(SQLModel, table=True):
    """The analysis in force of a recording; `given` names fields the catalogue stated itself."""

    __tablename__ = "analysis"
    recording: str = Field(primary_key=True, foreign_key="recording.id")
    analyzer: str
    values: dict[str, Any] = json_column()
    given: list[str] = json_column(default_factory=list)


class ScoreRow(SQLModel, table=True):
    """The score of a recording, as JSON of `clearmix.Score`.

    `transcriber` names who wrote it down, with the version; None if it was given.
    """

    __tablename__ = "score"
    recording: str = Field(primary_key=True, foreign_key="recording.id")
    transcriber: str | None = None
    values: dict[str, Any] = json_column()
    changed_at: datetime = utc_column(default_factory=utc_now)


class ListenerRow(SQLModel, table=True):
    """A listener's entitlement; nobody is one any more from `erased_at` on, and nothing names them.

    What the months before are settled by stays: the tier, the add-ons and the territory.
    """

    __tablename__ = "listener"
    id: str = Field(primary_key=True)
    name: str
    tier: str
    add_ons: list[str] = json_column(default_factory=list)
    territory: str
    verified: bool = False
    age_band: str = "adult"
    time_zone: str = "Europe/London"
    erased_at: datetime | None = utc_column(default=None, nullable=True)


class FollowRow(SQLModel, table=True):
    """An artist whom a listener follows."""

    __tablename__ = "follow"
    listener: str = Field(primary_key=True, foreign_key="listener.id")
    party: str = Field(primary_key=True, foreign_key="party.id")


class LoginRow(SQLModel, table=True):
    """A log-in of the built-in sign-in; `password` is a scrypt hash with its salt."""

    __tablename__ = "login"
    user: str = Field(primary_key=True)
    password: str
    role: str
    party: str | None = None


class AttestationRow(SQLModel, table=True):
    """A rights-holder's word that a recording is an official or producer-led version."""

    __tablename__ = "attestation"
    recording: str = Field(primary_key=True, foreign_key="recording.id")
    party: str = Field(foreign_key="party.id", index=True)
    words: str
    attested_at: datetime = utc_column(default_factory=utc_now)
