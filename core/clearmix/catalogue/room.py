"""The catalogue as a room of the kernel: look-ups, and adding one recording from a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import col, func, select

from clearmix.audio import Audio
from clearmix.catalogue.adding import Adding, NewRecording
from clearmix.catalogue.analysing import analysis_by
from clearmix.catalogue.carried import CarriedMark, disclosing_in, marks_in
from clearmix.catalogue.importing import Imported, import_document
from clearmix.catalogue.models import (
    LOCAL_LISTENER,
    Listener,
    Login,
    Party,
    Recording,
    Work,
)
from clearmix.catalogue.rows import (
    listener_of,
    party_of,
    password_matches,
    recordings_of,
    work_of,
)
from clearmix.catalogue.scores import Scores
from clearmix.catalogue.separating import Separating
from clearmix.catalogue.sources import Sources
from clearmix.catalogue.titles import Titled, TitleIndex
from clearmix.contracts import (
    Analysis,
    Analyzer,
    Generator,
    Progress,
    Score,
    Separator,
    Source,
    SourceFile,
    TitleMatch,
    Transcriber,
    WeightFree,
)
from clearmix.display import Display, display_of_recording
from clearmix.errors import CatalogueError
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import (
    ListenerRow,
    LoginRow,
    PartyRow,
    RecordingRow,
    WorkRow,
)
from clearmix_rules.ids import as_id

if TYPE_CHECKING:
    from clearmix.catalogue.document import Document
    from clearmix.verification import Verification

NOBODYS_PASSWORD = f"{'00' * 16}$"
"""A salt without a hash: no password matches it."""


@dataclass(frozen=True)
class Added:
    """A recording that was added (or was there already) and the defaults that were applied.

    `notes` say what the marks in its file tell: that AI took part, or that it is a render of ours.
    """

    recording: Recording
    defaults: tuple[str, ...]
    notes: tuple[str, ...] = ()


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


class Catalogue:
    """Recordings, works, parties and listeners."""

    def __init__(
        self,
        database: Database,
        store: Store,
        *,
        analyzer: Callable[[], Analyzer],
        separator: Callable[[], Separator | None] = lambda: None,
        separators: Callable[[], Mapping[str, Separator]] = dict,
        transcriber: Callable[[], Transcriber | None] = lambda: None,
        marks_of: Callable[[Path, Audio], Verification] | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._analyzer = analyzer
        self._separating = Separating(database, store, separator)
        self._separators = separators
        self.scores = Scores(database, transcriber)
        self._marks_of = marks_of
        self._sources = Sources(database, store, analyze=self._analyze)
        self._titles: tuple[tuple[int, object], TitleIndex] | None = None

    def recordings(self) -> tuple[Recording, ...]:
        """All recordings by title."""
        with self._database.session() as session:
            rows = session.exec(select(RecordingRow).order_by(RecordingRow.title, RecordingRow.id))
            return recordings_of(session, rows)

    def count(self) -> int:
        """How many recordings there are."""
        with self._database.session() as session:
            return session.exec(select(func.count()).select_from(RecordingRow)).one()

    def recording(self, name: str) -> Recording:
        """The recording of an id, an ISRC or a title.

        Raises:
            CatalogueError: nothing, or more than one recording, has that name.
        """
        return self._database.once(("recording", name), lambda: self._recording(name))

    def _recording(self, name: str) -> Recording:
        code = name.upper().replace("-", "")
        with self._database.session() as session:
            row = session.get(RecordingRow, name)
            if row is not None:
                return recordings_of(session, [row])[0]
            query = select(RecordingRow).where(
                sa.or_(
                    col(RecordingRow.isrc) == code,
                    func.lower(RecordingRow.title) == name.casefold(),
                )
            )
            found = recordings_of(session, session.exec(query))
        if len(found) == 1:
            return found[0]
        if found:
            raise CatalogueError(
                f"{len(found)} recordings are called `{name}`",
                help="give the id: " + ", ".join(f"`{recording.id}`" for recording in found),
            )
        close = self.titles(name)
        raise CatalogueError(
            f"no recording `{name}`",
            help=f"did you mean `{close[0].recording_id}`?"
            if close
            else "`clearmix catalogue list` shows what there is",
        )

    def titles(self, words: str) -> tuple[TitleMatch, ...]:
        """Recordings whose title or artist occurs in a text, best first."""
        return self._index().find(words)

    def near(self, name: str) -> tuple[Recording, ...]:
        """Recordings that somebody may have meant by a name that no recording has."""
        return tuple(map(self.recording, self._index().near(name)))

    def newest(self) -> tuple[int, object]:
        """What changes whenever a recording is added: how many there are, since when the last."""
        with self._database.session() as session:
            count, last = session.exec(
                select(func.count(), func.max(RecordingRow.added_at)).select_from(RecordingRow)
            ).one()
        return count, last

    def _index(self) -> TitleIndex:
        state = self.newest()
        if self._titles is None or self._titles[0] != state:
            with self._database.session() as session:
                names = dict(session.exec(select(PartyRow.id, PartyRow.name)).all())
                rows = session.exec(
                    select(RecordingRow.id, RecordingRow.title, RecordingRow.artists)
                )
                index = TitleIndex(
                    [
                        Titled(id, title, tuple(names.get(artist, artist) for artist in artists))
                        for id, title, artists in rows
                    ]
                )
            self._titles = state, index
        return self._titles[1]

    def source(self, ids: Sequence[str], *, scratch: Path | None = None) -> Source:
        """What a generator gets of these recordings or renders: WAV files and analyses.

        What is not decoded yet is decoded into `scratch` if that is given, and is not kept then.
        """
        return Source(tuple(self._sources.source(id, self.recording, scratch) for id in ids))

    def score(self, name: str, progress: Progress = quiet) -> Score:
        """The score of a recording: given, or transcribed once and kept.

        Raises:
            CatalogueError: there is no such recording, or neither a score nor a transcriber.
        """
        return self.scores.score(self._sources.source(name, self.recording), progress)

    def heard_by(
        self, generator: Generator, ids: Sequence[str], progress: Progress = quiet
    ) -> Source:
        """The source as a generator may hear it: without a sample unless it uses the master.

        INVARIANT: a cover is played from the score; no sound of the recording reaches what
        plays it. Where the score is known, none is even decoded.
        """
        if generator.abilities().uses_master:
            return self.source(ids)
        heard = []
        for id in ids:
            score = self.scores.kept(id)
            if score is not None:
                heard.append(self._sources.unheard(self.recording(id), score))
            else:
                one = self._sources.source(id, self.recording)
                heard.append(self._sources.withheld(one, self.scores.score(one, progress)))
        return Source(tuple(heard))

    def source_files(self, ids: Sequence[str]) -> tuple[SourceFile, ...]:
        """The files of these recordings or renders, with the marks that they carry."""
        return tuple(self._sources.file(id, self.recording) for id in ids)

    def work(self, id: str) -> Work | None:
        """The work of that id, if there is one."""
        with self._database.session() as session:
            row = session.get(WorkRow, id)
            return work_of(session, row) if row else None

    def parties(self, ids: Collection[str] | None = None) -> tuple[Party, ...]:
        """All parties, or those of these ids that there are."""
        query = select(PartyRow)
        if ids is not None:
            query = query.where(col(PartyRow.id).in_(ids))
        with self._database.session() as session:
            return tuple(party_of(row) for row in session.exec(query))

    def party(self, id: str) -> Party:
        """The party of that id or name; raises CatalogueError with a near match."""
        for party in self.parties([id]):
            return party
        every = self.parties()
        for party in every:
            if id.casefold() == party.name.casefold():
                return party
        from difflib import get_close_matches

        close = get_close_matches(as_id(id), [party.id for party in every], n=1)
        raise CatalogueError(
            f"no party `{id}`",
            help=f"did you mean `{close[0]}`?"
            if close
            else "`clearmix catalogue show ID` names the parties of a recording",
        )

    def listener(self, id: str) -> Listener:
        """The listener of that id; `local` is always there."""
        with self._database.session() as session:
            row = session.get(ListenerRow, id)
        if row and row.erased_at is not None:
            raise CatalogueError(
                f"the listener `{id}` was erased", help="ask on behalf of somebody who is one"
            )
        if row:
            return listener_of(row)
        if id == LOCAL_LISTENER.id:
            return LOCAL_LISTENER
        raise CatalogueError(  # names nobody: listeners read this too
            f"no listener `{id}`", help="`clearmix catalogue import` adds listeners"
        )

    def login(self, user: str, password: str) -> Login | None:
        """Who signs in with that name and password, or None.

        A name that is not there takes as long as a wrong password, so that none can be guessed.
        """
        with self._database.session() as session:
            row = session.get(LoginRow, user)
        matches = password_matches(password, row.password if row else NOBODYS_PASSWORD)
        return Login(row.user, row.role, row.party) if row and matches else None  # type: ignore[arg-type]  # checked at import

    def territories(self, most: int) -> tuple[str, ...]:
        """The territories of most listeners, those of most first."""
        query = (
            select(ListenerRow.territory)
            .where(col(ListenerRow.erased_at).is_(None))
            .group_by(ListenerRow.territory)
            .order_by(func.count().desc(), ListenerRow.territory)
        )
        with self._database.session() as session:
            return tuple(session.exec(query.limit(most)))

    def party_of(self, user: str) -> str | None:
        """The party that a user signs in for, or None."""
        with self._database.session() as session:
            row = session.get(LoginRow, user)
        return row.party if row is not None else None

    def logins(self) -> tuple[Login, ...]:
        """Everyone who can sign in, by name."""
        with self._database.session() as session:
            return tuple(
                Login(row.user, row.role, row.party)  # type: ignore[arg-type]  # as above
                for row in session.exec(select(LoginRow).order_by(LoginRow.user))
            )

    def import_file(self, path: Path, progress: Progress = quiet) -> Imported:
        """Imports a catalogue document whole or not at all; doing it again changes nothing."""
        from clearmix.catalogue.document import read_document

        return self.import_document(read_document(path), path.parent, progress)

    def import_document(self, document: Document, folder: Path, progress: Progress) -> Imported:
        """Imports a checked document whose audio paths are relative to a folder."""
        return import_document(
            document,
            folder,
            database=self._database,
            store=self._store,
            analyze=self._analyze,
            progress=progress,
        )

    def add(self, path: Path, new: NewRecording, progress: Progress = quiet) -> Added:
        """Adds one recording from a file; who adds it vouches for the rights.

        Raises:
            AudioError: the file (or a stem) cannot be read, is silent, or does not fit.
            CatalogueError: an identifier is wrong, or the ISRC belongs to another recording.
        """
        adding = Adding(self._database, self._store, self._analyzer, self.recording, self._marks_of)
        apart = self._separating.ready() and new.stems is None
        share = 0.6 if apart else 1.0
        id, defaults, notes = adding.add(path, new, lambda done, said: progress(share * done, said))
        if apart and not self.recording(id).stems:
            self.separate(id, lambda done, said: progress(share + (1 - share) * done, said))
        return Added(self.recording(id), defaults, notes)

    def carried_marks(self, id: str) -> tuple[CarriedMark, ...]:
        """The marks that a recording's own file came with when it was added."""
        with self._database.session() as session:
            return marks_in(session, id)

    def display(self, recording: Recording) -> Display:
        """How a recording is shown: by its lane, unless its own file discloses AI."""
        return self.displays([recording])[recording.id]

    def displays(self, recordings: Collection[Recording]) -> Mapping[str, Display]:
        """How each of some recordings is shown, by id."""
        with self._database.session() as session:
            disclosed = disclosing_in(session, [one.id for one in recordings])
        return {
            one.id: display_of_recording(one.lane, ai_disclosed=one.id in disclosed)
            for one in recordings
        }

    def separate(self, name: str, progress: Progress = quiet) -> Recording:
        """The recording with stems that a separator estimates from its mix.

        Raises:
            CatalogueError: there is no separator, no such recording, or it came with stems.
            PluginError: the separator did not do its work.
        """
        found = self.recording(name)
        self._separating.separate(found.id, found.audio_key, progress)
        return self.recording(found.id)

    def stems_of_a_model(self, recordings: Iterable[Recording]) -> bool:
        """Whether a trained model estimated the stems of any of these recordings.

        A separator that is not installed any more counts as one, since nobody can ask it.
        """
        by = {one.stems_estimated_by.split()[0] for one in recordings if one.stems_estimated_by}
        known = self._separators() if by else {}
        return any(not isinstance(known.get(id), WeightFree) for id in by)

    def can_separate(self) -> bool:
        """Whether a separator is installed and ready."""
        return self._separating.ready()

    def without_stems(self) -> tuple[str, ...]:
        """Ids of the recordings that have no stems, neither given nor estimated."""
        return tuple(id for id, _ in self._separating.without_stems())

    def _analyze(self, audio: Audio) -> Analysis:
        return analysis_by(self._analyzer(), audio, quiet)
