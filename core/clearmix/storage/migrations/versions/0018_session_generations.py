"""Ending all sessions of a user at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "session_generation",
        sa.Column("user", sa.String(), primary_key=True),
        sa.Column("ended", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("session_generation")
