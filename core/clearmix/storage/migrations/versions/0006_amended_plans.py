"""Renders from an edited plan: which render it amends, and the plan of the job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("job", sa.Column("amends", sa.String(), nullable=True))
    op.add_column("job", sa.Column("plan", sa.JSON(), nullable=True))
    op.add_column("render", sa.Column("amends", sa.String(), nullable=True))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_column("render", "amends")
    op.drop_column("job", "plan")
    op.drop_column("job", "amends")
