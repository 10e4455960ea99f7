"""Streaming copies: what is sent instead of a master, and the waveform picture of a sound."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from clearmix.audio import Audio, read_audio
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import StreamCopyRow

WAVEFORM_BARS = 160
"""How many bars a waveform picture has: about two pixels each on a phone."""

STREAM_RATE = 44_100
"""Sample rate of a streamed original in hertz: every browser's decoder takes it as it is."""

ROOM = "streams"
"""Folder of the store that holds streaming copies."""


@dataclass(frozen=True)
class StreamCopy:
    """The key of an encoded file in the store, with its picture."""

    key: str
    waveform: tuple[int, ...]


class StreamCopies:
    """Encoded files for streaming, each made once and kept in the store."""

    def __init__(self, database: Database, store: Store, scratch: Path) -> None:
        self._database = database
        self._store = store
        self._scratch = scratch
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)

    def of_master(self, audio_key: str) -> StreamCopy:
        """The copy of a recording's master: AAC in M4A, encoded when it is first wanted."""
        return self._known(audio_key) or self._made(audio_key, encode=True)

    def of_render(self, audio_key: str) -> StreamCopy:
        """The published file of a render itself, which is encoded and marked already."""
        return self._known(audio_key) or self._made(audio_key, encode=False)

    def _known(self, audio_key: str) -> StreamCopy | None:
        with self._database.session() as session:
            row = session.get(StreamCopyRow, audio_key)
        return StreamCopy(row.stream_key, tuple(row.waveform)) if row else None

    def _made(self, audio_key: str, *, encode: bool) -> StreamCopy:
        with self._locks[audio_key]:
            known = self._known(audio_key)
            if known:
                return known
            audio = read_audio(self._store.local_path(audio_key))
            stream_key = self._encoded(audio) if encode else audio_key
            copy = StreamCopy(stream_key, waveform(audio))
            with self._database.session(write=True) as session:
                session.merge(
                    StreamCopyRow(
                        audio_key=audio_key, stream_key=copy.key, waveform=list(copy.waveform)
                    )
                )
            return copy

    def _encoded(self, audio: Audio) -> str:
        from clearmix.rendering.encoding import write_m4a

        self._scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="stream-") as folder:
            path = Path(folder) / "stream.m4a"
            write_m4a(path, audio.as_stereo().resampled(STREAM_RATE))
            return self._store.put(path, ROOM)


def waveform(audio: Audio, bars: int = WAVEFORM_BARS) -> tuple[int, ...]:
    """The root mean square of equal stretches, 0..100 of the loudest one.

    >>> waveform(Audio.silence(seconds=1.0, rate=8000), bars=3)
    (0, 0, 0)
    """
    edges = np.linspace(0, audio.frames, bars + 1).astype(int)
    power = np.square(audio.mono(), dtype=np.float64)
    total = np.concatenate(([0.0], np.cumsum(power)))
    loudness = np.sqrt((total[edges[1:]] - total[edges[:-1]]) / np.maximum(np.diff(edges), 1))
    loudest = float(loudness.max(initial=0.0))
    if loudest < 1e-6:
        return (0,) * bars
    return tuple(int(value) for value in np.round(100 * loudness / loudest))
