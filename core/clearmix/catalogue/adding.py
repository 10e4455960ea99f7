"""Adding one recording from a file, with its parties, work, shares, stems and analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from clearmix.audio import Audio, read_audio, require_sound
from clearmix.catalogue import identifiers
from clearmix.catalogue.analysing import analysis_by
from clearmix.catalogue.attesting import attest
from clearmix.catalogue.carried import keep_marks
from clearmix.catalogue.models import Lane, Recording
from clearmix.catalogue.rows import analysis_values
from clearmix.catalogue.stem_files import kept_stems
from clearmix.contracts import Analyzer, Progress
from clearmix.errors import CatalogueError
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import (
    AnalysisRow,
    PartyRow,
    RecordingRow,
    ShareRow,
    StemRow,
    WorkRow,
)
from clearmix_rules.ids import as_id

if TYPE_CHECKING:
    from clearmix.verification import Verification


@dataclass(frozen=True)
class NewRecording:
    """What is said of a recording that is being added.

    `artists` and `label` are names or ids; `work` is an id, an ISWC or a title, by default the
    composition of `version_of`, or else a new one of the recording's title; `stems` is a folder of
    files named after their parts (`drums.wav`); `consent` is `opt-in` or `opt-out` for the
    parties named here, and when it is left out new parties are `opt-out`. `attested_by` is the id
    or name of the rights-holder of `version_of` who says that this is a version of another `lane`.
    """

    title: str
    artists: tuple[str, ...]
    isrc: str | None = None
    label: str | None = None
    work: str | None = None
    stems: Path | None = None
    consent: str | None = None
    lane: Lane = "original"
    version_of: str | None = None
    attested_by: str | None = None


class Adding:
    """Adds recordings one by one."""

    def __init__(
        self,
        database: Database,
        store: Store,
        analyzer: Callable[[], Analyzer],
        recording: Callable[[str], Recording],
        marks_of: Callable[[Path, Audio], Verification] | None,
    ) -> None:
        self._database = database
        self._store = store
        self._analyzer = analyzer
        self._recording = recording
        self._marks_of = marks_of

    def add(
        self, path: Path, new: NewRecording, progress: Progress
    ) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """The id of the recording, the defaults that were applied, and what its marks say."""
        if not new.title.strip() or not all(artist.strip() for artist in new.artists or ("",)):
            raise CatalogueError(
                "a recording without title or artist", help="give --title and --artist"
            )
        code = identifiers.isrc(new.isrc) if new.isrc else None
        original = self._recording(new.version_of) if new.version_of else None
        progress(0.0, "reading the recording")
        audio = require_sound(read_audio(path), place=str(path))
        key = self._store.put(path, "masters")
        stems = kept_stems(new.stems, audio, self._store) if new.stems else {}
        known = self._known(key, code)
        if known is not None:
            if new.consent:
                with self._database.session(write=True) as session:
                    for artist in known.artists:
                        _set_consent(session, artist, new.consent)
            return known.id, ("this recording was there already",), ()
        analysis = analysis_by(
            self._analyzer(), audio, lambda part, said: progress(0.1 + part * 0.85, said)
        )
        carried = self._marks_of(path, audio) if self._marks_of else None
        defaults: list[str] = []
        if new.consent is None:
            defaults.append("consent: `opt-out` for parties that are new to the catalogue")
        with self._database.session(write=True) as session:
            rights = _Rights(session, new.consent, defaults)
            id = _free_id(session, RecordingRow, as_id(new.title))
            artists = [rights.party("artist", artist) for artist in new.artists]
            label = rights.party("label", new.label) if new.label else None
            session.add(
                RecordingRow(
                    id=id,
                    isrc=code,
                    title=new.title.strip(),
                    artists=artists,
                    label=label,
                    work=rights.work(new.work, new.title.strip(), artists, original),
                    lane=new.lane,
                    version_of=original.id if original else None,
                    seconds=audio.seconds,
                    audio_key=key,
                )
            )
            session.flush()
            if original is not None:
                attest(session, id, original, new.lane, new.attested_by, defaults)
            holders = [("label", label)] if label else []
            rights.share(
                "recording", id, holders + [("featured-artist", artist) for artist in artists]
            )
            session.add(
                AnalysisRow(
                    recording=id, analyzer=analysis.analyzer, values=analysis_values(analysis)
                )
            )
            if carried is not None:
                keep_marks(session, id, carried)
            for part, stem_key in stems.items():
                session.add(StemRow(recording=id, part=part, audio_key=stem_key))
        progress(1.0, "added")
        defaults.append(f"release date: {utc_now().date()}, the day it was added")
        notes = (carried.statement,) if carried and carried.verdict != "unmarked" else ()
        return id, tuple(defaults), notes

    def _known(self, key: str, code: str | None) -> RecordingRow | None:
        with self._database.session() as session:
            same = session.exec(
                select(RecordingRow).where(col(RecordingRow.audio_key) == key)
            ).first()
            owner = (
                code
                and session.exec(select(RecordingRow).where(col(RecordingRow.isrc) == code)).first()
            )
        if owner and owner.audio_key != key:
            raise CatalogueError(
                f"ISRC {code} belongs to `{owner.id}`",
                help="an ISRC names one recording; check the number",
            )
        return same


class _Rights:
    """The parties, work and shares of one recording that is being added."""

    def __init__(self, session: Session, consent: str | None, defaults: list[str]) -> None:
        self._session = session
        self._consent = consent
        self._defaults = defaults

    def party(self, kind: str, name: str) -> str:
        """The id of a known party of that id or name, or of a new one."""
        row = self._session.exec(
            select(PartyRow).where(
                sa.or_(
                    col(PartyRow.id) == name,
                    func.lower(PartyRow.name) == name.strip().casefold(),
                )
            )
        ).first()
        if row is None:
            id = _free_id(self._session, PartyRow, as_id(name))
            row = PartyRow(
                id=id, kind=kind, name=name.strip(), default_consent=self._consent or "opt-out"
            )
            self._session.add(row)
            self._session.flush()
        elif self._consent:
            _set_consent(self._session, row.id, self._consent)
        return row.id

    def work(
        self, name: str | None, title: str, artists: list[str], original: Recording | None
    ) -> str:
        """The id of the named work, or the original's, or of a new one written by the artists."""
        if not name and original is not None and original.work is not None:
            self._defaults.append(f"composition: that of `{original.id}`")
            return original.work
        if name:
            code = identifiers.iswc(name) if name.upper().startswith("T-") else None
            found = self._session.exec(
                select(WorkRow).where(
                    sa.or_(
                        col(WorkRow.id) == name,
                        func.lower(WorkRow.title) == name.casefold(),
                        col(WorkRow.iswc) == (code or name),
                    )
                )
            ).first()
            if found:
                return found.id
        else:
            code = None
        id = _free_id(self._session, WorkRow, as_id(f"{name or title} work"))
        self._session.add(WorkRow(id=id, title=title if code else name or title, iswc=code))
        self._session.flush()
        self.share("work", id, [("writer", artist) for artist in artists])
        self._defaults.append("composition: taken as written by the artists named here")
        return id

    def share(self, side: str, subject: str, holders: Sequence[tuple[str, str]]) -> None:
        """Equal shares: one part each of as many parts as there are holders."""
        for role, party in holders:
            self._session.add(ShareRow(side=side, subject=subject, party=party, role=role, parts=1))
        self._defaults.append(f"{side} shares: {len(holders)} holder(s) in equal parts")


def _set_consent(session: Session, party: str, consent: str) -> None:
    row = session.get(PartyRow, party)
    if row is not None:
        row.default_consent = consent
        session.add(row)


def _free_id(session: Session, table: type[PartyRow | RecordingRow | WorkRow], wanted: str) -> str:
    id, count = wanted, 1
    while session.get(table, id) is not None:
        count += 1
        id = f"{wanted}-{count}"
    return id
