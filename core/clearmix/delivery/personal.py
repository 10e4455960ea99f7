"""Streams of one listening each: the render with a second watermark, that of the listening.

Whoever takes such a stream out of the service takes along who was listening. It costs a decoding, a
marking and an encoding for each play, so it is a setting; the pieces live on local disk for as long
as they are played.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Thread

from clearmix.audio import Audio, read_audio
from clearmix.contracts import Disclosure, SignalLabeler
from clearmix.errors import MarkError
from clearmix.rendering.marking import read_by
from clearmix.rendering.models import Render
from clearmix.storage.store import Store
from clearmix.streaming import AAC, Piece, SegmentEncoder, tags_of

log = logging.getLogger("clearmix.delivery")

BLOCK_SECONDS = 4.0
"""Sound that is marked and encoded at a time: about one segment."""

LEAST_SEGMENTS = 3
"""A browser that finds fewer in a playlist gives up on it for good."""

READ_BACK_SECONDS = 10.0
"""From how much of a stream the mark of its listening is read back at first. Where it cannot be,
as in a long fade-in, it is tried again each time that twice as much is there, and at the end."""

PATIENCE_SECONDS = 10.0
"""How long a player waits for the first segments on a busy machine."""

STALE_SECONDS = 6 * 3600.0
"""Age at which pieces are of no listening that still goes on: links last two hours."""

_INDEX = "index.json"


class PersonalStreams:
    """The pieces of personal streams, under a folder that the processes of one machine share."""

    def __init__(
        self, store: Store, folder: Path, labeler: Callable[[], SignalLabeler | None], service: str
    ) -> None:
        self._store = store
        self._folder = folder
        self._labeler = labeler
        self._service = service

    def wanted(self) -> bool:
        """Whether streams are marked for each listening."""
        return self._labeler() is not None

    def begin(self, listening: str, render: Render) -> None:
        """Starts to mark and encode a render for a listening, in a thread of its own."""
        self._remove_stale()
        # INVARIANT: from its first request on, a listening has its own stream and no other pieces.
        (self._folder / listening).mkdir(parents=True, exist_ok=True)
        Thread(
            target=self._run, args=(listening, render), name=f"stream {listening}", daemon=True
        ).start()

    def has(self, listening: str) -> bool:
        """Whether that listening has a stream of its own."""
        return (self._folder / listening).is_dir()

    def ready(self, listening: str) -> None:
        """Waits until enough is there for a player to begin with."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.began(listening) and time.monotonic() < deadline:
            time.sleep(0.05)

    def began(self, listening: str) -> bool:
        """Whether enough is there for a player to begin with."""
        seconds, whole = self.seconds(listening)
        return whole or len(seconds) >= LEAST_SEGMENTS

    def seconds(self, listening: str) -> tuple[tuple[float, ...], bool]:
        """How long each segment lasts that is there, and whether no more will come."""
        try:
            index = json.loads((self._folder / listening / _INDEX).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return (), False
        return tuple(index["seconds"][1:]), bool(index["whole"])

    def piece(self, listening: str, number: int) -> bytes | None:
        """The bytes of a piece, the initialisation being 0; None when it is not there (yet)."""
        try:
            return (self._folder / listening / f"{number}.mp4").read_bytes()
        except OSError:
            return None

    def _run(self, listening: str, render: Render) -> None:
        try:
            self._make(listening, render)
        except Exception:  # the player says that the stream broke off, and asks anew
            log.exception("the stream of listening %s failed", listening)
            shutil.rmtree(self._folder / listening, ignore_errors=True)

    def _make(self, listening: str, render: Render) -> None:
        labeler = self._labeler()
        if labeler is None:
            return
        folder = self._folder / listening
        path = self._store.local_path(render.audio_key)
        encoder = SegmentEncoder(AAC, tags=tags_of(path))
        seconds: list[float] = []
        reading = ReadingBack(labeler, listening, folder)

        def keep(pieces: Iterable[Piece], *, whole: bool = False) -> None:
            for piece in pieces:
                (folder / f"{len(seconds)}.mp4").write_bytes(piece.content)
                seconds.append(piece.seconds)
            # INVARIANT: no stream is whole before its listening was read back from its own bytes.
            if whole:
                reading.require(seconds)
            partial = folder / f"{_INDEX}.part"
            partial.write_text(json.dumps({"seconds": seconds, "whole": whole}), encoding="utf-8")
            partial.replace(folder / _INDEX)
            reading.attempt(seconds)

        sound = read_audio(path).as_stereo()
        blocks = sound.resampled(AAC.rate).blocks(BLOCK_SECONDS)
        # INVARIANT: nothing of a personal stream is encoded that does not carry its listening.
        for block in labeler.mark(blocks, self._disclosure(listening, render)):
            keep(encoder.take(block))
        keep(encoder.finish(), whole=True)

    def _disclosure(self, listening: str, render: Render) -> Disclosure:
        return Disclosure(
            render_id=listening,
            title=render.title,
            artists=(),
            label=render.label,
            source_titles=(),
            source_isrcs=(),
            generator=render.generator,
            trained_model=False,
            decision_hash="",
            service=self._service,
            created_at=render.created_at.isoformat(),
        )

    def _remove_stale(self) -> None:
        if self._folder.is_dir():
            for left in self._folder.iterdir():
                if time.time() - left.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)


class ReadingBack:
    """Reads the mark of a listening from what was encoded of its stream, until it was found."""

    def __init__(self, labeler: SignalLabeler, listening: str, folder: Path) -> None:
        self._labeler = labeler
        self._listening = listening
        self._folder = folder
        self._next_seconds = READ_BACK_SECONDS
        self._found = False

    def attempt(self, seconds: Sequence[float]) -> None:
        """Looks once enough more has been encoded; `seconds` are those of all pieces so far."""
        if not self._found and sum(seconds) >= self._next_seconds:
            self._next_seconds = 2 * sum(seconds)
            self._look(len(seconds))

    def require(self, seconds: Sequence[float]) -> None:
        """Looks at the whole stream if the mark was not found before.

        Raises:
            MarkError: the mark cannot be read.
        """
        if not self._found:
            self._look(len(seconds))
        if not self._found:
            raise MarkError(
                f"the mark of the listening `{self._listening}` could not be read back from its "
                "stream, which is taken away",
                help="choose another watermark with CLEARMIX_MARK_LISTENINGS, or update it",
                place=f"labeler {self._labeler.id}",
            )

    def _look(self, pieces: int) -> None:
        reading = read_by(self._labeler, *self._encoded(pieces))
        self._found = reading is not None and self._listening in reading.render_ids

    def _encoded(self, pieces: int) -> tuple[Path, Audio]:
        """The pieces so far as a file, and what a player decodes of it."""
        path = self._folder / "encoded.part"
        try:
            with path.open("wb") as joined:
                for number in range(pieces):
                    joined.write((self._folder / f"{number}.mp4").read_bytes())
            return path, read_audio(path)
        finally:
            path.unlink(missing_ok=True)
