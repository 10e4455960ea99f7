"""What corrections of royalties need: later settlements, flags, dated shares, reversals."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def added() -> tuple[tuple[str, sa.Column[Any]], ...]:
    """The new columns and their tables."""
    return (
        ("play", sa.Column("sought", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("share", sa.Column("valid_from", sa.Date(), nullable=True)),
        ("ledger_entry", sa.Column("reverses", sa.String(), nullable=True)),
        ("settlement", sa.Column("corrects", sa.String(), nullable=True)),
        ("settlement", sa.Column("posted_in", sa.String(), nullable=True)),
    )


def upgrade() -> None:
    """Brings the schema to this revision."""
    for table, column in added():  # not in a batch, which would make the table anew
        op.add_column(table, column)
    op.create_table(
        "play_flag",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("item_id", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("flagged_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("play_flag")
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
