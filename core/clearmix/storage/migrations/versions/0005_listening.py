"""Renditions, listenings, previews, shared renders, charges, approvals and attestations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.rename_table("stream_copy", "waveform")
    op.drop_column("waveform", "stream_key")  # what it named is encoded anew, in segments
    _table(
        "rendition",
        sa.Column("audio_key", sa.String(), primary_key=True),
        sa.Column("codec", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
    )
    _table(
        "listening",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("preview", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("ahead_ms", sa.Integer(), nullable=False),
        sa.Column("ahead_at", UtcDateTime(), nullable=False),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("sent_ms", sa.Integer(), nullable=False),
        sa.Column("counted_ms", sa.Integer(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        indexed=("item", "listener", "opened_at", "address"),
    )
    _table(
        "preview_piece",
        sa.Column("job", sa.String(), sa.ForeignKey("job.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
    _table(
        "shared_render",
        sa.Column("render", sa.String(), sa.ForeignKey("render.id"), primary_key=True),
        sa.Column("decision", sa.Integer(), sa.ForeignKey("decision.number"), nullable=False),
        sa.Column("shared_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
    )
    _table(
        "approval",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("spec_hash", sa.String(), nullable=False),
        sa.Column("generator", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), sa.ForeignKey("decision.number"), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("deadline", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("render", sa.String(), nullable=True),
        sa.Column("job", sa.String(), nullable=True),
        indexed=("request", "party", "listener", "spec_hash"),
    )
    _table(
        "attestation",
        sa.Column("recording", sa.String(), sa.ForeignKey("recording.id"), primary_key=True),
        sa.Column("party", sa.String(), sa.ForeignKey("party.id"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("attested_at", UtcDateTime(), nullable=False),
        indexed=("party",),
    )
    _table(
        "charge",
        sa.Column("job", sa.String(), sa.ForeignKey("job.id"), primary_key=True),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("amount_micro", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("quoted_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("charged_at", UtcDateTime(), nullable=True),
        indexed=("listener", "state"),
    )
    _table(
        "billing_line",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("charge", sa.String(), sa.ForeignKey("charge.job"), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("debit_micro", sa.BigInteger(), nullable=False),
        sa.Column("credit_micro", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        indexed=("charge", "account"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for name in (
        "billing_line",
        "charge",
        "attestation",
        "approval",
        "shared_render",
        "preview_piece",
        "listening",
        "rendition",
    ):
        op.drop_table(name)
    op.execute("DELETE FROM waveform")  # they are drawn again with the copies that they name
    op.add_column(
        "waveform", sa.Column("stream_key", sa.String(), nullable=False, server_default="")
    )
    op.rename_table("waveform", "stream_copy")


def _table(name: str, *columns: sa.Column[object], indexed: tuple[str, ...] = ()) -> None:
    op.create_table(name, *columns)
    for column in indexed:
        op.create_index(f"ix_{name}_{column}", name, [column])
