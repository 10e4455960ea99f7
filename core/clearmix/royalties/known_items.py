"""What the house knows of each item that can be played, to hold a report of plays against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from clearmix.royalties.plays import LANES, category_of
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import RecordingRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.storage.tables.royalties import LoggedRenderRow

if TYPE_CHECKING:
    from sqlmodel import Session

    from clearmix.royalties.engine import Engine

LONGEST_TIMES = 1.5
"""How many times its own length one play of an item may last: whoever goes back hears a part
twice. Whoever hears it from the start again plays it a second time, with an id of its own."""

LONGEST_SLACK_SECONDS = 5
"""What is added to that: players count buffers and fades too, which matters for short items."""

FIRST_MIDNIGHT = timedelta(hours=14)
"""How long before midnight in UTC a day begins where it begins first (UTC+14, Kiribati)."""

COLUMNS = {
    "item_id": "VARCHAR",
    "known_category": "VARCHAR",
    "known_maker": "VARCHAR",
    "made_at": "TIMESTAMP",
    "released_at": "TIMESTAMP",
    "release_date": "VARCHAR",
    "known_milliseconds": "BIGINT",
    "longest_milliseconds": "BIGINT",
}
"""Columns of the table of known items; times are UTC."""


@dataclass(frozen=True)
class KnownItem:
    """A recording or render; what is None is not known, or does not apply.

    Attributes:
        id: of the recording or render.
        category: its stream category.
        maker: the listener who had it made; nobody had a recording made.
        made_at: when it was made, aware; no play is earlier.
        release_date: of a recording.
        seconds: how long it lasts.
    """

    id: str
    category: str | None
    maker: str | None = None
    made_at: datetime | None = None
    release_date: date | None = None
    seconds: float | None = None

    def values(self) -> tuple[object, ...]:
        """The values of `COLUMNS`."""
        made_at = self.made_at.astimezone(UTC).replace(tzinfo=None) if self.made_at else None
        released = day = None
        if self.release_date:
            day = self.release_date.isoformat()
            released = datetime.combine(self.release_date, time.min) - FIRST_MIDNIGHT
        lasts = longest = None
        if self.seconds:
            lasts = round(self.seconds * 1000)
            longest = round((self.seconds * LONGEST_TIMES + LONGEST_SLACK_SECONDS) * 1000)
        return (self.id, self.category, self.maker, made_at, released, day, lasts, longest)


def known_items(database: Database) -> dict[str, KnownItem]:
    """Every recording and render by its id; of a render from a log, the length is not known."""
    with database.session() as session:
        return {item.id: item for item in _items(session)}


def create_known_items(working: Engine, items: Iterable[KnownItem]) -> None:
    """Makes the table `items` of them."""
    working.create("items", COLUMNS, [item.values() for item in items])


def _items(session: Session) -> Iterator[KnownItem]:
    """All items; of an id that is there twice, what a listening would be logged as comes last."""
    logged, made, recorded = LoggedRenderRow, RenderRow, RecordingRow
    for id, kind, maker, at in session.exec(
        select(logged.id, logged.kind, logged.maker, logged.made_at)
    ):
        yield KnownItem(id, category_of(kind), maker, at)
    lasting = dict(session.exec(select(made.id, made.seconds)).all())
    for id, kind, maker, at in session.exec(
        select(made.id, made.kind, made.listener, made.created_at)
    ):
        yield KnownItem(id, category_of(kind), maker, at, seconds=lasting.get(id))
    for id, lane, released, seconds in session.exec(
        select(recorded.id, recorded.lane, col(recorded.release_date), recorded.seconds)
    ):
        yield KnownItem(id, LANES.get(lane), release_date=released, seconds=seconds)
