"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clearmix.storage.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recording", sa.String(), nullable=True),
        sa.Column("work", sa.String(), nullable=True),
        sa.Column("territory", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("existing", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_party"), ["party"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_listener"), ["listener"], unique=False)

    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decision_hash", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("entry_hash", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("entry_hash"),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_decision_hash"), ["decision_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_decision_listener"), ["listener"], unique=False)

    op.create_table(
        "listener",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("add_ons", sa.JSON(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "logged_render",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("voice_of", sa.String(), nullable=True),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("decision_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("logged_render", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_logged_render_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_logged_render_maker"), ["maker"], unique=False)

    op.create_table(
        "login",
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("user"),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("ipi", sa.String(), nullable=True),
        sa.Column("isni", sa.String(), nullable=True),
        sa.Column("default_consent", sa.String(), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("voice_consent", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["party.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_parent"), ["parent"], unique=False)

    op.create_table(
        "play",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("listener_id", sa.String(), nullable=False),
        sa.Column("played_at", UtcDateTime(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("maker_id", sa.String(), nullable=True),
        sa.Column("fraud", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    with op.batch_alter_table("play", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_play_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_play_listener_id"), ["listener_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_play_played_at"), ["played_at"], unique=False)

    op.create_table(
        "play_log",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("play_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_play_log_first_at"), ["first_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_play_log_last_at"), ["last_at"], unique=False)

    op.create_table(
        "policy",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "rate_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rates", sa.JSON(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("rate_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_card_valid_from"), ["valid_from"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("formula", sa.String(), nullable=False),
        sa.Column("formula_version", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("pool_micro", sa.BigInteger(), nullable=False),
        sa.Column("allocated_micro", sa.BigInteger(), nullable=False),
        sa.Column("pools", sa.JSON(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("eligible_plays", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_period"), ["period"], unique=False)

    op.create_table(
        "stream_copy",
        sa.Column("audio_key", sa.String(), nullable=False),
        sa.Column("stream_key", sa.String(), nullable=False),
        sa.Column("waveform", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("audio_key"),
    )
    op.create_table(
        "work",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("iswc", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("public_domain", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_iswc"), ["iswc"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("generator", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("fraction", sa.Float(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("render", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("help", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["decision.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_listener"), ["listener"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("settlement", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settlement"],
            ["settlement.hash"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_period"), ["period"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ledger_entry_settlement"), ["settlement"], unique=False
        )

    op.create_table(
        "recording",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("isrc", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("artists", sa.JSON(), nullable=False),
        sa.Column("performers", sa.JSON(), nullable=False),
        sa.Column("producers", sa.JSON(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("work", sa.String(), nullable=True),
        sa.Column("release_date", sa.Date(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("genres", sa.JSON(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("version_of", sa.String(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("audio_key", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label"],
            ["party.id"],
        ),
        sa.ForeignKeyConstraint(
            ["work"],
            ["work.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_isrc"), ["isrc"], unique=False)
        batch_op.create_index(batch_op.f("ix_recording_label"), ["label"], unique=False)
        batch_op.create_index(batch_op.f("ix_recording_title"), ["title"], unique=False)
        batch_op.create_index(batch_op.f("ix_recording_work"), ["work"], unique=False)

    op.create_table(
        "render",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("spec_hash", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("generator", sa.String(), nullable=False),
        sa.Column("generator_version", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("decision_hash", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("audio_key", sa.String(), nullable=False),
        sa.Column("pcm_sha256", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("lufs", sa.Float(), nullable=False),
        sa.Column("true_peak_dbtp", sa.Float(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["decision.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("job"),
    )
    with op.batch_alter_table("render", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_render_decision_hash"), ["decision_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_render_listener"), ["listener"], unique=False)
        batch_op.create_index(batch_op.f("ix_render_spec_hash"), ["spec_hash"], unique=False)

    op.create_table(
        "settled_pool",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("settlement", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settlement"],
            ["settlement.hash"],
        ),
        sa.PrimaryKeyConstraint("period", "pool"),
    )
    with op.batch_alter_table("settled_pool", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_settled_pool_settlement"), ["settlement"], unique=False
        )

    op.create_table(
        "share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party"],
            ["party.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_party"), ["party"], unique=False)
        batch_op.create_index(batch_op.f("ix_share_subject"), ["subject"], unique=False)

    op.create_table(
        "turn",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("conversation", "number"),
    )
    op.create_table(
        "analysis",
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("analyzer", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording"],
            ["recording.id"],
        ),
        sa.PrimaryKeyConstraint("recording"),
    )
    op.create_table(
        "ledger_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("debit_micro", sa.BigInteger(), nullable=False),
        sa.Column("credit_micro", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["ledger_entry.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_line_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_line_entry"), ["entry"], unique=False)

    op.create_table(
        "stem",
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("audio_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording"],
            ["recording.id"],
        ),
        sa.PrimaryKeyConstraint("recording", "part"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_table("stem")
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_line_entry"))
        batch_op.drop_index(batch_op.f("ix_ledger_line_account"))

    op.drop_table("ledger_line")
    op.drop_table("analysis")
    op.drop_table("turn")
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_share_subject"))
        batch_op.drop_index(batch_op.f("ix_share_party"))

    op.drop_table("share")
    with op.batch_alter_table("settled_pool", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settled_pool_settlement"))

    op.drop_table("settled_pool")
    with op.batch_alter_table("render", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_render_spec_hash"))
        batch_op.drop_index(batch_op.f("ix_render_listener"))
        batch_op.drop_index(batch_op.f("ix_render_decision_hash"))

    op.drop_table("render")
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recording_work"))
        batch_op.drop_index(batch_op.f("ix_recording_title"))
        batch_op.drop_index(batch_op.f("ix_recording_label"))
        batch_op.drop_index(batch_op.f("ix_recording_isrc"))

    op.drop_table("recording")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_settlement"))
        batch_op.drop_index(batch_op.f("ix_ledger_entry_period"))

    op.drop_table("ledger_entry")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state"))
        batch_op.drop_index(batch_op.f("ix_job_listener"))

    op.drop_table("job")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_iswc"))

    op.drop_table("work")
    op.drop_table("stream_copy")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_period"))

    op.drop_table("settlement")
    with op.batch_alter_table("rate_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_card_valid_from"))

    op.drop_table("rate_card")
    op.drop_table("policy")
    with op.batch_alter_table("play_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_play_log_last_at"))
        batch_op.drop_index(batch_op.f("ix_play_log_first_at"))

    op.drop_table("play_log")
    with op.batch_alter_table("play", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_play_played_at"))
        batch_op.drop_index(batch_op.f("ix_play_listener_id"))
        batch_op.drop_index(batch_op.f("ix_play_item_id"))

    op.drop_table("play")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_parent"))

    op.drop_table("party")
    op.drop_table("login")
    with op.batch_alter_table("logged_render", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_logged_render_maker"))
        batch_op.drop_index(batch_op.f("ix_logged_render_made_at"))

    op.drop_table("logged_render")
    op.drop_table("listener")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_listener"))
        batch_op.drop_index(batch_op.f("ix_decision_decision_hash"))

    op.drop_table("decision")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_listener"))

    op.drop_table("conversation")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_party"))

    op.drop_table("consent")
