"""What a generator gets of a recording or of an earlier render: WAV files and an analysis."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sqlmodel import col, select

from clearmix.audio import Audio, decode_to_wav, read_audio, write_wav
from clearmix.catalogue.models import Recording
from clearmix.catalogue.rows import analysis_of, analysis_values
from clearmix.contracts import (
    Analysis,
    Score,
    SourceFile,
    SourceRecording,
)
from clearmix.storage.database import Database
from clearmix.storage.store import Store, used
from clearmix.storage.tables.rendering import RenderRow

DECODING_THREADS = 2
"""Files of a recording that are decoded at once; each is in memory meanwhile."""


class Sources:
    """Decoded audio, cached as WAV beside the store and made again when it is gone."""

    def __init__(
        self,
        database: Database,
        store: Store,
        *,
        analyze: Callable[[Audio], Analysis],
    ) -> None:
        self._database = database
        self._store = store
        self._cache = store.decoded
        self._analyze = analyze

    def source(
        self, id: str, recording: Callable[[str], Recording], scratch: Path | None = None
    ) -> SourceRecording:
        """The source of a render id, or of a recording's id, ISRC or title.

        What is not decoded yet is decoded into `scratch` if that is given, and is not kept then.
        """
        render = self._render(id)
        if render is not None:
            path = self._decoded(render.audio_key, scratch)
            return SourceRecording(
                id=render.id,
                title=render.title,
                artists=(),
                path=path,
                stems={},
                analysis=self._cached_analysis(path),
            )
        found = recording(id)
        # One sound may be in two rooms of the store, and is decoded once.
        keys = {Path(key).stem: key for key in (found.audio_key, *found.stems.values())}
        with ThreadPoolExecutor(DECODING_THREADS) as threads:  # a listener waits for them
            paths = threads.map(lambda key: self._decoded(key, scratch), keys.values())
            decoded = dict(zip(keys, paths, strict=True))
        return SourceRecording(
            id=found.id,
            title=found.title,
            artists=found.artist_names,
            path=decoded[Path(found.audio_key).stem],
            stems={part: decoded[Path(key).stem] for part, key in found.stems.items()},
            analysis=found.analysis,
            stems_estimated_by=found.stems_estimated_by,
        )

    def withheld(self, source: SourceRecording, score: Score) -> SourceRecording:
        """The source without a sample of it: its score, and silence in the place of every file."""
        return replace(source, path=self._silence(), stems={}, score=score)

    def unheard(self, found: Recording, score: Score) -> SourceRecording:
        """The same of a recording, of which nothing has to be decoded for it."""
        return SourceRecording(
            id=found.id,
            title=found.title,
            artists=found.artist_names,
            path=self._silence(),
            stems={},
            analysis=found.analysis,
            stems_estimated_by=found.stems_estimated_by,
            score=score,
        )

    def _silence(self) -> Path:
        silence = self._cache / "withheld.wav"
        if not used(silence):
            silence.parent.mkdir(parents=True, exist_ok=True)
            write_wav(silence, Audio.silence(seconds=1.0, rate=44100))
        return silence

    def file(self, id: str, recording: Callable[[str], Recording]) -> SourceFile:
        """The file of a render or a recording as the store has it, with the marks it carries."""
        render = self._render(id)
        if render is not None:
            return SourceFile(render.id, render.title, self._store.local_path(render.audio_key))
        found = recording(id)
        return SourceFile(found.id, found.title, self._store.local_path(found.audio_key))

    def _render(self, id: str) -> RenderRow | None:
        with self._database.session() as session:
            return session.exec(
                select(RenderRow).where(RenderRow.id == id, col(RenderRow.removed_at).is_(None))
            ).first()

    def _decoded(self, key: str, scratch: Path | None) -> Path:
        name = f"{Path(key).stem}.wav"
        path = self._cache / name
        if not used(path):
            path = (scratch or self._cache) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            decode_to_wav(self._store.local_path(key), path)
        return path

    def _cached_analysis(self, path: Path) -> Analysis:
        kept = path.with_suffix(".analysis.json")
        if not kept.is_file():
            analysis = self._analyze(read_audio(path))
            values = {"analyzer": analysis.analyzer, "values": analysis_values(analysis)}
            partial = kept.with_suffix(".part")
            partial.write_text(json.dumps(values), encoding="utf-8")
            partial.replace(kept)
        stored = json.loads(kept.read_text(encoding="utf-8"))
        return analysis_of(stored["analyzer"], stored["values"])
