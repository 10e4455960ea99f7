"""Which earlier shared render a shared one sounds nearly like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    with op.batch_alter_table("shared_render") as table:
        table.add_column(sa.Column("sounds_like", sa.String(), nullable=True))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    with op.batch_alter_table("shared_render") as table:
        table.drop_column("sounds_like")
