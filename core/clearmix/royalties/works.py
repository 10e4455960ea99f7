"""What the catalogue and the logs know of items: kinds, sources, shares, credits, terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col, select

from clearmix.catalogue.rows import shares_in_force
from clearmix.royalties.events import Category
from clearmix.royalties.models import SUSPENSE
from clearmix.royalties.plays import LANES, category_of
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import PartyRow, RecordingRow, ShareRow, WorkRow
from clearmix.storage.tables.rendering import RenderRow
from clearmix.storage.tables.royalties import LoggedRenderRow

DEEPEST = 32
"""Remixes of remixes beyond this depth are taken as unknown: something refers to itself."""

CHUNK = 500
"""Ids of one `IN` list; SQLite allows 32,766 parameters, older ones 999."""


@dataclass(frozen=True)
class Item:
    """What can be played: a recording (`sources` is itself) or a render of others."""

    id: str
    kind: str
    category: Category
    title: str
    sources: tuple[str, ...]
    voice_of: str | None = None
    duties: Mapping[str, Any] = field(default_factory=dict)
    decision_hash: str = ""
    maker: str | None = None


@dataclass(frozen=True)
class Holder:
    """A party's share of one side of one recording, and why."""

    party: str
    role: str
    share: Fraction
    why: str


@dataclass(frozen=True)
class Credits:
    """Who takes part in a recording: its owners, the featured artists, everybody else."""

    owners: tuple[str, ...]
    featured: tuple[str, ...]
    others: tuple[str, ...]


class Rights:
    """A reading of the catalogue's rights, made once, for some items and all they go back to."""

    def __init__(self, database: Database, item_ids: Iterable[str]) -> None:
        self._items: dict[str, Item] = {}
        self._recordings: dict[str, RecordingRow] = {}
        with database.session() as session:
            self._load_items(session, set(item_ids))
            self._parties = set(session.exec(select(PartyRow.id)))
            works = {row.work for row in self._recordings.values() if row.work}
            self._works = {row.id: row for row in _by_id(session, WorkRow, works)}
            self._shares = {
                **_shares(session, "recording", self._recordings),
                **_shares(session, "work", self._works),
            }

    def item(self, id: str) -> Item | None:
        """The item of that id, if anything knows it."""
        return self._items.get(id)

    def leaves(
        self, item: Item, share: Fraction = Fraction(1), sampled: bool = True, depth: int = 0
    ) -> Iterator[tuple[str, Fraction, bool]]:
        """The recordings that an item goes back to, each with its share of the item.

        The sources of a render share equally. The third value says whether the sound of the
        recording is still used: nothing of it is once a cover lies between.
        """
        if item.kind == "original":
            yield item.id, share, sampled
            return
        each = share / len(item.sources)
        sampled = sampled and item.kind != "cover"
        for source in item.sources:
            inner = self._items.get(source)
            if inner is None or depth == DEEPEST:
                yield source, each, sampled
            else:
                yield from self.leaves(inner, each, sampled, depth + 1)

    def is_recording(self, id: str) -> bool:
        """Whether the catalogue holds that recording."""
        return id in self._recordings

    def work(self, recording: str) -> str | None:
        """The composition of a recording."""
        return self._recordings[recording].work

    def is_public_domain(self, work: str) -> bool:
        """Whether a composition is owned by nobody."""
        return bool(self._works[work].public_domain)

    def track(self, item: Item) -> tuple[str, str]:
        """The first recording that an item goes back to, and that recording's first artist."""
        source, _, _ = next(self.leaves(item))
        row = self._recordings.get(source)
        return source, row.artists[0] if row and row.artists else ""

    def days_of_change(self, item: Item) -> set[date]:
        """The days from which other shares of an item's recordings or works hold."""
        found: set[date] = set()
        for source, _, _ in self.leaves(item):
            if source in self._recordings:
                subjects = [("recording", source), ("work", self._recordings[source].work or "")]
                found |= {
                    row.valid_from
                    for key in subjects
                    for row in self._shares.get(key, ())
                    if row.valid_from
                }
        return found

    def shares(self, side: str, subject: str, on: date) -> Sequence[Holder]:
        """The shares of a recording or a work that were stated for a day, or none."""
        rows = shares_in_force(self._shares.get((side, subject), ()), on)
        whole = sum(row.parts for row in rows)
        return [
            Holder(
                self.account(row.party),
                row.role,
                Fraction(row.parts, whole),
                f"catalogue share of {row.parts} in {whole} parts of the {side} `{subject}`",
            )
            for row in rows
            if row.parts
        ]

    def credits(self, recording: str) -> Credits:
        """Who takes part in a recording."""
        row = self._recordings[recording]
        featured = tuple(dict.fromkeys(self.account(id) for id in row.artists))
        others = dict.fromkeys(self.account(id) for id in [*row.performers, *row.producers])
        return Credits(
            owners=(self.account(row.label),) if row.label else (),
            featured=featured,
            others=tuple(id for id in others if id not in featured),
        )

    def account(self, party: str) -> str:
        """The account of a party, or one in suspense that names it."""
        return party if party in self._parties else f"{SUSPENSE}:party:{party}"

    def _load_items(self, session: Session, wanted: set[str]) -> None:
        for _ in range(DEEPEST):
            wanted -= self._items.keys()
            if not wanted:
                return
            found: list[Item] = []
            for recording in _by_id(session, RecordingRow, wanted):
                self._recordings[recording.id] = recording
                found.append(
                    Item(
                        id=recording.id,
                        kind="original",
                        category=LANES[recording.lane],
                        title=recording.title,
                        sources=(recording.id,),
                    )
                )
            found += [item_of(row) for row in _by_id(session, RenderRow, wanted)]
            found += [_logged_item(row) for row in _by_id(session, LoggedRenderRow, wanted)]
            self._items |= {item.id: item for item in found}
            wanted = {source for item in found for source in item.sources}


def item_of(row: RenderRow) -> Item:
    """The item of a published render."""
    voice = str((row.spec.get("voice") or {}).get("source", ""))
    return Item(
        id=row.id,
        kind=row.kind,
        category=category_of(row.kind),
        title=row.title,
        sources=tuple(row.sources),
        voice_of=voice.removeprefix("likeness:") if voice.startswith("likeness:") else None,
        duties=row.duties,
        decision_hash=row.decision_hash,
        maker=row.listener,
    )


def _logged_item(row: LoggedRenderRow) -> Item:
    return Item(
        id=row.id,
        kind=row.kind,
        category=category_of(row.kind),
        title=row.title or row.id,
        sources=tuple(row.sources),
        voice_of=row.voice_of,
        duties=row.duties,
        decision_hash=row.decision_hash,
        maker=row.maker,
    )


def _by_id(session: Session, table: Any, ids: Iterable[str]) -> Iterator[Any]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        yield from session.exec(select(table).where(col(table.id).in_(chunk)))


def _shares(
    session: Session, side: str, subjects: Iterable[str]
) -> dict[tuple[str, str], list[ShareRow]]:
    found: dict[tuple[str, str], list[ShareRow]] = {}
    ordered = sorted(subjects)
    for start in range(0, len(ordered), CHUNK):
        rows = session.exec(
            select(ShareRow)
            .where(ShareRow.side == side, col(ShareRow.subject).in_(ordered[start : start + CHUNK]))
            .order_by(col(ShareRow.id))
        )
        for row in rows:
            found.setdefault((side, row.subject), []).append(row)
    return found
