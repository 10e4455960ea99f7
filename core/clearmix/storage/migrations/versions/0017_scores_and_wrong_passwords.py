"""Who wrote a score down, and wrong passwords, which all processes of a service count together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("score", sa.Column("transcriber", sa.String(), nullable=True))
    score = sa.table("score", sa.column("transcriber"), sa.column("values", sa.JSON()))
    written = score.c["values"]["transcriber"].as_string()
    op.execute(
        score.update()
        .where(score.c["values"]["origin"].as_string() != "score")
        .values(transcriber=written)
    )
    op.create_table(
        "wrong_password",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    for column in ("by", "at"):
        op.create_index(op.f(f"ix_wrong_password_{column}"), "wrong_password", [column])


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for column in ("at", "by"):
        op.drop_index(op.f(f"ix_wrong_password_{column}"), table_name="wrong_password")
    op.drop_table("wrong_password")
    op.drop_column("score", "transcriber")
