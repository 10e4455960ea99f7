"""The waveform picture of a sound, drawn once."""

from __future__ import annotations

from threading import Lock

import numpy as np

from clearmix.audio import Audio, read_audio
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import WaveformRow

WAVEFORM_BARS = 160
"""How many bars a waveform picture has: about two pixels each on a phone."""


class Waveforms:
    """The pictures of sounds in the store."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store
        self._drawing = Lock()

    def of(self, audio_key: str) -> tuple[int, ...]:
        """The picture of a sound, drawn if it was not."""
        found = self.drawn(audio_key)
        if found is not None:
            return found
        with self._drawing:  # many press play on what is new
            return self.drawn(audio_key) or self._draw(audio_key)

    def drawn(self, audio_key: str) -> tuple[int, ...] | None:
        """The picture of a sound if it was drawn before."""
        with self._database.session() as session:
            row = session.get(WaveformRow, audio_key)
        return None if row is None else tuple(row.waveform)

    def _draw(self, audio_key: str) -> tuple[int, ...]:
        drawn = waveform(read_audio(self._store.local_path(audio_key)))
        with self._database.session(write=True) as session:
            session.merge(WaveformRow(audio_key=audio_key, waveform=list(drawn)))
        return drawn


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
