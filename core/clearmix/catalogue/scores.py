"""The score of each recording: given by the catalogue, or transcribed once and kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from clearmix.contracts import Progress, Score, SourceRecording, Transcriber
from clearmix.errors import CatalogueError
from clearmix.guarding import asked
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.catalogue import RecordingRow, ScoreRow
from clearmix.storage.tables.delivery import PlayRow

TRANSCRIBE_SECONDS = 1800.0
"""A render waits for it, once for each recording."""

ADDED_LATELY = timedelta(days=2)
"""How long a recording counts as new: somebody added it to have it heard."""

HEARD_LATELY = timedelta(days=28)
"""Over which time listeners are counted."""


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

    def missing(self) -> tuple[str, ...]:
        """Ids of the recordings whose score was neither given nor written by this transcriber.

        What was added lately comes first, the newest of it at once, then what most people
        listened to lately.
        """
        by = self._transcriber()
        if by is None:
            return ()
        now = utc_now()
        listeners = (
            sa.select(
                col(PlayRow.item_id).label("item"),
                sa.func.count(sa.distinct(col(PlayRow.listener_id))).label("count"),
            )
            .where(col(PlayRow.played_at) > now - HEARD_LATELY)
            .group_by(col(PlayRow.item_id))
            .subquery()
        )
        new = col(RecordingRow.added_at) > now - ADDED_LATELY
        query = (
            sa.select(col(RecordingRow.id))
            .outerjoin(ScoreRow, col(ScoreRow.recording) == col(RecordingRow.id))
            .outerjoin(listeners, listeners.c.item == col(RecordingRow.id))
            .where(
                sa.or_(col(ScoreRow.recording).is_(None), col(ScoreRow.transcriber) != _named(by))
            )
            .order_by(
                sa.case((new, 0), else_=1),
                sa.case((new, 0), else_=sa.func.coalesce(listeners.c.count, 0)).desc(),
                col(RecordingRow.added_at).desc(),
                col(RecordingRow.id),
            )
        )
        with self._database.session() as session:
            return tuple(session.connection().execute(query).scalars())

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
        self._keep(recording.id, score, by=_named(by))
        return score

    def keep(self, recording: str, score: Score) -> None:
        """Keeps a score that was given, in the place of what was there."""
        self._keep(recording, score, by=None)

    def _keep(self, recording: str, score: Score, *, by: str | None) -> None:
        row = ScoreRow(
            recording=recording, transcriber=by, values=score.as_json(), changed_at=utc_now()
        )
        with self._database.session(write=True) as session:
            session.merge(row)

    def forget(self, recording: str) -> None:
        """Takes the score away, so that the next cover has it transcribed anew."""
        with self._database.session(write=True) as session:
            row = session.get(ScoreRow, recording)
            if row is not None:
                session.delete(row)


def forget_transcribed(session: Session, recording: str) -> None:
    """Takes a score away, within a transaction that is open, unless it was given."""
    session.connection().execute(
        delete(ScoreRow).where(
            col(ScoreRow.recording) == recording, col(ScoreRow.transcriber).is_not(None)
        )
    )


def _named(transcriber: Transcriber) -> str:
    return f"{transcriber.id} {transcriber.version}"
