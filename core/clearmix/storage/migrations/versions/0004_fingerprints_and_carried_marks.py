"""Fingerprints of published renders, and the marks that added recordings carried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "fingerprint",
        sa.Column("render", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("frames", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["render"], ["render.id"]),
        sa.PrimaryKeyConstraint("render", "part"),
    )
    op.create_table(
        "carried_mark",
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("labeler", sa.String(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("ai_made", sa.Boolean(), nullable=False),
        sa.Column("render", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recording.id"]),
        sa.PrimaryKeyConstraint("recording", "labeler"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("carried_mark")
    op.drop_table("fingerprint")
