"""The score of each recording: given by the catalogue, or transcribed once and kept."""

from __future__ import annotations

from collections.abc import Callable

from clearmix.contracts import Progress, Score, SourceRecording, Transcriber
from clearmix.errors import CatalogueError
from clearmix.guarding import asked
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import ScoreRow

TRANSCRIBE_SECONDS = 1800.0
"""A render waits for it, once for each recording."""


class Scores:
    """Looks scores up, has them transcribed, and takes corrections."""

    def __init__(self, database: Database, transcriber: Callable[[], Transcriber | None]) -> None:
        self._database = database
        self._transcriber = transcriber

    def kept(self, recording: str) -> Score | None:
        """The score that is kept, if it was given or the transcriber is still the same."""
        with self._database.session() as session:
            row = session.get(ScoreRow, recording)
        if row is None:
            return None
        by = self._transcriber()
        if row.transcriber is not None and by is not None and row.transcriber != _named(by):
            return None
        return Score.from_json(row.values)

    def score(self, recording: SourceRecording, progress: Progress) -> Score:
        """The score of a recording, transcribed now if there is none yet.

        Raises:
            CatalogueError: there is none, and no transcriber.
            PluginError: the transcriber failed.
        """
        kept = self.kept(recording.id)
        if kept is not None:
            return kept
        by = self._transcriber()
        if by is None:
            raise CatalogueError(
                f"`{recording.title}` has no score, and no transcriber is installed",
                help="give one with `clearmix catalogue score ID --from FILE.mid`",
            )
        score = asked(
            "transcriber",
            by,
            lambda: by.transcribe(recording, progress),
            expect=Score,
            seconds=TRANSCRIBE_SECONDS,
        )
        self.keep(recording.id, score)
        return score

    def keep(self, recording: str, score: Score) -> None:
        """Keeps a score in the place of what was there."""
        row = ScoreRow(
            recording=recording,
            transcriber=None if score.origin == "score" else score.transcriber,
            values=score.as_json(),
            changed_at=utc_now(),
        )
        with self._database.session(write=True) as session:
            session.merge(row)

    def forget(self, recording: str) -> None:
        """Takes the score away, so that the next cover has it transcribed anew."""
        with self._database.session(write=True) as session:
            row = session.get(ScoreRow, recording)
            if row is not None:
                session.delete(row)


def _named(transcriber: Transcriber) -> str:
    return f"{transcriber.id} {transcriber.version}"
