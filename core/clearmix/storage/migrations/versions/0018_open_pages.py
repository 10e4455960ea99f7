"""Ending all sessions of a user at once; what open pages follow, found without reading it all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WATCHED = (("render", "removed_at"), ("shared_render", "shared_at"), ("shared_render", "ended_at"))


def upgrade() -> None:
    """Brings the schema to this revision."""
    for table, column in WATCHED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_table(
        "session_generation",
        sa.Column("user", sa.String(), primary_key=True),
        sa.Column("ended", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("session_generation")
    for table, column in WATCHED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
