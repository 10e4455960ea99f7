"""Listenings: each opening of an item, what was sent of it so far, and whether it counted.

What was sent is kept in the database, so that any process of the service can answer the next
request, and so that a listening cannot claim more than was sent to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, func, select

from clearmix.delivery.suspicion import Seen, flags_of
from clearmix.errors import BusyError
from clearmix.storage.database import Database
from clearmix.storage.tables.delivery import ListeningRow

AHEAD_SECONDS = 20.0
"""How far what is sent may lie ahead of play."""

MOST_A_MINUTE = 60
"""Openings of one listener in a minute: more than anybody skips through by hand."""

LINK_LIFE = timedelta(hours=2)
"""How long a link plays: a long listening session, but not a link to pass around."""

DAY = timedelta(days=1)

# Built once: several times a second for each listener, building a statement costs more than what
# it asks for.
_listening = ListeningRow.__table__  # type: ignore[attr-defined]  # set by SQLModel

_RECENT = (
    sa.select(func.count())
    .select_from(_listening)
    .where(
        _listening.c.listener == bindparam("of"),
        _listening.c.opened_at > bindparam("since"),
    )
)
"""How many openings there were of a listener since some time."""

_playing = sa.and_(
    _listening.c.listener == bindparam("of"),
    _listening.c.item == bindparam("what"),
    _listening.c.opened_at >= bindparam("since"),
)

_OPEN = sa.select(
    *(_listening.c[name] for name in ("id", "ahead_ms", "ahead_at", "sent", "sent_ms"))
).where(_playing)
"""The listenings of an item by a listener whose links may still play."""

_COUNT_ON = (
    _listening.update()
    .where(_playing, _listening.c.ahead_at > bindparam("ahead_at"))
    .values(ahead_at=bindparam("ahead_at"))
)
"""Has what lies ahead of play grow less from now on, not from a time that is yet to come."""

_SEND = _listening.update().where(_listening.c.id == bindparam("this"))
"""Writes down what was sent."""


class Listenings:
    """The table of listenings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, row: ListeningRow) -> None:
        """Opens a listening.

        Raises:
            BusyError: the listener opened too many just now.
        """
        since = row.opened_at - timedelta(minutes=1)
        with self._database.session(write=True) as session:
            asked = {"of": row.listener, "since": since}
            recent = session.connection().execute(_RECENT, asked).scalar_one()
            if recent >= MOST_A_MINUTE:
                raise BusyError(
                    f"more than {MOST_A_MINUTE} songs opened within a minute",
                    help="wait a moment, then press play again",
                )
            session.add(row)

    def find(self, id: str) -> ListeningRow | None:
        """The listening of that id, if there is one."""
        with self._database.session() as session:
            return session.get(ListeningRow, id)

    def send(self, listening: ListeningRow, number: int, seconds: float, now: datetime) -> float:
        """0 once a segment may be sent, which is written down; else the seconds until then.

        What was sent is taken as played as time goes by, and no faster. So a player that pauses,
        or one that never plays, gets no further ahead than one that plays. Whoever opens an item
        several times plays it once: all those listenings share what may lie ahead.

        INVARIANT: no more than `AHEAD_SECONDS` lie between what was sent of an item to a listener
        and what can have been played of it. A segment that a listening was sent before is sent to
        it again at once.
        """
        length_ms = round(1000 * seconds)
        with self._database.session(write=True) as session:
            of_item = {"of": listening.listener, "what": listening.item, "since": now - LINK_LIFE}
            connection = session.connection()
            every = connection.execute(_OPEN, of_item).all()
            if any(one.ahead_at > now for one in every):  # the clock went back: it counts on
                connection.execute(_COUNT_ON, of_item | {"ahead_at": now})
            row = next((one for one in every if one.id == listening.id), None)
            if row is None or number in row.sent:
                return 0.0
            ahead_ms = max(_ahead_ms(one.ahead_ms, one.ahead_at, now) for one in every)
            over_ms = ahead_ms + length_ms - round(1000 * AHEAD_SECONDS)
            if over_ms > 0 and ahead_ms > 0:
                return over_ms / 1000
            # What is sent last lies furthest ahead, so this row now tells for the others as well.
            connection.execute(
                _SEND,
                {
                    "this": row.id,
                    "ahead_ms": ahead_ms + length_ms,
                    "ahead_at": now,
                    "sent": [*row.sent, number],
                    "sent_ms": row.sent_ms + length_ms,
                },
            )
        return 0.0

    def count(
        self, id: str, seconds: float, now: datetime, *, maker: str | None, again: timedelta
    ) -> tuple[str, ...] | None:
        """The flags of a listening that counts with so many seconds; None if it did before.

        `maker` had the item made; a play within `again` of the same listener's last one of the
        same item is looked at more closely.
        """
        with self._database.session(write=True) as session:
            row = session.get(ListeningRow, id)
            if row is None or row.counted_ms is not None:
                return None
            # Of a song that many hear, only what the signs are about: its listener, its address.
            near = col(ListeningRow.listener) == row.listener
            if row.address:
                near |= col(ListeningRow.address) == row.address
            counted = session.exec(
                select(ListeningRow).where(
                    near,
                    col(ListeningRow.counted_ms).is_not(None),
                    col(ListeningRow.opened_at) > now - DAY,
                    ListeningRow.item == row.item,
                )
            ).all()
            row.counted_ms = round(1000 * seconds)
            row.flags = list(flags_of(_seen(row), [_seen(one) for one in counted], maker, again))
            session.add(row)
            return tuple(row.flags)


def _ahead_ms(ahead_ms: int, ahead_at: datetime, now: datetime) -> int:
    """How far what was sent lies ahead of play now; a clock that went back gains nothing."""
    since = max(timedelta(0), now - ahead_at)
    return max(0, ahead_ms - round(1000 * since.total_seconds()))


def _seen(row: ListeningRow) -> Seen:
    return Seen(row.listener, row.address, row.opened_at, (row.counted_ms or 0) / 1000)
