"""A song in two sections with a tune that rests and holds, as a score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clearmix import Analysis, RemixSpec, Score, ScoreChord, ScoreNote, ScoreSection, Source
from clearmix.contracts import SourceRecording
from clearmix.testing import Song

CHORDS = ("Am", "C", "G", "Em", "F", "Dm", "E7", "Am")
TUNE = (69, 72, 74, 76, 79, 77, 76, 74, 72, 71, 69, 68)


def score(*, beats_per_bar: int = 4, key: str = "A minor") -> Score:
    """Sixteen bars: a verse and a chorus, with an upbeat."""
    bars, notes = 16, [ScoreNote(-1.0, 1.0, 64)]
    for bar in range(bars):
        at = float(bar * beats_per_bar)
        notes.append(ScoreNote(at, 1.5, TUNE[bar % 12], 0.8))
        notes.append(ScoreNote(at + 1.5, 0.5, TUNE[(bar + 3) % 12], 0.6))
        if bar % 4 != 3:
            notes.append(ScoreNote(at + 2.0, beats_per_bar - 2.0, TUNE[(bar + 1) % 12], 0.7))
    half = float(bars * beats_per_bar / 2)
    return Score(
        title="Made Up",
        origin="score",
        transcriber="test",
        tempo_bpm=100.0,
        beats=2 * half,
        key=key,
        beats_per_bar=beats_per_bar,
        lines={"melody": tuple(notes)},
        chords=tuple(
            ScoreChord(float(bar * beats_per_bar), CHORDS[bar % 8]) for bar in range(bars)
        ),
        sections=(ScoreSection("verse", 0.0, half), ScoreSection("chorus", half, half)),
    )


def source_of(written: Score) -> Source:
    """A source of which nothing is there but its score."""
    seconds = written.beats * 60 / written.tempo_bpm
    known = replace(Song().analysis(), tempo_bpm=written.tempo_bpm, key=written.key)
    analysis: Analysis = replace(known, seconds=seconds, beats=(), downbeats=(), chords=())
    nowhere = Path("/nowhere/at/all.wav")
    return Source((SourceRecording("made-up", written.title, (), nowhere, {}, analysis,
                                   score=written),))  # fmt: skip


@pytest.fixture
def source() -> Source:
    """The made-up song."""
    return source_of(score())


@pytest.fixture
def cover() -> Callable[..., RemixSpec]:
    """Specs of covers of it."""

    def made(**fields: Any) -> RemixSpec:
        return RemixSpec.from_json({"kind": "cover", "sources": ["made-up"], **fields})

    return made
