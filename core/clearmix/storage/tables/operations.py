"""What is counted for the operator."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class TallyRow(SQLModel, table=True):
    """How often something happened, and what it adds up to; it only ever grows."""

    __tablename__ = "tally"
    name: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    count: int = Field(default=0, sa_type=sa.BigInteger)
    total: float = 0.0
