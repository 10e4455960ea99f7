"""Attestations: a rights-holder's word that a recording is an official or producer-led version."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from clearmix.catalogue.models import Lane, Recording
from clearmix.errors import CatalogueError
from clearmix.storage.tables.catalogue import AttestationRow, PartyRow, ShareRow

_LANES: dict[Lane, str] = {
    "original": "an original",
    "official": "an official version",
    "producer": "a producer-led version",
}


def attest(
    session: Session,
    recording: str,
    original: Recording,
    lane: Lane,
    party: str | None,
    defaults: list[str],
) -> None:
    """Records who says that a recording is such a version of another.

    Without a `party`, the operator gives the word of whoever released the original: that default
    is added to `defaults`.

    Raises:
        CatalogueError: the party holds no rights in the original, or nobody is known to.
    """
    holders = _holders(session, original)
    if not holders:
        raise CatalogueError(
            f"nobody is known to hold rights in `{original.id}`",
            help="add its label or artists first; one of them attests the version",
        )
    if party is None:
        attesting = holders[0]
        defaults.append(f"attestation: by `{attesting}`, on the word of who adds the recording")
    else:
        named = session.exec(
            select(PartyRow.id).where(
                sa.or_(col(PartyRow.id) == party, func.lower(PartyRow.name) == party.casefold())
            )
        ).first()
        if named not in holders:
            raise CatalogueError(
                f"`{party}` holds no rights in `{original.id}`",
                help=f"one of these can attest it: {', '.join(holders)}",
            )
        attesting = named
    words = f"{attesting} attests that this is {_LANES[lane]} of {original.id}"
    session.add(AttestationRow(recording=recording, party=attesting, words=words))


def _holders(session: Session, original: Recording) -> list[str]:
    """Whoever can speak for a recording: its label, its artists, and those who share in it."""
    shared = session.exec(
        select(ShareRow.party).where(ShareRow.side == "recording", ShareRow.subject == original.id)
    )
    label = [original.label] if original.label else []
    return list(dict.fromkeys([*label, *original.artists, *shared]))
