"""What the catalogue calls the recordings, works and parties of a statement, with sound ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from clearmix.catalogue import identifiers
from clearmix.errors import CatalogueError
from clearmix.royalties.works import CHUNK
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow, WorkRow


@dataclass(frozen=True)
class SourceNames:
    """A recording as accountants name it; what the catalogue does not know is empty."""

    title: str = ""
    artist: str = ""
    isrc: str = ""
    upc: str = ""
    grid: str = ""
    label: str = ""
    work_id: str = ""
    work_title: str = ""
    iswc: str = ""
    milliseconds: int = 0


@dataclass(frozen=True)
class PayeeNames:
    """A payee as accountants name it."""

    name: str = ""
    ipi: str = ""
    isni: str = ""


@dataclass(frozen=True)
class Names:
    """Names by id. `notes` are sentences about identifiers that were left out, and why."""

    sources: Mapping[str, SourceNames]
    payees: Mapping[str, PayeeNames]
    notes: tuple[str, ...] = field(default=())

    def source(self, id: str) -> SourceNames:
        """The names of a recording, empty for one that the catalogue does not know."""
        return self.sources.get(id, SourceNames())

    def payee(self, id: str) -> PayeeNames:
        """The names of a payee; an account that waits is called by its id."""
        return self.payees.get(id, PayeeNames(name=id))


def names_of(database: Database, sources: Iterable[str], payees: Iterable[str]) -> Names:
    """The names of some recordings and payees, each identifier with its check digit proved.

    A wrong identifier would book money to somebody else, so it is left out and noted.
    """
    notes: dict[str, None] = {}

    def sound(check: Callable[[str], str], text: str | None, whose: str) -> str:
        try:
            return check(text) if text else ""
        except CatalogueError as error:
            notes[f"an identifier of `{whose}` is left out: {error.message}; {error.help}"] = None
            return ""

    with database.session() as session:
        recordings = _by_id(session, RecordingRow, sources)
        works = _by_id(session, WorkRow, {row.work for row in recordings.values() if row.work})
        credited = {id for row in recordings.values() for id in (*row.artists, row.label) if id}
        parties = _by_id(session, PartyRow, {*payees, *credited})

    def name(id: str) -> str:
        return parties[id].name if id in parties else id

    named = {}
    for id, row in recordings.items():
        work = works.get(row.work)
        named[id] = SourceNames(
            title=row.title,
            artist=", ".join(name(artist) for artist in row.artists),
            isrc=sound(identifiers.isrc, row.isrc, id),
            upc=sound(identifiers.upc, row.upc, id),
            grid=sound(identifiers.grid, row.grid, id),
            label=name(row.label) if row.label else "",
            work_id=work.id if work else "",
            work_title=work.title if work else "",
            iswc=sound(identifiers.iswc, work.iswc, work.id) if work else "",
            milliseconds=round(row.seconds * 1000),
        )
    people = {
        id: PayeeNames(
            name=parties[id].name,
            ipi=sound(identifiers.ipi, parties[id].ipi, id),
            isni=sound(identifiers.isni, parties[id].isni, id),
        )
        for id in payees
        if id in parties
    }
    return Names(named, people, tuple(notes))


def _by_id(session: Session, table: Any, ids: Iterable[str]) -> dict[str, Any]:
    ordered = sorted(set(ids))
    return {
        row.id: row
        for start in range(0, len(ordered), CHUNK)
        for row in session.exec(
            select(table).where(col(table.id).in_(ordered[start : start + CHUNK]))
        )
    }
