"""A preview: what its maker hears while the render is still being made.

It is a state of its own. Only its maker hears it, every block is watermarked before it is encoded,
and it is never shared, counted or paid. What is published is measured and read back; this is not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from sqlmodel import col, delete, select

from clearmix.audio import Audio
from clearmix.contracts import Disclosure
from clearmix.rendering.levelling import levelled
from clearmix.rendering.marking import Marks
from clearmix.rendering.mastering import TARGET_LUFS
from clearmix.rendering.workfolder import WorkFolder, on_this_disk
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.rendering import JobRow, PreviewPieceRow
from clearmix.streaming import AAC, Piece, SegmentEncoder

log = logging.getLogger("clearmix.rendering")

ROOM = "previews"
"""Folder of the store that holds previews, for as long as they are heard."""

SEGMENT_SECONDS = 1.95
"""84 frames of AAC: short, so that sound comes early, and below two whole seconds."""

LEAST_SEGMENTS = 3
"""A browser that finds fewer in a playlist gives up on it for good."""

KEPT = timedelta(minutes=10)
"""How long a preview outlives its job, for a maker who is still listening to it."""


def warm() -> None:
    """Loads what a preview needs: libraries of sound take a second, once in a process."""
    second = Audio.silence(seconds=1.0, rate=44100)
    encoder = SegmentEncoder(AAC, segment_seconds=SEGMENT_SECONDS)
    for block in levelled([second], TARGET_LUFS):
        encoder.take(block)
    encoder.finish()


class Previews:
    """The pieces of previews: their bytes in the store, their order in the database."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store

    def add(self, job: str, number: int, piece: Piece, scratch: Path) -> None:
        """Keeps the next piece of a preview."""
        with on_this_disk(scratch.parent):
            scratch.write_bytes(piece.content)
        key = self._store.put(scratch, ROOM)
        scratch.unlink()
        with self._database.session(write=True) as session:
            session.merge(PreviewPieceRow(job=job, number=number, key=key, seconds=piece.seconds))

    def seconds(self, job: str) -> tuple[float, ...]:
        """How long each segment lasts that can be heard so far."""
        return tuple(row.seconds for row in self._rows(job)[1:])

    def piece(self, job: str, number: int) -> bytes | None:
        """The bytes of a piece; None when there is none (yet, or any more)."""
        with self._database.session() as session:
            row = session.get(PreviewPieceRow, (job, number))
        if row is None:
            return None
        with self._store.open(row.key) as opened:
            return opened.read()

    def remove(self, job: str) -> None:
        """Takes a preview away."""
        rows = self._rows(job)
        with self._database.session(write=True) as session:
            session.connection().execute(
                delete(PreviewPieceRow).where(col(PreviewPieceRow.job) == job)
            )
        for row in rows:
            self._store.remove(row.key)

    def remove_ended(self, before: datetime) -> None:
        """Takes previews away of jobs that ended before that time."""
        query = (
            select(PreviewPieceRow.job)
            .join(JobRow, col(JobRow.id) == col(PreviewPieceRow.job))
            .where(col(JobRow.state).not_in(("queued", "running")), JobRow.updated_at < before)
            .distinct()
        )
        with self._database.session() as session:
            ended = list(session.exec(query))
        for job in ended:
            self.remove(job)

    def _rows(self, job: str) -> list[PreviewPieceRow]:
        query = select(PreviewPieceRow).where(PreviewPieceRow.job == job)
        with self._database.session() as session:
            return list(session.exec(query.order_by(col(PreviewPieceRow.number))))


class Preview:
    """One preview on its way, made beside the render in a thread of its own."""

    def __init__(
        self,
        previews: Previews,
        folder: WorkFolder,
        job: str,
        marks: Marks,
        disclosure: Disclosure,
        *,
        source_lufs: float,
        longest_ms: int | None,
    ) -> None:
        self._previews = previews
        self._folder = folder
        self._job = job
        self._marks = marks
        self._disclosure = disclosure
        self._source_lufs = source_lufs
        self._longest_ms = longest_ms
        self._blocks: SimpleQueue[Audio | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=f"preview {job}", daemon=True)

    def start(self) -> Preview:
        """Begins; an earlier run's preview of the same job is gone."""
        self._previews.remove(self._job)
        self._thread.start()
        return self

    def take(self, block: Audio) -> None:
        """Hears the next block of the render; never waits."""
        self._blocks.put(block)

    def finish(self) -> None:
        """Waits until all that was taken can be heard."""
        self._blocks.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._make()
        except Exception:  # a preview that fails is no reason to lose the render
            log.exception("the preview of job %s failed", self._job)
            for _ in iter(self._blocks.get, None):
                pass

    def _make(self) -> None:
        encoder = SegmentEncoder(AAC, segment_seconds=SEGMENT_SECONDS)
        number = 0

        def keep(pieces: Iterable[Piece]) -> None:
            nonlocal number
            for piece in pieces:
                self._previews.add(self._job, number, piece, self._folder.scratch(".mp4"))
                number += 1

        level = levelled(self._licensed(), self._source_lufs)
        # INVARIANT: nothing is encoded that was not watermarked before.
        for block in self._marks.mark_blocks(level, self._disclosure):
            keep(encoder.take(block))
        keep(encoder.finish())

    def _licensed(self) -> Iterator[Audio]:
        """The blocks that were taken, no longer in all than the licence allows."""
        left = None
        for block in iter(self._blocks.get, None):
            if left is None:
                limit = self._longest_ms
                left = 2**62 if limit is None else limit * block.rate // 1000
            if left > 0:
                yield Audio(block.samples[:, :left], block.rate)
            left -= block.frames
