"""The manifest that is signed for each rendition of a render."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("rendition", sa.Column("seal", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_column("rendition", "seal")
