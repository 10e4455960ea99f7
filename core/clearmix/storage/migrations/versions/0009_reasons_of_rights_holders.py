"""What parties say with an answer, and who took a render down for which reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("approval", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.add_column("render", sa.Column("removed_by", sa.String(), nullable=True))
    op.add_column("render", sa.Column("removed_because", sa.String(), nullable=True))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_column("render", "removed_because")
    op.drop_column("render", "removed_by")
    op.drop_column("approval", "reason")
