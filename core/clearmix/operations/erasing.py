"""Erasing a listener: who they were is forgotten, what is owed for what they did stays exact.

Money and the record of rights are kept under the listener's id, which says nothing by itself:
plays, charges, the decision log and the terms of what they had made. Settlements and the ledger
read the same before and after, to the same hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select, update

from clearmix.errors import CatalogueError
from clearmix.operations.retention import forget_conversations, remove_sound, take_down
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.access import GenerationRow, RepeatRow, TokenRow
from clearmix.storage.tables.catalogue import FollowRow, ListenerRow, LoginRow
from clearmix.storage.tables.conversations import ConversationRow
from clearmix.storage.tables.delivery import ListeningRow
from clearmix.storage.tables.rendering import JobRow, RenderRow

NOBODY = "erased listener"
"""What stands where the name was."""


@dataclass(frozen=True)
class Erased:
    """Since when a listener is erased, and how many of their renders came down with that."""

    listener: str
    at: datetime
    renders: int


def erase(database: Database, store: Store, listener_id: str, now: datetime) -> Erased:
    """The listener erased; again, it finishes what was interrupted and changes nothing else.

    Raises:
        CatalogueError: there is no such listener.
    """
    renders = select(RenderRow.id).where(RenderRow.listener == listener_id)
    theirs = select(ConversationRow.id).where(ConversationRow.listener == listener_id)
    with database.session(write=True) as session:
        row = session.get(ListenerRow, listener_id)
        if row is None:
            raise CatalogueError(
                f"no listener `{listener_id}`", help="give the id as `catalogue` imported it"
            )
        # The tier, the add-ons and the territory stay: this month is settled by them.
        row.name, row.verified, row.age_band, row.time_zone = NOBODY, False, "adult", "UTC"
        row.erased_at = row.erased_at or now
        session.add(row)
        up = renders.where(col(RenderRow.removed_at).is_(None))
        count = len(session.exec(up).all())
        take_down(session, up, now)
        forget_conversations(session, theirs)
        for statement in (
            delete(LoginRow).where(col(LoginRow.user) == listener_id),
            delete(TokenRow).where(col(TokenRow.user) == listener_id),
            delete(GenerationRow).where(col(GenerationRow.user) == listener_id),
            delete(RepeatRow).where(col(RepeatRow.user) == listener_id),
            delete(FollowRow).where(col(FollowRow.listener) == listener_id),
            delete(ListeningRow).where(col(ListeningRow.listener) == listener_id),
            update(JobRow)
            .where(
                col(JobRow.listener) == listener_id, col(JobRow.state).in_(("queued", "running"))
            )
            .values(state="cancelled", message="cancelled"),
        ):
            session.connection().execute(statement)
        at = row.erased_at
    remove_sound(database, store, renders)
    return Erased(listener_id, at, count)
