"""Sessions that were ended by signing out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "sign_out",
        sa.Column("session_sha256", sa.String(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index(op.f("ix_sign_out_at"), "sign_out", ["at"])


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_index(op.f("ix_sign_out_at"), table_name="sign_out")
    op.drop_table("sign_out")
