from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix.testing import Song
from clearmix_sound.analysis.analyzer import SoundAnalyzer


@pytest.mark.parametrize(("tempo_bpm", "key"), [(120.0, "A minor"), (95.0, "G major")])
def test_an_analyzer_hears_the_tempo_and_key_that_the_song_says(tempo_bpm: float, key: str) -> None:
    song = Song(tempo_bpm=tempo_bpm, key=key, bars=10)
    heard = SoundAnalyzer().analyze(song.audio(), lambda part, said: None)
    assert heard.tempo_bpm == pytest.approx(tempo_bpm, rel=0.005)
    assert heard.key == key


def test_the_stems_are_the_song(tmp_path: Path) -> None:
    source = Song(bars=3).source(tmp_path)
    total = np.sum([source.first.read_stem(part).samples for part in source.first.stems], axis=0)
    np.testing.assert_allclose(total, source.first.read().samples, atol=1e-6)
    assert np.abs(total).max() < 1.0


def test_chords_follow_the_key() -> None:
    assert [name for _, name in Song(bars=4).chords] == ["Am", "Dm", "Em", "Am"]
    assert [name for _, name in Song(key="C major", bars=4).chords] == ["C", "Am", "F", "G"]
