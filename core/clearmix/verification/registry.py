"""The registry of renders: what a payload leads to, and the sound that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select

from clearmix.audio import read_audio
from clearmix.catalogue import Catalogue
from clearmix.catalogue.models import Recording
from clearmix.clearance.log import DecisionLog
from clearmix.display import Display, display_of_render
from clearmix.errors import AudioError, CatalogueError, StorageError
from clearmix.fingerprints import Fingerprint, fingerprint
from clearmix.rendering.crediting import credited_by_name
from clearmix.rendering.disclosing import licence_url
from clearmix.rendering.known_sounds import KnownSounds
from clearmix.rendering.models import Render
from clearmix.rendering.publishing import render_of
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import ListeningRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.verification.originals import Originals


@dataclass(frozen=True)
class SourceEntry:
    """A recording that a render was made from."""

    id: str
    title: str
    artists: tuple[str, ...]
    isrc: str | None


@dataclass(frozen=True)
class Licence:
    """The decision that a render rests on: its entry in the log, the rules, what they ask for."""

    decision: int
    decision_hash: str
    outcome: str
    decided_at: str
    rules: tuple[dict[str, Any], ...]
    credits: tuple[str, ...]
    url: str | None


@dataclass(frozen=True)
class Entry:
    """What the registry knows of a render; who had it made stays with the service.

    `parents` are what it was made from directly, earlier renders among them; `sources` are the
    recordings that all of it comes down to.
    """

    render: Render
    parents: tuple[str, ...]
    sources: tuple[SourceEntry, ...]
    licence: Licence | None
    removed_at: datetime | None

    @property
    def display(self) -> Display:
        """How the render is shown."""
        return display_of_render(self.render.label)

    def as_json(self) -> dict[str, Any]:
        """The entry in JSON's types."""
        render, licence = self.render, self.licence
        return {
            "id": render.id,
            "title": render.title,
            "kind": render.kind,
            "label": render.label,
            "display": self.display.as_json(),
            "parents": list(self.parents),
            "sources": [{**vars(one), "artists": list(one.artists)} for one in self.sources],
            "licence": licence
            and {**vars(licence), "rules": list(licence.rules), "credits": list(licence.credits)},
            "generator": render.generator,
            "created_at": render.created_at.isoformat(),
            "removed_at": self.removed_at.isoformat() if self.removed_at else None,
            "marks": [mark.labeler for mark in render.marks],
        }


class Registry:
    """Renders by their ids and by their sound, those that were removed included."""

    def __init__(
        self,
        database: Database,
        store: Store,
        settings: Settings,
        *,
        catalogue: Catalogue,
    ) -> None:
        self._database = database
        self._store = store
        self._catalogue = catalogue
        self._settings = settings
        self._log = DecisionLog(database)
        self.sounds = KnownSounds(database, store)
        self.originals = Originals(database, store, catalogue)

    def entry(self, render_id: str) -> Entry | None:
        """What is known of a render; None when none of that id was ever published."""
        with self._database.session() as session:
            row = session.get(RenderRow, render_id)
        if row is None:
            return None
        render = render_of(row)
        return Entry(
            render=render,
            parents=render.spec.sources,
            sources=tuple(map(self._source, render.sources)),
            licence=self._licence(row),
            removed_at=row.removed_at,
        )

    def heard_in(self, listening_id: str) -> str | None:
        """The render that was streamed to a listening of that id; None if there was none."""
        with self._database.session() as session:
            row = session.get(ListeningRow, listening_id)
        return row.item if row is not None and not row.preview else None

    def has_marked(self, labeler: str) -> bool:
        """Whether any published render bears a mark of that labeler."""
        with self._database.session() as session:
            marked = session.exec(select(RenderRow.marks)).yield_per(100)
            return any(mark["labeler"] == labeler for marks in marked for mark in marks)

    def sounds_of_sources(self, entry: Entry) -> Iterator[Fingerprint]:
        """The fingerprints of the recordings that a render was made from, where they are kept."""
        for source in entry.sources:
            with suppress(CatalogueError, AudioError, StorageError):
                recording = self._catalogue.recording(source.id)
                yield fingerprint(read_audio(self._store.local_path(recording.audio_key)))

    def _source(self, id: str) -> SourceEntry:
        try:
            found = self._catalogue.recording(id)
        except CatalogueError:  # the catalogue has forgotten it; the render has not
            return SourceEntry(id, id, (), None)
        return SourceEntry(found.id, found.title, found.artist_names, found.isrc)

    def _licence(self, row: RenderRow) -> Licence | None:
        entry = self._log.entry(row.decision)
        if entry is None:
            return None
        return Licence(
            decision=entry.number,
            decision_hash=entry.decision_hash,
            outcome=str(entry.decision["outcome"]),
            decided_at=entry.decided_at.isoformat(),
            rules=tuple(entry.decision["rules"]),
            credits=self._credits(row),
            url=licence_url(self._settings, row.id),
        )

    def _credits(self, row: RenderRow) -> tuple[str, ...]:
        recordings: list[Recording] = []
        for id in row.sources:
            with suppress(CatalogueError):
                recordings.append(self._catalogue.recording(id))
        kept = [str(one) for one in row.duties.get("credits", ())]
        return credited_by_name(self._catalogue, recordings, kept)
