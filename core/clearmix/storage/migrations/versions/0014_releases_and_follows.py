"""The release that a recording belongs to, and the artists whom listeners follow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("recording", sa.Column("upc", sa.String(), nullable=True))
    op.add_column("recording", sa.Column("grid", sa.String(), nullable=True))
    op.create_table(
        "follow",
        sa.Column("listener", sa.String(), sa.ForeignKey("listener.id"), nullable=False),
        sa.Column("party", sa.String(), sa.ForeignKey("party.id"), nullable=False),
        sa.PrimaryKeyConstraint("listener", "party"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("follow")
    op.drop_column("recording", "grid")
    op.drop_column("recording", "upc")
