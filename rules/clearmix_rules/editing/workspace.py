"""The policies that an editor has open, and those that lie in its folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from clearmix_rules.editing.describing import KnownParty, parties_in
from clearmix_rules.editing.positions import Positions
from clearmix_rules.source import MOST_CHARACTERS, PolicySource

MOST_FILES = 2_000
"""How many files are looked for in all folders together."""

FRESH_SECONDS = 5.0
"""How long a look into the folders is taken to be true."""

_SKIPPED = frozenset(("node_modules", "__pycache__", "venv"))


@dataclass(frozen=True)
class Document:
    """One version of a policy in an editor or on disk."""

    uri: str
    text: str
    version: int | None = None

    @property
    def name(self) -> str:
        """The name of its file."""
        return unquote(urlsplit(self.uri).path).rsplit("/", 1)[-1] or self.uri

    @property
    def source(self) -> PolicySource:
        """The same for the checker, with the folder in which the files that it uses lie."""
        path = path_of(self.uri)
        return PolicySource(self.name, self.text, path.parent if path else None)

    @cached_property
    def positions(self) -> Positions:
        """The places in its text."""
        return Positions(self.text)

    @cached_property
    def parties(self) -> tuple[KnownParty, ...]:
        """The parties that it names."""
        return tuple(parties_in(self.text, self.name))


@dataclass
class Workspace:
    """Open documents by their address, and the folders that the editor works in."""

    folders: list[Path] = field(default_factory=list)
    opened: dict[str, Document] = field(default_factory=dict)
    _on_disk: dict[Path, tuple[tuple[int, int], Document]] = field(default_factory=dict)
    _looked: float = float("-inf")

    def documents(self) -> Iterator[Document]:
        """Every policy, as it is open or else as it lies on disk."""
        self._look()
        yield from self.opened.values()
        open_files = {path_of(uri) for uri in self.opened}
        for path, (_, document) in self._on_disk.items():
            if path not in open_files:
                yield document

    def parties(self) -> Mapping[str, KnownParty]:
        """Every party that a policy names; its own policy tells its kind."""
        found: dict[str, KnownParty] = {}
        for document in self.documents():
            for one in document.parties:
                if one.kind or one.id not in found:
                    found[one.id] = one
        return dict(sorted(found.items()))

    def forget(self) -> None:
        """Looks into the folders anew at the next question."""
        self._looked = float("-inf")

    def _look(self) -> None:
        """Reads what is new or changed in the folders."""
        if monotonic() - self._looked < FRESH_SECONDS:
            return
        seen: dict[Path, tuple[tuple[int, int], Document]] = {}
        for path in self._files():
            try:
                state = path.stat()
                mark = (state.st_mtime_ns, state.st_size)
                known = self._on_disk.get(path)
                if known is not None and known[0] == mark:
                    seen[path] = known
                elif state.st_size <= MOST_CHARACTERS:
                    text = path.read_bytes().decode("utf-8-sig", errors="replace")
                    seen[path] = mark, Document(path.as_uri(), text)
            except OSError:
                continue  # it went away, or may not be read: it says nothing then
        self._on_disk = seen
        self._looked = monotonic()

    def _files(self) -> Iterator[Path]:
        count = 0
        for folder in self.folders:
            for where, inside, files in os.walk(folder):
                inside[:] = sorted(
                    one for one in inside if not one.startswith(".") and one not in _SKIPPED
                )
                for name in sorted(files):
                    if name.endswith(".rights"):
                        count += 1
                        if count > MOST_FILES:
                            return
                        yield Path(where, name)


def path_of(uri: str) -> Path | None:
    """The folder or file of a `file:` address, or None for another."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    return Path(url2pathname(parts.path))
