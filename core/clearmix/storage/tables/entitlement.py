"""What renders cost their listeners: one charge for each, at the price that was shown."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from clearmix.storage.columns import utc_column, utc_now


class ChargeRow(SQLModel, table=True):
    """The price of one job: quoted when it was asked for, due once its render is published."""

    __tablename__ = "charge"
    job: str = Field(primary_key=True, foreign_key="job.id")
    listener: str = Field(index=True)
    amount_micro: int = Field(sa_type=sa.BigInteger)
    currency: str
    text: str
    state: str = Field(default="quoted", index=True)
    gateway: str = ""
    receipt: str = ""
    quoted_at: datetime = utc_column(default_factory=utc_now)
    due_at: datetime | None = utc_column(default=None, nullable=True)
    charged_at: datetime | None = utc_column(default=None, nullable=True)


class BillingLineRow(SQLModel, table=True):
    """One side of what a charge books: a debit or a credit of one account, the other being zero."""

    __tablename__ = "billing_line"
    id: str = Field(primary_key=True)
    charge: str = Field(foreign_key="charge.job", index=True)
    account: str = Field(index=True)
    debit_micro: int = Field(sa_type=sa.BigInteger)
    credit_micro: int = Field(sa_type=sa.BigInteger)
    currency: str
    booked_at: datetime = utc_column(default_factory=utc_now)
