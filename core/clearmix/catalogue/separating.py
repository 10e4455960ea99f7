"""Taking a recording apart into stems that are kept with it and marked as estimates."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import numpy as np
from sqlmodel import col, select

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.catalogue.scores import forget_transcribed
from clearmix.contracts import Progress, Separator
from clearmix.errors import CatalogueError, PluginError
from clearmix.guarding import asked
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.catalogue import RecordingRow, StemRow
from clearmix.vocabulary import TermKind, canonical

SUM_TOLERANCE = 0.01
"""Power that may be lost or added when the stems are summed, as a share of the mix's (-20 dB)."""


class Separating:
    """Runs the separator for recordings that have no stems."""

    def __init__(
        self, database: Database, store: Store, separator: Callable[[], Separator | None]
    ) -> None:
        self._database = database
        self._store = store
        self._separator = separator

    def ready(self) -> bool:
        """Whether there is a separator."""
        return self._separator() is not None

    def separate(self, id: str, audio_key: str, progress: Progress) -> tuple[str, ...]:
        """The parts that the recording has apart from now on; its estimates of before are replaced.

        Raises:
            CatalogueError: there is no separator, or the recording came with stems.
            PluginError: what the separator returned is no set of stems of this recording.
        """
        separator = self._separator()
        if separator is None:
            raise CatalogueError(
                "no separator is ready",
                help='pip install "clearmix[separate]", then `clearmix models fetch spleeter`',
                place="clearmix doctor",
            )
        self._require_no_given_stems(id)
        audio = read_audio(self._store.local_path(audio_key))
        stems = asked(
            "separator", separator, lambda: separator.separate(audio, progress), expect=Mapping
        )
        _require_stems_of(audio, stems, separator.id)
        with tempfile.TemporaryDirectory() as scratch:
            keys = {
                part: self._store.put(_written(stem, Path(scratch) / part), "stems")
                for part, stem in stems.items()
            }
        by = f"{separator.id} {separator.version}"
        with self._database.session(write=True) as session:
            for row in session.exec(select(StemRow).where(col(StemRow.recording) == id)):
                session.delete(row)
            session.flush()
            for part, key in keys.items():
                session.add(StemRow(recording=id, part=part, audio_key=key, estimated_by=by))
            forget_transcribed(session, id)  # it was heard from the mix, or from other stems
        return tuple(keys)

    def without_stems(self) -> tuple[tuple[str, str], ...]:
        """Ids and keys of the recordings that have no stems at all, by title."""
        with self._database.session() as session:
            rows = session.exec(
                select(RecordingRow.id, RecordingRow.audio_key)
                .where(col(RecordingRow.id).not_in(select(StemRow.recording)))
                .order_by(RecordingRow.title, RecordingRow.id)
            )
            return tuple((id, key) for id, key in rows)

    def _require_no_given_stems(self, id: str) -> None:
        with self._database.session() as session:
            given = session.exec(
                select(StemRow).where(
                    col(StemRow.recording) == id, col(StemRow.estimated_by).is_(None)
                )
            ).first()
        if given is not None:
            raise CatalogueError(
                f"`{id}` came with stems, which are better than estimates",
                help="nothing needs to be done",
            )


def _require_stems_of(audio: Audio, stems: Mapping[str, Audio], separator: str) -> None:
    """Raises PluginError for an unknown part, another length, or sound that was not in the mix."""
    fault = fault_of(audio, stems)
    if fault:
        raise PluginError(
            f"separator `{separator}` returned {fault}",
            help="update its plugin, or set CLEARMIX_SEPARATOR to another one",
            place=f"separator {separator}",
        )


def fault_of(audio: Audio, stems: Mapping[str, Audio]) -> str | None:
    """What is wrong with stems of a recording, after "it returned"; None if nothing is."""
    if not stems:
        return "no stems"
    for part, stem in stems.items():
        if not isinstance(cast("object", stem), Audio):
            return f"`{type(stem).__name__}` where a stem must be `Audio`"
        if canonical(TermKind.PART, part) != part:
            return f"a stem `{part}`, which is no part"
        if not np.isfinite(stem.samples).all():
            return f"a stem of {part} with samples that are not numbers"
        if abs(stem.seconds - audio.seconds) > 1 / min(stem.rate, audio.rate):
            return f"{stem.seconds:.3f} s of {part} for {audio.seconds:.3f} s of recording"
    rates = {stem.rate for stem in stems.values()}
    if len(rates) > 1:
        return "stems of different rates"
    mix = audio.resampled(rates.pop()).as_stereo().samples
    total = np.sum([stem.as_stereo().samples for stem in stems.values()], axis=0)
    frames = min(mix.shape[1], total.shape[1])
    lost = float(np.mean((mix[:, :frames] - total[:, :frames]) ** 2))
    if lost > SUM_TOLERANCE * float(np.mean(mix**2)):
        return "stems that do not add up to the recording"
    return None


def _written(stem: Audio, path: Path) -> Path:
    """A lossless file of the stem: float where FLAC would cut samples off at full scale."""
    import soundfile

    if np.abs(stem.samples).max(initial=0.0) > 1.0:
        write_wav(path.with_suffix(".wav"), stem)
        return path.with_suffix(".wav")
    soundfile.write(path.with_suffix(".flac"), stem.samples.T, stem.rate, subtype="PCM_24")
    return path.with_suffix(".flac")
