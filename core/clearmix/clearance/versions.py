"""Every policy text that the house has had, and when: added to, never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from clearmix.clearance.headers import Header, header
from clearmix.errors import ClearanceError
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import PolicyEventRow, PolicyRow
from clearmix_rules import PolicySource
from clearmix_rules.english import listed
from clearmix_rules.errors import did_you_mean


@dataclass(frozen=True)
class PolicyVersion:
    """One text with its SHA-256, and when it was first seen."""

    sha256: str
    source: PolicySource
    first_seen_at: datetime

    @property
    def header(self) -> Header | None:
        """Its title, version and author; None for a file of definitions."""
        return header(self.source.text)


class PolicyVersions:
    """The texts in the database; an event for each time that one came or went."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, sources: Iterable[PolicySource]) -> None:
        """Notes that these texts are now the ones in the house; nothing if nothing has changed."""
        texts = {digest(source): source for source in sources}
        with self._database.session() as session:
            if texts.keys() == _present(session):
                return
        with self._database.session(write=True) as session:
            known, present = set(session.exec(select(PolicyRow.sha256))), _present(session)
            now = utc_now()
            for sha256 in sorted(texts.keys() - known):
                one = texts[sha256]
                session.add(
                    PolicyRow(sha256=sha256, name=one.name, text=one.text, first_seen_at=now)
                )
            session.flush()
            for sha256 in sorted(texts.keys() ^ present):
                session.add(PolicyEventRow(sha256=sha256, present=sha256 in texts, at=now))

    def known_at(self, time: datetime) -> tuple[PolicySource, ...]:
        """The texts that were in the house at a time."""
        with self._database.session() as session:
            present = _present(session, time)
        return tuple(one.source for one in self.texts(present).values())

    def texts(self, hashes: Collection[str]) -> Mapping[str, PolicyVersion]:
        """The versions with these SHA-256, in the order of the hashes.

        Raises:
            ClearanceError: one of them was never recorded.
        """
        wanted = set(hashes)
        found = {one.sha256: one for one in self.all() if one.sha256 in wanted}
        if missing := wanted - found.keys():
            raise ClearanceError(
                f"the policy with the hash {min(missing)} is not recorded",
                help="restore the database from a backup that has it",
            )
        return {sha256: found[sha256] for sha256 in sorted(found)}

    def all(self) -> tuple[PolicyVersion, ...]:
        """Every version, oldest first."""
        with self._database.session() as session:
            rows = session.exec(
                select(PolicyRow).order_by(col(PolicyRow.first_seen_at), col(PolicyRow.sha256))
            )
            return tuple(_version(row) for row in rows)

    def titled(self, title: str, version: int | None = None) -> tuple[PolicyVersion, ...]:
        """The latest text of each author's policy of that title, or that version of it.

        Raises:
            ClearanceError: no policy has the title, or none the version; a near title is offered.
        """
        named = [(one.header, one) for one in self.all() if one.header is not None]
        found: dict[str, tuple[int, PolicyVersion]] = {}
        for said, one in named:
            fits = said.title.casefold() == title.casefold() and version in (None, said.version)
            if fits and said.version >= found.get(said.author, (0, one))[0]:
                found[said.author] = said.version, one
        if not found:
            versions = {one.version for one, _ in named if one.title.casefold() == title.casefold()}
            if versions:
                raise ClearanceError(
                    f"`{title}` has no version {version}",
                    help=f"its versions are {listed(map(str, sorted(versions)), 'and')}",
                )
            titles = [said.title for said, _ in named]
            raise ClearanceError(
                f"no policy `{title}`",
                help=did_you_mean(title, titles, "`clearmix rules list` shows all"),
            )
        return tuple(one for _, one in sorted(found.values(), key=lambda pair: str(pair[1].header)))

    def by_header(self) -> Mapping[Header, tuple[PolicySource, ...]]:
        """The recorded texts of each version; several if they differ in their layout."""
        found: dict[Header, tuple[PolicySource, ...]] = {}
        for one in self.all():
            if one.header is not None:
                found[one.header] = (*found.get(one.header, ()), one.source)
        return found

    def first_broken(self) -> str | None:
        """The name of the first text that is not what its hash says, or None."""
        return next(
            (one.source.name for one in self.all() if digest(one.source) != one.sha256), None
        )


def _present(session: Session, time: datetime | None = None) -> set[str]:
    """The hashes of the texts in the house, now or at a time."""
    events = select(PolicyEventRow).order_by(col(PolicyEventRow.number))
    if time is not None:
        events = events.where(col(PolicyEventRow.at) <= time)
    latest = {event.sha256: event.present for event in session.exec(events)}
    return {sha256 for sha256, present in latest.items() if present}


def digest(source: PolicySource) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(source.text.encode()).hexdigest()


def _version(row: PolicyRow) -> PolicyVersion:
    return PolicyVersion(row.sha256, PolicySource(row.name, row.text), row.first_seen_at)
