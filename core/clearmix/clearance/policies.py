"""The rights policies in force: shipped ones, those of plugins, and the operator's own folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from clearmix.errors import ClearanceError
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import PolicyRow
from clearmix_rules import PolicyErrors, PolicySet, PolicySource, check

_AUTHOR = re.compile(r"^by\s+(\w+)\s+([a-z0-9][a-z0-9-]*)", re.MULTILINE)
_TITLE = re.compile(r'^policy\s+"([^"\n]*)"\s+version\s+(\d+)', re.MULTILINE)


@dataclass(frozen=True)
class PoliciesInForce:
    """A set ready to decide, and the SHA-256 of every text in it."""

    policies: PolicySet
    hashes: tuple[str, ...]


class Policies:
    """Loads policies once and again when a file has changed; keeps every text it has seen."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        shipped: Callable[[], Iterable[tuple[str, PolicySource]]],
        report: Callable[[str, str, str], None],
    ) -> None:
        self._database = database
        self._folder = settings.policies
        self._shipped = shipped
        self._report = report
        self._loaded: tuple[object, PoliciesInForce] | None = None

    def current(self) -> PoliciesInForce:
        """The policies of now.

        A file that does not check is reported, and a policy that refuses everything stands in for
        it: its author's songs are not remixed on rules that nobody can read.
        """
        signature = tuple((path.name, path.stat().st_mtime_ns) for path in self._files())
        if self._loaded is None or self._loaded[0] != signature:
            sources = [source for source, owner in self._sources() if self._usable(source, owner)]
            self._record(sources)
            standing_in = [
                _refusing(source)
                for source, owner in self._sources()
                if not self._usable(source, owner)
            ]
            self._loaded = signature, _in_force([*sources, *standing_in])
        return self._loaded[1]

    def known_at(self, time: datetime) -> PoliciesInForce:
        """The policies as they were known at a time."""
        with self._database.session() as session:
            rows = session.exec(
                select(PolicyRow)
                .where(col(PolicyRow.first_seen_at) <= time)
                .where(col(PolicyRow.withdrawn_at).is_(None) | (col(PolicyRow.withdrawn_at) > time))
            )
            return _in_force([PolicySource(row.name, row.text) for row in rows])

    def sources(self) -> tuple[PolicySource, ...]:
        """The texts of now, whether they check or not."""
        return tuple(source for source, _ in self._sources())

    def add(self, source: PolicySource) -> Path:
        """Writes a policy that checks into the operator's folder.

        Raises:
            PolicyErrors: the text does not check; nothing is written.
            ClearanceError: another text has this name and version already.
        """
        PolicySet.load([source])
        path = self._folder / source.name
        if path.is_file() and path.read_text(encoding="utf-8") == source.text:
            return path
        title = _title(source)
        if any(_title(known) == title and known.text != source.text for known in self.sources()):
            raise ClearanceError(
                f"`{title[0]}` version {title[1]} is there already with another text",
                help="a version is never edited: give the new text the next version",
                place=source.name,
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(source.text, encoding="utf-8")
        partial.replace(path)
        self._loaded = None
        return path

    def _files(self) -> Sequence[Path]:
        return sorted(self._folder.glob("*.rights")) if self._folder.is_dir() else []

    def _sources(self) -> Iterator[tuple[PolicySource, str]]:
        from clearmix_library import policies

        for source in policies():
            yield source, "clearmix"
        for plugin, source in self._shipped():
            yield source, plugin
        for path in self._files():
            yield PolicySource(path.name, path.read_text(encoding="utf-8", errors="replace")), ""

    def _usable(self, source: PolicySource, owner: str) -> bool:
        mistakes = [found for found in check(source) if found.severity == "error"]
        if mistakes:
            first = mistakes[0]
            self._report(
                owner or "policies",
                f"`{source.name}` does not check: {first.message} (line {first.line})",
                f"run `clearmix rules check {source.name}`; until then its author refuses all",
            )
        return not mistakes

    def _record(self, sources: Iterable[PolicySource]) -> None:
        now = utc_now()
        texts = {_sha256(source): source for source in sources}
        with self._database.session() as session:
            known = {row.sha256: row for row in session.exec(select(PolicyRow))}
        gone = [row for sha, row in known.items() if sha not in texts and row.withdrawn_at is None]
        back = [row for sha, row in known.items() if sha in texts and row.withdrawn_at is not None]
        new = [sha for sha in texts if sha not in known]
        if not (gone or back or new):
            return
        with self._database.session(write=True) as session:
            for row in gone:
                row.withdrawn_at = now
                session.add(row)
            for row in back:
                row.withdrawn_at = None
                session.add(row)
            for sha in new:
                session.merge(
                    PolicyRow(
                        sha256=sha, name=texts[sha].name, text=texts[sha].text, first_seen_at=now
                    )
                )


def _in_force(sources: Sequence[PolicySource]) -> PoliciesInForce:
    try:
        policies = PolicySet.load(sources)
    except PolicyErrors as error:
        raise ClearanceError(
            f"the policies contradict each other: {error}",
            help="run `clearmix rules check` on the folder and give each version its own number",
        ) from error
    return PoliciesInForce(policies, tuple(sorted(_sha256(source) for source in sources)))


def _sha256(source: PolicySource) -> str:
    return hashlib.sha256(source.text.encode()).hexdigest()


def _title(source: PolicySource) -> tuple[str, str]:
    found = _TITLE.search(source.text)
    return (found[1], found[2]) if found else (source.name, "")


def _refusing(source: PolicySource) -> PolicySource:
    found = _AUTHOR.search(source.text)
    kind, author = found.groups() if found else ("platform", "clearmix")
    digest = _sha256(source)[:12]
    return PolicySource(
        f"{source.name} (refusing)",
        f'policy "Stand-in for {digest}" version 1\nby {kind} {author}\n'
        "in force from 2000-01-01\n\n"
        "rule unreadable: forbid any use\n"
        '  reason "The rules for this music cannot be read just now, so nothing is made of it."\n',
    )
