"""Recordings as plugins get them, what is known of their music, and who measures it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from clearmix.audio import Audio, read_wav
from clearmix.contracts.scores import Score

Progress = Callable[[float, str], None]
"""Told how far a job is (0..1) and what it is doing, in a listener's words."""

_ON_BEATS = re.compile(r"\b(beats?|bars?|tempo|felt|counts?)\b")
_ON_KEY = re.compile(r"\bkey\b")


@dataclass(frozen=True)
class Section:
    """A stretch of a recording: `name` is intro, verse, chorus, break, outro or part."""

    name: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Analysis:
    """What a generator may rely on about a recording; measured, or given by the catalogue.

    Beats and downbeats are seconds from the start; confidences are 0..1. A `tempo_bpm` of None
    means that no steady beat was found. A beat divides into two, or into three where
    `beat_division` says so: a 6/8 is two beats of three to the bar. `constant_tempo` says that the
    beats are one even grid. The curves have one value for each second: loudness in LUFS, onsets
    begun, and how likely somebody sings (0..1). `given` names the fields that the catalogue stated
    itself; `notes` are for listeners.
    """

    analyzer: str
    seconds: float
    tempo_bpm: float | None
    tempo_confidence: float
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    key: str | None
    key_confidence: float
    loudness_lufs: float
    sections: tuple[Section, ...] = ()
    chords: tuple[tuple[float, str], ...] = ()
    beats_per_bar: int = 4
    beat_division: int = 2
    constant_tempo: bool = False
    downbeat_confidence: float = 0.0
    loudness_curve: tuple[float, ...] = ()
    onset_density: tuple[float, ...] = ()
    vocal_presence: tuple[float, ...] = ()
    vocal_confidence: float = 0.0
    notes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    @property
    def beat_notes(self) -> tuple[str, ...]:
        """Those of the notes that speak of beats, bars or tempo."""
        return tuple(note for note in self.notes if _ON_BEATS.search(note))

    @property
    def key_notes(self) -> tuple[str, ...]:
        """Those of the notes that speak of the key.

        >>> said = ("the key is not clear; A minor fits best", "I count 80 beats a minute")
        >>> Analysis("ear", 9.0, 80.0, 1.0, (), (), "A minor", 0.1, -14.0, notes=said).key_notes
        ('the key is not clear; A minor fits best',)
        """
        return tuple(note for note in self.notes if _ON_KEY.search(note))


@dataclass(frozen=True)
class SourceRecording:
    """One recording as a generator gets it: float WAV files that it must only read.

    A generator that uses no master (`Abilities.uses_master`) gets a `score`, and silence in the
    place of the files. `stems_estimated_by` names the separator that took the mix apart; None for
    real stems, or none.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    path: Path
    stems: Mapping[str, Path]
    analysis: Analysis
    stems_estimated_by: str | None = None
    score: Score | None = None

    def read(self) -> Audio:
        """The whole recording."""
        return read_wav(self.path)

    def read_stem(self, part: str) -> Audio:
        """The sound of one part; raises KeyError when the recording has no such stem."""
        return read_wav(self.stems[part])


@dataclass(frozen=True)
class Source:
    """What a render starts from: one recording, or two for a mashup."""

    recordings: tuple[SourceRecording, ...]

    @property
    def first(self) -> SourceRecording:
        """The only recording, or the first of a mashup."""
        return self.recordings[0]


@runtime_checkable
class Analyzer(Protocol):
    """Measures a recording once; the result is cached and may be corrected by hand."""

    id: str
    version: str

    def analyze(self, audio: Audio, progress: Progress) -> Analysis:
        """Tempo, beats, key, sections and loudness of a whole recording."""
        ...


@runtime_checkable
class Transcriber(Protocol):
    """Writes down what a recording plays; runs once for each, and the score is kept with it."""

    id: str
    version: str

    def transcribe(self, recording: SourceRecording, progress: Progress) -> Score:
        """Melody, bass, chords, strokes and sections, with a confidence for each bar."""
        ...
