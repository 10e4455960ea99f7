"""Conversations kept on the server; the browser only ever shows them."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlmodel import Session, col, select

from clearmix.conversation.events import Kept, Ready, Stopped, as_rows, from_rows
from clearmix.conversation.thread import Thread, Turn, folded
from clearmix.storage.database import Database
from clearmix.storage.tables.conversations import ConversationRow, TurnRow

LONGEST_WORDS = 2_000
"""Characters of one message that are read; the rest of a longer one is left out."""


class Threads:
    """The conversations of all listeners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, listener: str) -> Thread:
        """The listener's newest conversation; a first one is begun when there is none."""
        with self._database.session() as session:
            row = self._newest(session, listener)
            if row is not None:
                turns = session.exec(
                    select(TurnRow)
                    .where(TurnRow.conversation == row.id)
                    .order_by(col(TurnRow.number))
                ).all()
                kept = tuple(
                    Turn(turn.number, turn.words, from_rows(turn.events), turn.said_at)
                    for turn in turns
                )
                return folded(Thread(row.id, listener, source=row.source, turns=kept))
        return self.begin(listener)

    def begin(self, listener: str, source: str | None = None) -> Thread:
        """A new, empty conversation; the earlier ones stay in the record."""
        row = ConversationRow(id=secrets.token_hex(8), listener=listener, source=source)
        with self._database.session(write=True) as session:
            session.add(row)
        return Thread(row.id, listener, source=source)

    def say(self, thread: Thread, words: str) -> Turn:
        """A new turn of a conversation, numbered by the database."""
        with self._database.session(write=True) as session:
            last = session.exec(
                select(sa.func.max(TurnRow.number)).where(TurnRow.conversation == thread.id)
            ).one()
            row = TurnRow(
                conversation=thread.id, number=(last or 0) + 1, words=words[:LONGEST_WORDS]
            )
            session.add(row)
        return Turn(row.number, row.words, (), row.said_at)

    def add(self, thread: Thread, number: int, event: Kept) -> None:
        """Adds what has come of a turn; the end of a render is told once, whoever waited for it."""
        with self._database.session(write=True) as session:
            row = session.get(TurnRow, (thread.id, number))
            if row is None:
                return
            known = from_rows(row.events)
            if isinstance(event, Ready | Stopped) and any(
                isinstance(other, Ready | Stopped) and other.version == event.version
                for other in known
            ):
                return
            row.events = as_rows((*known, event))
            session.add(row)

    def _newest(self, session: Session, listener: str) -> ConversationRow | None:
        return session.exec(
            select(ConversationRow)
            .where(ConversationRow.listener == listener)
            .order_by(col(ConversationRow.started_at).desc())
            .limit(1)
        ).first()
