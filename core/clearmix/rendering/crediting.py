"""Whose work a cover is made of, for whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clearmix.catalogue import Catalogue, Recording
from clearmix.catalogue.models import Work


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
