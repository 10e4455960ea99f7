"""Judgements on plays that are taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column(
        "play_flag", sa.Column("lifted", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_column("play_flag", "lifted")
