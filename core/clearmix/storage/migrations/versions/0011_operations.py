"""What is counted for the operator, and since when a listener's person is forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "tally",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label"),
    )
    with op.batch_alter_table("listener") as table:
        table.add_column(sa.Column("erased_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    with op.batch_alter_table("listener") as table:
        table.drop_column("erased_at")
    op.drop_table("tally")
