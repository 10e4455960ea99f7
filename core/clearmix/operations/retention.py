"""Retention: how long is kept what is not needed for money or for the record of rights.

Plays, renders' terms, decisions, settlements and the ledger are kept: what was paid can be proved
as long as anybody may ask. Sound and what persons said are not needed for that.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeAlias

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session, col, delete, select, update
from sqlmodel.sql.expression import SelectOfScalar

from clearmix.errors import StorageError
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.conversations import ConversationRow, TurnRow
from clearmix.storage.tables.delivery import ListeningRow, RenditionRow, WaveformRow
from clearmix.storage.tables.rendering import RenderRow, SharedRow

FILE = "retention.toml"

CHUNK = 500
"""Ids of one `IN` list; older SQLite allows 999 parameters."""

Ids: TypeAlias = SelectOfScalar[str]
"""A query of ids: what it finds is only known to the database, and may be much."""

Days = Annotated[int, Field(ge=2)]
"""A link plays for two hours and counts as played again within a day: two days are the least."""


class Retention(BaseModel):
    """How many days what is kept; None is for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listenings_days: Days | None = Field(30, description="who opened what from which address")
    conversations_days: Days | None = Field(365, description="what listeners said")
    removed_audio_days: Days | None = Field(30, description="sound of renders that were removed")
    copies_days: Days | None = Field(
        30, description="decoded sounds and copies of files from afar, from when they were used"
    )
    private_renders_days: Days | None = Field(
        None, description="renders that their makers never shared, from when they were made"
    )


@dataclass(frozen=True)
class Retained:
    """How much of each kind was taken away, or would be."""

    listenings: int
    conversations: int
    renders: int
    files: int
    copies: int


def read_retention(home: Path) -> Retention:
    """The operator's `retention.toml`, or what holds without one.

    Raises:
        StorageError: the file cannot be read, or a field is unknown or wrong.
    """
    path = home / FILE
    if not path.is_file():
        return Retention()
    try:
        return Retention.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StorageError(
            f"cannot be read: {error}", help="write it as TOML", place=str(path)
        ) from error
    except ValidationError as error:
        rows = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise StorageError(
            "; ".join(f"`{place}`: {said}" for place, said in rows),
            help=f"its fields are {', '.join(Retention.model_fields)}, each a number of days",
            place=str(path),
        ) from error


def retain(
    database: Database, store: Store, rules: Retention, now: datetime, *, dry_run: bool
) -> Retained:
    """What was taken away, or with `dry_run` would be; doing it again takes nothing more."""
    listenings = select(ListeningRow.id).where(
        ListeningRow.opened_at < _before(now, rules.listenings_days)
    )
    conversations = _quiet_since(_before(now, rules.conversations_days))
    private = _never_shared(_before(now, rules.private_renders_days))
    removed = select(RenderRow.id).where(
        col(RenderRow.removed_at) < _before(now, rules.removed_audio_days)
    )
    copies = store.copies(_before(now, rules.copies_days))
    with database.session(write=not dry_run) as session:
        found = Retained(
            _how_many(session, listenings),
            _how_many(session, conversations),
            _how_many(session, private),
            len(keys_of(session, removed)),
            len(copies),
        )
        if not dry_run:
            take_down(session, private, now)
            session.connection().execute(
                delete(ListeningRow).where(col(ListeningRow.id).in_(listenings))
            )
            forget_conversations(session, conversations)
    if not dry_run:
        remove_sound(database, store, removed)
        for copy in copies:
            copy.unlink(missing_ok=True)
    return found


def take_down(session: Session, renders: Ids, now: datetime) -> None:
    """Ends renders as a withdrawal does: nobody streams them from the next request on."""
    ids = list(session.exec(renders))
    for chunk in _chunks(ids):
        session.connection().execute(
            update(RenderRow)
            .where(col(RenderRow.id).in_(chunk), col(RenderRow.removed_at).is_(None))
            .values(removed_at=now)
        )
        session.connection().execute(
            update(SharedRow)
            .where(col(SharedRow.render).in_(chunk), col(SharedRow.ended_at).is_(None))
            .values(ended_at=now)
        )


def forget_conversations(session: Session, conversations: Ids) -> None:
    """Takes conversations away with all that was said in them."""
    ids = list(session.exec(conversations))
    for chunk in _chunks(ids):
        session.connection().execute(delete(TurnRow).where(col(TurnRow.conversation).in_(chunk)))
        session.connection().execute(
            delete(ConversationRow).where(col(ConversationRow.id).in_(chunk))
        )


def remove_sound(database: Database, store: Store, removed: Ids) -> None:
    """Takes the sound of removed renders out of the store.

    The files go first: if this ends in between, the rows say what is left to do. The terms of the
    renders stay, and the fingerprints by which a copy that is out there is known again.
    """
    with database.session() as session:
        files, sounds = keys_of(session, removed), _sounds(session, removed)
        ids = list(session.exec(removed))
    for key in files:
        store.remove(key)
    with database.session(write=True) as session:
        for chunk in _chunks(sounds):
            for statement in (
                delete(RenditionRow).where(col(RenditionRow.audio_key).in_(chunk)),
                delete(WaveformRow).where(col(WaveformRow.audio_key).in_(chunk)),
            ):
                session.connection().execute(statement)
        for chunk in _chunks(ids):
            session.connection().execute(
                update(RenderRow).where(col(RenderRow.id).in_(chunk)).values(audio_key="")
            )


def keys_of(session: Session, removed: Ids) -> tuple[str, ...]:
    """The store keys of removed renders' sound that nothing else has."""
    sounds = _sounds(session, removed)
    streams: list[str] = []
    for chunk in _chunks(sounds):
        of_these = select(RenditionRow.key, RenditionRow.seal).where(
            col(RenditionRow.audio_key).in_(chunk)
        )
        streams += (key for keys in session.exec(of_these) for key in keys if key)
    return (*sounds, *sorted(streams))


def _sounds(session: Session, removed: Ids) -> list[str]:
    """The master copies of these renders, but for those that a render has that stays."""
    theirs = select(RenderRow.audio_key).where(col(RenderRow.id).in_(removed))
    others = select(RenderRow.audio_key).where(
        col(RenderRow.removed_at).is_(None), col(RenderRow.audio_key).in_(theirs)
    )
    kept = {"", *session.exec(others)}
    return sorted({key for key in session.exec(theirs) if key not in kept})


def _quiet_since(before: datetime) -> Ids:
    """Conversations in which nothing was said since."""
    last = (
        select(sa.func.max(TurnRow.said_at))
        .where(TurnRow.conversation == ConversationRow.id)
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    return select(ConversationRow.id).where(
        sa.func.coalesce(last, ConversationRow.started_at) < before
    )


def _never_shared(before: datetime) -> Ids:
    return select(RenderRow.id).where(
        RenderRow.created_at < before,
        col(RenderRow.removed_at).is_(None),
        col(RenderRow.id).not_in(select(SharedRow.render)),
    )


def _how_many(session: Session, ids: Ids) -> int:
    return session.exec(select(sa.func.count()).select_from(ids.subquery())).one()


def _before(now: datetime, days: int | None) -> datetime:
    """The first moment that is kept; long before everything, if all is."""
    return now - timedelta(days=365 * 1000 if days is None else days)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in as many at a time as a statement of either database takes."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
