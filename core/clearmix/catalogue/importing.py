"""Importing a checked catalogue document: references first, audio next, rows in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, delete, select

from clearmix.audio import Audio, read_audio, require_sound
from clearmix.catalogue.beside import beside
from clearmix.catalogue.correcting import corrected
from clearmix.catalogue.document import Document, RecordingEntry, ShareEntry
from clearmix.catalogue.rows import analysis_values, hashed_password, password_matches
from clearmix.contracts import Analysis, Progress
from clearmix.errors import CatalogueError
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import (
    AnalysisRow,
    FollowRow,
    ListenerRow,
    LoginRow,
    PartyRow,
    RecordingRow,
    ShareRow,
    StemRow,
    WorkRow,
)


@dataclass(frozen=True)
class Imported:
    """How many rows of each kind the document held."""

    parties: int
    works: int
    recordings: int
    listeners: int
    rate_cards: int = 0
    renders: int = 0


@dataclass(frozen=True)
class _Heard:
    audio_key: str
    stem_keys: dict[str, str]
    analysis: Analysis


def import_document(
    document: Document,
    folder: Path,
    *,
    database: Database,
    store: Store,
    analyze: Callable[[Audio], Analysis],
    progress: Progress,
) -> Imported:
    """Writes the document's rows; rows with the same id are replaced.

    Raises:
        CatalogueError: a row refers to a party or work that is neither in the document nor in the
            catalogue, or an id occurs twice.
        AudioError: a file cannot be read, or is silent.
    """
    with database.session() as session:
        _check_references(document, session)
    heard: dict[str, _Heard] = {}
    for number, entry in enumerate(document.recordings):
        progress(number / len(document.recordings), f"adding {entry.title}")
        heard[entry.id] = _listen(entry, folder, store, analyze)
    with database.session(write=True) as session:
        _write_parties(document, session)
        for entry in document.recordings:
            _write_recording(entry, heard[entry.id], session)
        erased = set(
            session.exec(select(ListenerRow.id).where(col(ListenerRow.erased_at).is_not(None)))
        )
        for listener in document.listeners:
            if listener.id in erased:
                continue  # a file from before does not bring them back
            said = listener.model_dump(exclude={"follows"})
            session.merge(ListenerRow(**{**said, "add_ons": list(listener.add_ons)}))
            session.flush()
            session.exec(delete(FollowRow).where(col(FollowRow.listener) == listener.id))
            session.add_all(
                FollowRow(listener=listener.id, party=party)
                for party in dict.fromkeys(listener.follows)
            )
        for login in document.logins:
            known = session.get(LoginRow, login.user)
            if login.user in erased:
                continue
            if known is None or not password_matches(login.password, known.password):
                session.merge(
                    LoginRow(
                        user=login.user,
                        password=hashed_password(login.password),
                        role=login.role,
                        party=login.party,
                    )
                )
    progress(1.0, "imported")
    return Imported(
        len(document.parties),
        len(document.works),
        len(document.recordings),
        len(document.listeners),
    )


def _check_references(document: Document, session: Session) -> None:
    parties = {party.id for party in document.parties}
    works = {work.id for work in document.works}
    problems: list[str] = []
    for kind, ids in (
        ("parties", [row.id for row in document.parties]),
        ("works", [row.id for row in document.works]),
        ("recordings", [row.id for row in document.recordings]),
    ):
        problems += [f"{kind}: `{id}` occurs twice" for id in sorted(_repeated(ids))]

    def party(id: str | None, where: str) -> None:
        if id is not None and id not in parties and session.get(PartyRow, id) is None:
            problems.append(f"{where}: no party `{id}`")

    for row in document.parties:
        party(row.parent, f"parties `{row.id}`.parent")
    for work in document.works:
        for share in work.shares:
            party(share.party, f"works `{work.id}`.shares")
    for entry in document.recordings:
        where = f"recordings `{entry.id}`"
        party(entry.label, f"{where}.label")
        for field in ("artists", "performers", "producers"):
            for id in getattr(entry, field):
                party(id, f"{where}.{field}")
        for share in entry.shares:
            party(share.party, f"{where}.shares")
        if entry.work and entry.work not in works and session.get(WorkRow, entry.work) is None:
            problems.append(f"{where}.work: no work `{entry.work}`")
    for listener in document.listeners:
        for id in listener.follows:
            party(id, f"listeners `{listener.id}`.follows")
    if _has_cycle({row.id: row.parent for row in document.parties}):
        problems.append("parties: a party is its own parent over some steps")
    if problems:
        raise CatalogueError(
            "; ".join(problems[:12]), help="correct these rows; nothing was imported"
        )


def _repeated(ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {id for id in ids if id in seen or seen.add(id)}  # type: ignore[func-returns-value]


def _has_cycle(parents: dict[str, str | None]) -> bool:
    for start in parents:
        seen, here = {start}, parents[start]
        while here is not None:
            if here in seen:
                return True
            seen.add(here)
            here = parents.get(here)
    return False


def _listen(
    entry: RecordingEntry, folder: Path, store: Store, analyze: Callable[[Audio], Analysis]
) -> _Heard:
    path = beside(folder, entry.audio)
    audio = require_sound(read_audio(path), place=str(path))
    measured = analyze(audio)
    return _Heard(
        audio_key=store.put(path, "masters"),
        stem_keys={
            part: store.put(beside(folder, stem), "stems") for part, stem in entry.stems.items()
        },
        analysis=corrected(measured, entry.analysis) if entry.analysis else measured,
    )


def _write_parties(document: Document, session: Session) -> None:
    waiting = list(document.parties)
    while waiting:  # parents first: the tree has no cycle
        ids = {row.id for row in waiting}
        ready = [row for row in waiting if row.parent not in ids]
        for row in ready:
            session.merge(
                PartyRow(**{**row.model_dump(), "voice_consent": list(row.voice_consent)})
            )
        session.flush()
        waiting = [row for row in waiting if row.parent in ids]
    for work in document.works:
        session.merge(
            WorkRow(id=work.id, iswc=work.iswc, title=work.title, public_domain=work.public_domain)
        )
        _write_shares("work", work.id, work.shares, work.shares_from, session)
    session.flush()


def _write_recording(entry: RecordingEntry, heard: _Heard, session: Session) -> None:
    session.merge(
        RecordingRow(
            id=entry.id,
            isrc=entry.isrc,
            upc=entry.upc,
            grid=entry.grid,
            title=entry.title,
            artists=list(entry.artists),
            performers=list(entry.performers),
            producers=list(entry.producers),
            label=entry.label,
            work=entry.work,
            release_date=entry.release_date,
            language=entry.language,
            explicit=entry.explicit,
            genres=list(entry.genres),
            lane=entry.lane,
            seconds=heard.analysis.seconds,
            audio_key=heard.audio_key,
        )
    )
    session.flush()
    _write_shares("recording", entry.id, entry.shares, entry.shares_from, session)
    session.merge(
        AnalysisRow(
            recording=entry.id,
            analyzer=heard.analysis.analyzer,
            values=analysis_values(heard.analysis),
            given=list(heard.analysis.given),
        )
    )
    for part, key in heard.stem_keys.items():
        session.merge(StemRow(recording=entry.id, part=part, audio_key=key))


def _write_shares(
    side: str, subject: str, shares: Iterable[ShareEntry], since: date | None, session: Session
) -> None:
    """Replaces the shares that hold from that day, or all of them if no day is given."""
    former = delete(ShareRow).where(col(ShareRow.side) == side, col(ShareRow.subject) == subject)
    if since is not None:
        former = former.where(col(ShareRow.valid_from) == since)
    session.exec(former)
    session.add_all(
        ShareRow(
            side=side, subject=subject, party=share.party, role=share.role, parts=share.parts,
            valid_from=since,
        )
        for share in shares
    )  # fmt: skip
