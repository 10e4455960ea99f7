"""The generator `musicgen`: covers that follow the score's melody in the style asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearmix import (
    Abilities,
    Analysis,
    Audio,
    ClearmixError,
    Progress,
    RemixSpec,
    Score,
    Sidecar,
    Source,
    SourceRecording,
    target_seconds,
    target_semitones,
    target_tempo_ratio,
    write_wav,
)
from clearmix.music import moved_key
from clearmix.vocabulary import TermKind, terms
from clearmix_musicgen.correcting import MOST_TEMPO_FAULT, correction_of
from clearmix_musicgen.guide import guide_of
from clearmix_musicgen.played import RATE, Played
from clearmix_sound.describing import described
from clearmix_sound.stretch import Stretching

SCRIPT = Path(__file__).parent / "worker" / "script.py"

LONGEST_SECONDS = 600.0
"""Longest cover: a song; every second of it costs as much as the first."""

FADE_SECONDS = 2.0
"""A model does not know where the song ends: its sound is faded out there."""


@dataclass(frozen=True)
class Task:
    """What is asked of the model, and what its sound is held against."""

    score: Score
    words: str
    tempo_bpm: float
    key: str | None
    semitones: float
    seconds: float
    seed: int


class MusicGen:
    """Covers by MusicGen in an interpreter of its own.

    Args:
        python: the interpreter that has audiocraft.
        model: a folder with a checkpoint, or a name in the Hugging Face cache.
        script: what runs there.
    """

    id = "musicgen"
    version = "1"

    def __init__(self, python: Path, model: str, script: Path = SCRIPT) -> None:
        self._python = python
        self._model = model
        self._script = script

    def abilities(self) -> Abilities:
        """Covers in any style, era and mood of the vocabulary, asked for in words.

        The model was trained on music that its makers had licensed (Copet et al., "Simple and
        controllable music generation", 2023, section 3.2); its weights are under CC BY-NC 4.0.
        """
        kinds = (TermKind.STYLE, TermKind.ERA, TermKind.MOOD, TermKind.PART, TermKind.USE_CASE)
        return Abilities(
            kinds=frozenset({"cover"}),
            fields=frozenset(
                {"tempo", "pitch", "energy", "era", "styles", "moods", "parts", "structure",
                 "seed", "use_case"}
            ),
            terms=frozenset(id for kind in kinds for id in terms(kind)),
            longest_seconds=LONGEST_SECONDS,
            uses_master=False,
            trained_on="licensed",
            weights_licence="non-commercial",
        )  # fmt: skip

    def notes(self, spec: RemixSpec, analysis: Analysis, stems: frozenset[str]) -> tuple[str, ...]:
        """What a model makes of words, said before it plays."""
        said = ["a model plays it: it follows the melody closely and words only roughly"]
        if spec.voice is not None and spec.voice.source != "none":
            said.append("nobody sings: an instrument takes the melody")
        if spec.pitch is not None and spec.pitch.mode is not None:
            said.append("the melody keeps its mode")
        return tuple(said)

    def render(self, spec: RemixSpec, source: Source, progress: Progress) -> Iterable[Audio]:
        """The cover in blocks of a second, while the model plays on."""
        task = task_of(spec, source.first)
        folder = Path(self._model).expanduser()
        with tempfile.TemporaryDirectory() as scratch:
            guide = Path(scratch) / "guide.wav"
            most = task.seconds * (1 + 2 * MOST_TEMPO_FAULT) + 1
            write_wav(
                guide,
                guide_of(
                    task.score, tempo_bpm=task.tempo_bpm, semitones=task.semitones, seconds=most
                ),
            )
            request = {
                "model": str(folder.absolute()) if folder.is_dir() else self._model,
                "words": task.words,
                "guide": str(guide),
                "seconds": most,
                "seed": task.seed,
            }
            # A checkpoint's T5 is found beside it, by its relative name.
            at = folder if folder.is_dir() else Path(scratch)
            with Sidecar(self._python, self._script, at, _ENVIRONMENT) as sidecar:
                played = Played(sidecar, request, Path(scratch), _rising(progress))
                yield from _corrected(played, task, progress)


def task_of(spec: RemixSpec, recording: SourceRecording) -> Task:
    """What a spec comes to for the score of a recording.

    Raises:
        ClearmixError: there is no score to play from.
    """
    score, analysis = recording.score, recording.analysis
    if score is None:
        raise ClearmixError(
            "there is no score that a cover could be played from",
            help=f"let one be written: `clearmix catalogue score {recording.id}`",
            place=recording.title,
        )
    tempo_bpm = score.tempo_bpm * target_tempo_ratio(spec, analysis)
    semitones = target_semitones(spec, analysis)
    key = moved_key(score.key, round(semitones)) if score.key else None
    return Task(
        score=score,
        words=f"instrumental, {described(spec, tempo_bpm=tempo_bpm, key=key)}",
        tempo_bpm=tempo_bpm,
        key=key,
        semitones=semitones,
        seconds=target_seconds(spec, analysis),
        seed=spec.seed or 0,
    )


_ENVIRONMENT: Mapping[str, str] = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
"""Nothing is downloaded while a listener waits, and nothing that nobody asked for."""


def _corrected(played: Played, task: Task, progress: Progress) -> Iterator[Audio]:
    correction = correction_of(played.first_window(), tempo_bpm=task.tempo_bpm, key=task.key)
    frames = round(task.seconds * RATE)
    stretching = Stretching(
        played.between,
        frames=round(frames * correction.tempo_ratio),
        channels=2,
        rate=RATE,
        tempo_ratio=correction.tempo_ratio,
        semitones=correction.semitones,
    )
    fade = min(round(FADE_SECONDS * RATE), frames)
    for start in range(0, frames, RATE):
        stop = min(start + RATE, frames)
        left = np.arange(frames - start, frames - stop, -1, dtype=np.float32)
        block = stretching.between(start, stop) * np.clip(left / fade, 0, 1)
        yield Audio(np.ascontiguousarray(block, dtype=np.float32), RATE)
    progress(1.0, correction.said or "played")


def _rising(progress: Progress) -> Progress:
    """The same progress, never falling and ending below the whole."""
    told = 0.0

    def rising(fraction: float, message: str) -> None:
        nonlocal told
        told = max(told, 0.95 * fraction)
        progress(told, message)

    return rising
