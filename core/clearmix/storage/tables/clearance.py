"""Consents, policy versions and the decision log; rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


class ConsentRow(SQLModel, table=True):
    """One recorded answer of a party; the latest for the same scope is in force."""

    __tablename__ = "consent"
    id: int | None = Field(default=None, primary_key=True)
    party: str = Field(index=True)
    answer: str
    kind: str
    recording: str | None = None
    work: str | None = None
    territory: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    existing: str = "keep"
    recorded_at: datetime = utc_column(default_factory=utc_now)


class PolicyRow(SQLModel, table=True):
    """The text of a policy version as it was first seen; texts are never edited."""

    __tablename__ = "policy"
    sha256: str = Field(primary_key=True)
    name: str
    text: str
    first_seen_at: datetime = utc_column(default_factory=utc_now)


class PolicyEventRow(SQLModel, table=True):
    """A policy text came into the house, or was taken out of it."""

    __tablename__ = "policy_event"
    number: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(foreign_key="policy.sha256", index=True)
    present: bool
    at: datetime = utc_column(default_factory=utc_now)


class DecisionRow(SQLModel, table=True):
    """One entry of the decision log; `entry_hash` covers the previous entry's."""

    __tablename__ = "decision"
    number: int | None = Field(default=None, primary_key=True)
    decision_hash: str = Field(index=True)
    previous_hash: str
    entry_hash: str = Field(unique=True)
    decided_at: datetime = utc_column()
    listener: str = Field(index=True)
    spec: dict[str, Any] = json_column()
    request: dict[str, Any] = json_column()
    decision: dict[str, Any] = json_column()
    policies: list[str] = json_column(default_factory=list)


class ApprovalRow(SQLModel, table=True):
    """A party asked for its yes to one request; `request` is shared by all who were asked.

    It is asked for a render that is to be made, in `job` once it is, or for one to be shared.
    """

    __tablename__ = "approval"
    id: str = Field(primary_key=True)
    request: str = Field(index=True)
    party: str = Field(index=True)
    listener: str = Field(index=True)
    spec: dict[str, Any] = json_column()
    spec_hash: str = Field(index=True)
    generator: str
    decision: int = Field(foreign_key="decision.number")
    asked_at: datetime = utc_column(default_factory=utc_now)
    deadline: datetime | None = utc_column(default=None, nullable=True)
    answer: str | None = None
    answered_at: datetime | None = utc_column(default=None, nullable=True)
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    render: str | None = None
    job: str | None = None
