"""Discovery as a room of the kernel: one feed a lane, and what the holdout shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from clearmix.discovery.folding import folded, spec_key
from clearmix.discovery.lanes import HUMAN_MADE, LANES, Entry, Lane
from clearmix.discovery.measuring import Measured, is_held_out, measured
from clearmix.discovery.ranking import ranked
from clearmix.errors import CatalogueError, DeliveryError
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import RecordingRow
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.rendering import RenderRow, SharedRow

if TYPE_CHECKING:
    from clearmix.catalogue.models import Recording
    from clearmix.delivery.items import Items
    from clearmix.rendering.models import Render

LATELY = timedelta(days=28)
"""How far back plays count for the order of a feed."""

_LANE_OF_RECORDING: dict[str, Lane] = {
    "original": "originals",
    "official": "official",
    "producer": "producer",
}


@dataclass(frozen=True)
class Feed:
    """What a listener finds in one lane; `held_out` when it is empty so that it can be measured."""

    lane: Lane
    entries: tuple[Entry, ...]
    held_out: bool = False


class Discovery:
    """Feeds."""

    def __init__(
        self,
        database: Database,
        *,
        items: Items,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._items = items
        self._clock = clock
        self._keys: dict[str, str] = {}

    def feed(self, listener_id: str, lane: Lane, *, limit: int = 50) -> Feed:
        """What a listener finds in one lane, best first.

        Remixes of listeners are there when their makers share them and their rights-holders let
        them be streamed now; near-equal ones stand behind one of them.

        Raises:
            CatalogueError: there is no such lane.
        """
        if lane not in LANES:
            raise CatalogueError(
                f"no lane `{lane}`", help=f"the lanes are {', '.join(LANES)}", place="lane"
            )
        if lane == "listener" and is_held_out(listener_id):
            return Feed(lane, (), held_out=True)
        with self._database.snapshot():
            return self._feed(listener_id, lane, limit)

    def newest(self) -> tuple[object, ...]:
        """What changes whenever a remix was shared, or a recording added."""
        with self._database.session() as session:
            shared = session.exec(select(func.max(SharedRow.shared_at))).one()
            return shared, session.exec(select(func.count()).select_from(RecordingRow)).one()

    def _feed(self, listener_id: str, lane: Lane, limit: int) -> Feed:
        now = self._clock()
        found = self._recordings(lane) if lane in HUMAN_MADE else self._shared()
        heard = self._listeners(now)
        entries = [replace(entry, listeners=heard.get(entry.item, 0)) for entry in found]
        if lane == "listener":
            entries = folded(ranked(entries, now))
        return Feed(lane, tuple(self._streamable(ranked(entries, now), listener_id, limit)))

    def versions(
        self, recording_id: str, listener_id: str, *, limit: int = 50
    ) -> tuple[Entry, ...]:
        """All versions of one original for its page, those that people made before the others."""
        now = self._clock()
        found = [
            entry
            for lane in LANES
            for entry in self.feed(listener_id, lane, limit=10_000).entries
            if recording_id in (entry.original, entry.item)
        ]
        order = list(LANES)
        best = sorted(ranked(found, now), key=lambda entry: order.index(entry.lane))
        return tuple(best[:limit])

    def measure(self, start: datetime, end: datetime) -> Measured:
        """What listeners who are shown remixes played in a time, beside those who are not."""
        query = select(PlayRow.listener_id, PlayRow.category).where(
            PlayRow.played_at >= start, PlayRow.played_at < end, col(PlayRow.fraud).is_(False)
        )
        with self._database.session() as session:
            return measured(session.exec(query).all())

    def _recordings(self, lane: Lane) -> list[Entry]:
        with self._database.session() as session:
            rows = session.exec(select(RecordingRow)).all()
        return [
            Entry(
                item=row.id,
                lane=lane,
                title=row.title,
                original=row.version_of or row.id,
                since=datetime.combine(row.release_date, time(), UTC)
                if row.release_date
                else row.added_at,
            )
            for row in rows
            if _LANE_OF_RECORDING[row.lane] == lane
        ]

    def _shared(self) -> list[Entry]:
        query = (
            select(RenderRow, SharedRow)
            .join(SharedRow, col(SharedRow.render) == col(RenderRow.id))
            .where(col(SharedRow.ended_at).is_(None), col(RenderRow.removed_at).is_(None))
        )
        with self._database.session() as session:
            rows = session.exec(query).all()
        return [
            Entry(
                item=render.id,
                lane="listener",
                title=render.title,
                original=render.sources[0] if render.sources else render.id,
                since=shared.shared_at,
                maker=render.listener,
                sameness=self._sameness(render),
                sound=shared.sounds_like or render.id,
            )
            for render, shared in rows
        ]

    def _sameness(self, render: RenderRow) -> str:
        """The key of a render's spec, worked out once: every feed asks for all of them."""
        key = self._keys.get(render.spec_hash)
        if key is None:
            key = spec_key(RemixSpec.from_json(render.spec))
            self._keys[render.spec_hash] = key
        return key

    def _listeners(self, now: datetime) -> dict[str, int]:
        """How many people heard each item lately; plays that are not believed do not count."""
        query = (
            select(PlayRow.item_id, func.count(func.distinct(PlayRow.listener_id)))
            .where(PlayRow.played_at > now - LATELY, col(PlayRow.fraud).is_(False))
            .group_by(PlayRow.item_id)
        )
        with self._database.session() as session:
            return dict(session.exec(query).all())

    def _streamable(
        self, entries: Iterable[Entry], listener_id: str, limit: int
    ) -> Iterator[Entry]:
        """The first entries that this listener may hear now, with how each is shown."""
        heard: list[Entry] = []
        found: list[Recording | Render] = []
        for entry in entries:
            if len(heard) == limit:
                break
            try:
                item = self._items.item(entry.item, listener_id)
                self._items.require_streamable(item, listener_id)
            except DeliveryError:
                continue
            heard.append(entry)
            found.append(item)
        displays = self._items.displays(found)
        for entry in heard:
            yield replace(entry, display=displays[entry.item])
