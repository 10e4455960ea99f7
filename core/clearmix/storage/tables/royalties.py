"""Rate cards, logged renders, play logs, settlements and the ledger; rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from clearmix.storage.columns import json_column, utc_column, utc_now


def _micro() -> Any:
    return Field(sa_type=sa.BigInteger)


class RateCardRow(SQLModel, table=True):
    """Rates from a day on; the latest card in force at a period's start settles it."""

    __tablename__ = "rate_card"
    id: int | None = Field(default=None, primary_key=True)
    valid_from: date = Field(index=True)
    currency: str
    rates: dict[str, Any] = json_column()
    recorded_at: datetime = utc_column(default_factory=utc_now)


class LoggedRenderRow(SQLModel, table=True):
    """A render of which only the terms are known here: who made what from what, on which duties."""

    __tablename__ = "logged_render"
    id: str = Field(primary_key=True)
    title: str
    kind: str
    sources: list[str] = json_column(default_factory=list)
    maker: str = Field(index=True)
    made_at: datetime = utc_column(index=True)
    voice_of: str | None = None
    duties: dict[str, Any] = json_column(default_factory=dict)
    decision_hash: str = ""


class PlayLogRow(SQLModel, table=True):
    """A closed file of plays in the store; `first_at` and `last_at` bound what it holds."""

    __tablename__ = "play_log"
    key: str = Field(primary_key=True)
    name: str
    plays: int
    first_at: datetime = utc_column(index=True)
    last_at: datetime = utc_column(index=True)
    imported_at: datetime = utc_column(default_factory=utc_now)


class PlayFlagRow(SQLModel, table=True):
    """A judgement on plays that came after them: one play, or an item's plays since a time.

    Flagged plays do not count as others do: they are taken as fraud whatever the reason. The last
    row about the same play, or the same item and time, holds; one that is `lifted` takes back.
    """

    __tablename__ = "play_flag"
    number: int | None = Field(default=None, primary_key=True)
    event_id: str | None = None
    item_id: str | None = None
    since: datetime | None = utc_column(nullable=True, default=None)
    reason: str
    lifted: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    flagged_at: datetime = utc_column(default_factory=utc_now)


class SettlementRow(SQLModel, table=True):
    """A settled period; `manifest` is what its hash covers, `files` where its tables are kept.

    A correction names the settlement that it `corrects` and the month it was `posted_in`.
    """

    __tablename__ = "settlement"
    hash: str = Field(primary_key=True)
    period: str = Field(index=True)
    formula: str
    formula_version: str
    currency: str
    pool_micro: int = _micro()
    allocated_micro: int = _micro()
    pools: dict[str, int] = json_column()
    plays: int
    eligible_plays: int
    manifest: dict[str, Any] = json_column()
    files: dict[str, str] = json_column()
    corrects: str | None = None
    posted_in: str | None = None
    posted_at: datetime = utc_column(default_factory=utc_now)


class SettledPoolRow(SQLModel, table=True):
    """A pool of a period that has been paid out; its key is what keeps it from happening twice."""

    __tablename__ = "settled_pool"
    period: str = Field(primary_key=True)
    pool: str = Field(primary_key=True)
    settlement: str = Field(foreign_key="settlement.hash", index=True)


class LedgerEntryRow(SQLModel, table=True):
    """A double entry; `id` is the hash of what it says, so that posting it again adds nothing."""

    __tablename__ = "ledger_entry"
    id: str = Field(primary_key=True)
    settlement: str = Field(foreign_key="settlement.hash", index=True)
    kind: str
    period: str = Field(index=True)
    currency: str
    text: str
    reverses: str | None = None
    posted_at: datetime = utc_column(default_factory=utc_now)


class LedgerLineRow(SQLModel, table=True):
    """One side of an entry: a debit or a credit of one account, the other being zero."""

    __tablename__ = "ledger_line"
    id: int | None = Field(default=None, primary_key=True)
    entry: str = Field(foreign_key="ledger_entry.id", index=True)
    account: str = Field(index=True)
    debit_micro: int = _micro()
    credit_micro: int = _micro()
    currency: str
