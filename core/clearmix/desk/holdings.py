"""What a party holds: the recordings and works in which it, or a party under it, has a part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue, Party, Recording


def with_those_under(party: str, parties: Iterable[Party]) -> frozenset[str]:
    """A party with every imprint, label or group under it.

    >>> from clearmix.catalogue import Party
    >>> north, dusk = Party("north", "label", "North"), Party("dusk", "imprint", "Dusk", "north")
    >>> sorted(with_those_under("north", [north, dusk]))
    ['dusk', 'north']
    """
    found, rows = {party}, tuple(parties)
    while more := {row.id for row in rows if row.parent in found} - found:
        found |= more
    return frozenset(found)


def recordings_held(party: str, catalogue: Catalogue) -> tuple[Recording, ...]:
    """The recordings in which a party has a part: by credit, as label, or by a share."""
    held_by = with_those_under(party, catalogue.parties())
    return tuple(
        recording
        for recording in catalogue.recordings()
        if not held_by.isdisjoint(_holders(recording, catalogue))
    )


def holds_work(party: str, id: str, catalogue: Catalogue) -> bool:
    """Whether a party, or one under it, has a share in the work of that id."""
    work = catalogue.work(id)
    held_by = with_those_under(party, catalogue.parties())
    return work is not None and any(share.party in held_by for share in work.shares)


def concerned(recordings: Iterable[Recording], catalogue: Catalogue) -> frozenset[str]:
    """Every party that may say something about recordings: holders, those above, delegates."""
    parties = {party.id: party for party in catalogue.parties()}
    wanted = [id for recording in recordings for id in _holders(recording, catalogue)]
    found: set[str] = set()
    while wanted:
        id = wanted.pop()
        if id in found or id not in parties:
            continue
        found.add(id)
        party = parties[id]
        wanted += [party.parent] if party.parent else []
        if party.default_consent.startswith("delegated:"):
            wanted.append(party.default_consent.removeprefix("delegated:"))
    return frozenset(found)


def _holders(recording: Recording, catalogue: Catalogue) -> set[str]:
    work = catalogue.work(recording.work) if recording.work else None
    shares = (*recording.shares, *(work.shares if work else ()))
    return {
        *recording.artists,
        *recording.performers,
        *recording.producers,
        *([recording.label] if recording.label else []),
        *(share.party for share in shares),
    }
