"""From table rows to the catalogue's values: the edge that no SQL crosses."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

from clearmix.catalogue.models import Listener, Party, Recording, Share, Side, Work
from clearmix.contracts import Analysis, Section
from clearmix.storage.columns import utc_now
from clearmix.storage.tables.catalogue import (
    AnalysisRow,
    ListenerRow,
    PartyRow,
    RecordingRow,
    ShareRow,
    StemRow,
    WorkRow,
)

# Built once: every decision asks them, and building a statement costs more than what it asks for.
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)

_NAMES = select(PartyRow.id, PartyRow.name).where(col(PartyRow.id).in_(_IDS))

_STEMS = select(StemRow).where(col(StemRow.recording).in_(_IDS))

_ANALYSES = select(AnalysisRow).where(col(AnalysisRow.recording).in_(_IDS))

_SHARES = (
    select(ShareRow)
    .where(col(ShareRow.side) == bindparam("side"), col(ShareRow.subject).in_(_IDS))
    .order_by(col(ShareRow.id))
)


def party_of(row: PartyRow) -> Party:
    """The party of a row."""
    return Party(
        id=row.id,
        kind=row.kind,
        name=row.name,
        parent=row.parent,
        ipi=row.ipi,
        isni=row.isni,
        default_consent=row.default_consent,
        minor=row.minor,
        deceased=row.deceased,
        voice_consent=tuple(row.voice_consent),
    )


def listener_of(row: ListenerRow) -> Listener:
    """The listener of a row."""
    return Listener(
        id=row.id,
        name=row.name,
        tier=row.tier,  # type: ignore[arg-type]  # checked when it was imported
        add_ons=tuple(row.add_ons),
        territory=row.territory,
        verified=row.verified,
        age_band=row.age_band,
        time_zone=row.time_zone,
    )


def work_of(session: Session, row: WorkRow) -> Work:
    """The work of a row with its shares."""
    return Work(
        id=row.id,
        title=row.title,
        iswc=row.iswc,
        public_domain=row.public_domain,
        shares=shares_of(session, "work", [row.id])[row.id],
    )


def shares_of(
    session: Session, side: Side, subjects: Iterable[str]
) -> dict[str, tuple[Share, ...]]:
    """The shares of each subject of one side that hold today, in the order they were given."""
    wanted = list(subjects)
    found: dict[str, list[Share]] = {subject: [] for subject in wanted}
    rows = session.exec(_SHARES, params={"side": side, "ids": wanted})
    stated: dict[str, list[ShareRow]] = {}
    for row in rows:
        stated.setdefault(row.subject, []).append(row)
    for subject, known in stated.items():
        held = shares_in_force(known, utc_now().date())
        found[subject] = [Share(row.party, row.role, row.parts) for row in held]
    return {subject: tuple(shares) for subject, shares in found.items()}


def shares_in_force(shares: Sequence[ShareRow], on: date) -> list[ShareRow]:
    """The shares of one subject that hold on a day: those of the latest day that has come."""
    begun = [row for row in shares if row.valid_from is None or row.valid_from <= on]
    latest = max((row.valid_from or date.min for row in begun), default=None)
    return [row for row in begun if (row.valid_from or date.min) == latest]


def recordings_of(session: Session, rows: Iterable[RecordingRow]) -> tuple[Recording, ...]:
    """The recordings of rows, with names, stems, shares and analyses read together."""
    rows = list(rows)
    ids = [row.id for row in rows]
    artists = {artist for row in rows for artist in row.artists}
    names = dict(session.exec(_NAMES, params={"ids": list(artists)}).all())
    stems: dict[str, dict[str, str]] = {id: {} for id in ids}
    separators: dict[str, str | None] = dict.fromkeys(ids)
    for stem in session.exec(_STEMS, params={"ids": ids}):
        stems[stem.recording][stem.part] = stem.audio_key
        separators[stem.recording] = stem.estimated_by
    analyses = {
        row.recording: analysis_of(row.analyzer, row.values, row.given)
        for row in session.exec(_ANALYSES, params={"ids": ids})
    }
    shares = shares_of(session, "recording", ids)
    return tuple(
        Recording(
            id=row.id,
            title=row.title,
            artists=tuple(row.artists),
            artist_names=tuple(names.get(artist, artist) for artist in row.artists),
            isrc=row.isrc,
            performers=tuple(row.performers),
            producers=tuple(row.producers),
            label=row.label,
            work=row.work,
            release_date=row.release_date,
            language=row.language,
            explicit=row.explicit,
            genres=tuple(row.genres),
            lane=row.lane,  # type: ignore[arg-type]  # checked when it was added
            seconds=row.seconds,
            audio_key=row.audio_key,
            stems=stems[row.id],
            stems_estimated_by=separators[row.id],
            shares=shares[row.id],
            analysis=analyses[row.id],
            added_on=row.added_at.date(),
        )
        for row in rows
    )


def analysis_of(analyzer: str, values: Mapping[str, Any], given: Sequence[str] = ()) -> Analysis:
    """The analysis that `analysis_values` wrote; values it does not know yet stay at their default.

    Args:
        analyzer: who measured.
        values: what was written.
        given: names of the values that the catalogue stated itself.
    """
    read: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    read["sections"] = tuple(Section(**section) for section in values.get("sections", ()))
    read["chords"] = tuple((float(at), str(name)) for at, name in values.get("chords", ()))
    return Analysis(analyzer=analyzer, given=tuple(given), **read)


def analysis_values(analysis: Analysis) -> dict[str, Any]:
    """An analysis as JSON values, without the analyzer's id and without what was given."""
    written: dict[str, Any] = {}
    for row in fields(analysis):
        value = getattr(analysis, row.name)
        written[row.name] = list(value) if isinstance(value, tuple) else value
    del written["analyzer"], written["given"]
    written["sections"] = [asdict(section) for section in analysis.sections]
    written["chords"] = [[at, name] for at, name in analysis.chords]
    return written


def hashed_password(password: str) -> str:
    """A salted scrypt hash (RFC 7914; N = 2^14, r = 8, p = 1) as `salt$hash` in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt).hex()}"


def password_matches(password: str, stored: str) -> bool:
    """Whether a password is the one that was hashed, compared in constant time."""
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
