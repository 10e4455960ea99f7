"""The catalogue's own recordings: whether a file is one of them as it is, and no remix of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlmodel import col, func, select

from clearmix.audio import SILENCE_PEAK, Audio, read_audio
from clearmix.catalogue import Catalogue
from clearmix.display import Display
from clearmix.errors import AudioError, StorageError
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import RecordingRow

PADDING_SECONDS = 0.5
"""By how much an encoder makes a sound longer or shorter, and moves it."""

MOST_TRIED = 8
"""Recordings of nearly one length whose sound is laid beside that of a file."""

BLOCK_SECONDS = 5.0

AS_IT_IS = 0.99
"""Correlation of every block's samples from which a sound is the recording as it is: on songs of
the example catalogue, MP3 at 128 kbit/s came to 0.992 and more, one part 6 dB softer to 0.989 and
less. What is coded at 64 kbit/s lies between, and nothing is claimed of it.
"""

QUIET = 0.02
"""Of the level of the loudest block: below, as in a fade, an encoder leaves little of it."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Original:
    """A recording of the catalogue; `display` is how the catalogue shows it.

    `same_file` says that a file has the very bytes that the catalogue holds, and not only its
    sound.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    isrc: str | None
    display: Display
    same_file: bool

    def as_json(self) -> dict[str, Any]:
        """The recording in JSON's types."""
        return {
            **vars(self),
            "artists": list(self.artists),
            "display": self.display.as_json(),
        }


class Originals:
    """The recordings of a catalogue, known again as a whole."""

    def __init__(self, database: Database, store: Store, catalogue: Catalogue) -> None:
        self._database = database
        self._store = store
        self._catalogue = catalogue

    def of(self, path: Path, audio: Audio) -> Original | None:
        """The recording that a file of that sound is from its beginning to its end, if it is one.

        INVARIANT: a sound is called a recording only if each of its blocks is, sample by sample, or
        its file is the recording's own: a likeness alone may be an edit or a remix of it.
        """
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        rows = self._of_length(audio.seconds)
        for id, key in rows:
            if Path(key).stem == digest:
                return self._shown(id, same_file=True)
        for id, key in rows:
            with suppress(AudioError, StorageError):
                if is_as_it_is(audio, read_audio(self._store.local_path(key))):
                    return self._shown(id, same_file=False)
        return None

    def _of_length(self, seconds: float) -> list[tuple[str, str]]:
        """Ids and keys of the recordings nearest in length, first those that are nearest."""
        away = func.abs(col(RecordingRow.seconds) - seconds)
        query = (
            select(RecordingRow.id, RecordingRow.audio_key)
            .where(away <= PADDING_SECONDS)
            .order_by(away, col(RecordingRow.id))
            .limit(MOST_TRIED)
        )
        with self._database.session() as session:
            return list(session.exec(query))

    def _shown(self, id: str, *, same_file: bool) -> Original:
        found = self._catalogue.recording(id)
        display = self._catalogue.display(found)
        return Original(found.id, found.title, found.artist_names, found.isrc, display, same_file)


def is_as_it_is(audio: Audio, known: Audio) -> bool:
    """Whether a sound is a known one, but for its level, its coding, and a start that is moved."""
    rate = known.rate
    heard = np.asarray(Audio(audio.mono()[None], audio.rate).resampled(rate).samples[0])
    wanted = known.mono()
    block = round(BLOCK_SECONDS * rate)
    lag = _lag(heard, wanted, block, round(PADDING_SECONDS * rate))
    if lag is None:
        return False
    heard = heard[lag:] if lag >= 0 else np.concatenate([np.zeros(-lag, np.float32), heard])
    likenesses = list(_likenesses(heard, wanted, block))
    return bool(likenesses) and min(likenesses) >= AS_IT_IS


def _lag(heard: Samples, wanted: Samples, block: int, most: int) -> int | None:
    """By how many samples a sound comes later than the known one, where that is loudest."""
    starts = range(0, max(1, len(wanted) - block + 1), block)
    start = max(starts, key=lambda at: float(np.square(wanted[at : at + block]).sum()))
    probe = wanted[start : start + block]
    first = max(0, start - most)
    around = heard[first : start + block + most]
    if len(around) < len(probe) or np.abs(around).max(initial=0.0) < SILENCE_PEAK:
        return None
    size = 1 << int(len(around) + len(probe)).bit_length()
    products = np.fft.irfft(np.fft.rfft(around, size) * np.fft.rfft(probe, size).conj(), size)
    return int(np.argmax(products[: len(around) - len(probe) + 1])) + first - start


def _likenesses(heard: Samples, wanted: Samples, block: int) -> Iterator[float]:
    """The correlation of each block that is not quiet in both; 0 where one of them is silent."""
    starts = range(0, len(wanted), block)
    # An encoder may have cut the end.
    pairs = [(wanted[at : at + block][: len(heard) - at], heard[at : at + block]) for at in starts]
    pairs = [(ours, theirs[: len(ours)]) for ours, theirs in pairs if len(ours) and len(theirs)]
    levels = np.array([[_level(one) for one in pair] for pair in pairs])
    quiet = levels <= QUIET * levels.max(axis=0, initial=0.0)
    for (ours, theirs), level, still in zip(pairs, levels, quiet, strict=True):
        if not still.all():
            norm = len(ours) * float(level[0] * level[1])
            yield float(ours @ theirs) / norm if norm else 0.0


def _level(samples: Samples) -> float:
    return float(np.sqrt(np.square(samples).mean()))
