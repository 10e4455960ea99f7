"""An event for each time that a policy text came or went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "policy_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["policy.sha256"]),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("policy_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_event_sha256"), ["sha256"], unique=False)
    connection = op.get_bind()
    for seen, present in (("first_seen_at", True), ("withdrawn_at", False)):
        connection.execute(
            sa.text(
                "INSERT INTO policy_event (sha256, present, at) "  # noqa: S608 (fixed names)
                f"SELECT sha256, :present, {seen} FROM policy WHERE {seen} IS NOT NULL "
                f"ORDER BY {seen}, sha256"
            ),
            {"present": present},
        )
    op.drop_column("policy", "withdrawn_at")  # not in a batch, which would make the table anew


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.add_column("policy", sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
    op.get_bind().execute(
        sa.text(
            "UPDATE policy SET withdrawn_at = (SELECT e.at FROM policy_event AS e "
            "WHERE e.sha256 = policy.sha256 AND NOT e.present AND e.number = "
            "(SELECT MAX(number) FROM policy_event AS l WHERE l.sha256 = policy.sha256))"
        )
    )
    op.drop_table("policy_event")
