from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from clearmix import Score, ScoreChord, ScoreNote, Source
from clearmix.testing import Song
from clearmix_musicgen.generator import MusicGen

PLAYING_BACK = Path(__file__).with_name("playing_back.py")


def tune(beats: int = 32) -> Score:
    """A tune in A minor at 120 bpm, with a bar of rest under a chord of F."""
    pitches = (69, 72, 76, 74, 72, 71, 69, 68)
    notes = tuple(
        ScoreNote(float(beat), 0.9, pitches[beat % 8]) for beat in range(beats) if beat // 4 != 2
    )
    return Score(
        title="Test Song",
        origin="score",
        transcriber="by hand",
        tempo_bpm=120.0,
        beats=float(beats),
        key="A minor",
        lines={"melody": notes},
        chords=(ScoreChord(0.0, "Am"), ScoreChord(8.0, "F"), ScoreChord(12.0, "Am")),
    )


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A song that has a score."""
    made = Song(bars=8).source(tmp_path_factory.mktemp("song"))
    return Source((replace(made.first, score=tune()),))


@pytest.fixture
def musicgen() -> Callable[[str], MusicGen]:
    """The generator over a script that plays its guide back; the model's name says how."""
    return lambda model: MusicGen(Path(sys.executable), model, PLAYING_BACK)
