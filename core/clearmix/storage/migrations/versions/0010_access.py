"""Access tokens, and requests that may be sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_token_user", "token", ["user"])
    op.create_table(
        "repeat",
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("user", "key"),
    )
    op.create_index("ix_repeat_begun_at", "repeat", ["begun_at"])


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("repeat")
    op.drop_table("token")
