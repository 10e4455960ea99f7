"""The songs beside the conversation: found by words, and how far each is open to the listener."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix.catalogue.titles import folded
from clearmix.display import Display

if TYPE_CHECKING:
    from clearmix import Kernel
    from clearmix.catalogue import Recording
    from clearmix.clearance.filtering import Opening

MOST_SHOWN = 60
"""Songs that are shown at a time; words find the others."""

OPENINGS: dict[Opening, str] = {
    "remix": "",
    "short-remix": "Short remixes",
    "edit": "Speed and key only",
    "cover": "Covers only",
    "ask": "Ask first",
    "closed": "Listening only",
}
"""What is said of a song by how far it is open; nothing of one that is open to remixes."""

REMIXABLE: frozenset[Opening] = frozenset({"remix", "short-remix"})


@dataclass(frozen=True)
class Entry:
    """A song on the shelf, and how far it is open."""

    song: Recording
    opening: Opening
    display: Display

    @property
    def note(self) -> str:
        """What limits it, if anything does."""
        return OPENINGS[self.opening]


@dataclass(frozen=True)
class Shelf:
    """Songs that were looked for; `more` says that there are others after them."""

    entries: tuple[Entry, ...]
    more: bool


def shelf_of(kernel: Kernel, listener: str, find: str = "", *, remixable: bool = False) -> Shelf:
    """The songs that words find, all without words; only those open to remixes, if so wished."""
    openings = kernel.clearance.openings(listener)

    def entries() -> Iterator[Entry]:
        for song in found(kernel.catalogue.recordings(), find):
            opening = openings.of(song)
            if opening in REMIXABLE or not remixable:
                yield Entry(song, opening, kernel.catalogue.display(song))

    several: list[Entry] = []
    for entry in entries():
        if len(several) == MOST_SHOWN:
            return Shelf(tuple(several), more=True)
        several.append(entry)
    return Shelf(tuple(several), more=False)


def found(songs: Iterable[Recording], words: str) -> Iterator[Recording]:
    """Songs whose title, artists and genres have every one of some words, or their beginnings."""
    wanted = folded(words).split()
    for song in songs:
        names = folded(" ".join((song.title, *song.artist_names, *song.genres))).split()
        if all(any(name.startswith(word) for name in names) for word in wanted):
            yield song
