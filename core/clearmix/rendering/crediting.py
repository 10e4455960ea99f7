"""Who is credited with a render's sources: by name, and in a sentence where a work is performed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from clearmix.catalogue import Catalogue, Recording
from clearmix.catalogue.models import Work

DDEX_ROLES: Final[Mapping[str, str]] = {
    "artist": "MainArtist",
    "performer": "AssociatedPerformer",
    "producer": "Producer",
    "songwriter": "ComposerLyricist",
    "writer": "ComposerLyricist",
    "publisher": "MusicPublisher",
    "label": "RecordCompany",
    "owner": "RightsController",
}
"""The roles of the rights language in the terms of DDEX's allowed-value sets."""


def named_credits(
    catalogue: Catalogue, recordings: Sequence[Recording], roles: Sequence[str]
) -> tuple[str, ...]:
    """Whom the roles that are to be credited stand for: `Producer: Bo Ash`, each once.

    The catalogue says who it is, by the recordings and their works. A role that nobody is known
    for is left out.
    """
    credited: dict[tuple[str, str], None] = {}
    for recording in recordings:
        work = catalogue.work(recording.work) if recording.work else None
        for role in roles:
            for party in _parties_of(role, recording, work):
                credited[DDEX_ROLES[role], party] = None
    named = {one.id: one.name for one in catalogue.parties({party for _, party in credited})}
    order = list(dict.fromkeys(DDEX_ROLES[role] for role in roles))
    rows = sorted(credited, key=lambda row: order.index(row[0]))
    return tuple(dict.fromkeys(f"{role}: {named.get(party, party)}" for role, party in rows))


def credited_by_name(
    catalogue: Catalogue, recordings: Sequence[Recording], credited: Sequence[str]
) -> tuple[str, ...]:
    """The credits of a render as they were kept, bare roles by the names that are known today.

    Renders of earlier versions kept roles alone. Of a role that nobody is known for, it is said.
    """
    kept = [one for one in credited if one not in DDEX_ROLES]
    roles = [one for one in credited if one in DDEX_ROLES]
    named = named_credits(catalogue, recordings, roles)
    known = {one.partition(":")[0] for one in (*kept, *named)}
    unknown = (
        f"{role}: nobody was recorded" for one in roles if (role := DDEX_ROLES[one]) not in known
    )
    return tuple(dict.fromkeys([*kept, *named, *unknown]))


def _parties_of(role: str, recording: Recording, work: Work | None) -> Sequence[str]:
    """Ids of the parties that have a role in a recording or in its work."""
    match role:
        case "artist":
            return recording.artists
        case "performer":
            return recording.performers
        case "producer":
            return recording.producers
        case "label":
            return [recording.label] if recording.label else []
        case "owner":
            return [one.party for one in recording.shares if one.role == "owner"]
        case _:
            side = "publisher" if role == "publisher" else "writer"
            return [one.party for one in work.shares if one.role == side] if work else []


def composition_notes(catalogue: Catalogue, recordings: Sequence[Recording]) -> tuple[str, ...]:
    """A sentence for each work that is performed anew: who wrote it, who publishes it.

    The decision, the duties and the royalties of a cover follow the composition alone; this says
    so where a listener reads it.
    """
    works = {row.work: catalogue.work(row.work) for row in recordings if row.work}
    credited = {share.party for work in works.values() if work for share in work.shares}
    named = {party.id: party.name for party in catalogue.parties(credited)}
    said = [
        f"“{work.title}” ({', '.join(_credits(work, named))}) is performed anew: "
        + ("its writers and publishers decide and are paid; " if work.shares else "")
        + "the recording is not used"
        for work in works.values()
        if work is not None
    ]
    said += [
        f"“{row.title}” is performed anew; nobody is known to have written it"
        for row in recordings
        if row.work is None or works[row.work] is None
    ]
    return tuple(said)


def _credits(work: Work, named: dict[str, str]) -> Iterator[str]:
    for role, words in (("writer", "written by"), ("publisher", "published by")):
        names = sorted({named.get(one.party, one.party) for one in work.shares if one.role == role})
        if names:
            yield f"{words} {' and '.join(names)}"
    if work.public_domain:
        yield "in the public domain"
    elif not work.shares:
        yield "by nobody who is known"
