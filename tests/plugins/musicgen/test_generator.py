"""The generator's side of MusicGen, with a small script in the place of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, ClearmixError, Generator, RemixSpec, Source, joined
from clearmix.testing import GeneratorContract, Song
from clearmix_musicgen.generator import MusicGen, task_of
from clearmix_musicgen.guide import GUIDE_RATE, guide_of

from .conftest import tune

Making = Callable[[str], MusicGen]


def quiet(fraction: float, message: str) -> None:
    """Tells nobody."""


def cover(**fields: object) -> RemixSpec:
    return RemixSpec.from_json({"kind": "cover", "sources": ["test-song"], **fields})


def loudest_hz(sound: Audio, at: float, seconds: float = 0.3) -> float:
    """The frequency of the strongest partial of a stretch."""
    first = round(at * sound.rate)
    piece = sound.mono()[first : first + round(seconds * sound.rate)]
    power = np.abs(np.fft.rfft(piece * np.hanning(piece.size), 1 << 17))
    return float(np.argmax(power)) * sound.rate / (1 << 17)


class TestMusicGen(GeneratorContract):
    module = "clearmix_musicgen"

    @pytest.fixture
    def generator(self, musicgen: Making) -> Generator:
        return musicgen("true")

    @pytest.fixture
    def song(self) -> Song:
        return Song(bars=2)

    @pytest.fixture
    def source(self, song: Song, tmp_path: Path) -> Source:
        return Source((replace(song.source(tmp_path / "song").first, score=tune(8)),))


def test_the_model_is_asked_for_the_spec_in_words_and_for_nothing_else(source: Source) -> None:
    asked = cover(
        styles=["bossa-nova"],
        era="1960s",
        moods=["calm"],
        tempo={"ratio": 0.9},
        pitch={"semitones": 3},
        parts=[
            {"part": "drums", "action": "remove"},
            {"part": "melody", "action": "replace", "with": "flute"},
        ],
    )
    task = task_of(asked, source.first)
    assert task.words == (
        "instrumental, 1960s, bossa nova, calm, no drums, with flute, 108 bpm, in C minor"
    )
    assert task.seconds == pytest.approx(source.first.analysis.seconds / 0.9)
    assert source.first.title not in task.words


def test_the_guide_is_the_melody_at_the_new_tempo_and_pitch() -> None:
    guide = guide_of(tune(), tempo_bpm=60.0, semitones=12, seconds=20.0)
    assert guide.rate == GUIDE_RATE
    assert loudest_hz(guide, 0.2) == pytest.approx(880, abs=2)
    assert loudest_hz(guide, 2.2) == pytest.approx(440 * 2 ** (19 / 12), abs=3)
    assert loudest_hz(guide, 9.0) == pytest.approx(440 * 2 ** ((53 + 12 - 69) / 12), abs=2), (
        "the chord's root where the melody rests"
    )


def test_a_score_that_is_shorter_than_the_cover_begins_anew() -> None:
    guide = guide_of(tune(8), tempo_bpm=120.0, semitones=0, seconds=9.0)
    assert loudest_hz(guide, 4.05) == pytest.approx(440, abs=2)


def test_windows_come_one_after_the_other_as_one_sound(musicgen: Making, source: Source) -> None:
    told: list[tuple[float, str]] = []
    blocks = musicgen("true").render(
        cover(structure={"seconds": 14}), source, lambda part, said: told.append((part, said))
    )
    first = next(iter(blocks))
    assert told[-1][1] == "playing second 5", "the first block waits for one window only"
    made = joined([first, *blocks])
    assert made.seconds == pytest.approx(14)
    guide = guide_of(tune(), tempo_bpm=120.0, semitones=0, seconds=14.0).resampled(44100)
    heard, wanted = made.mono()[: 11 * 44100], guide.mono()[: 11 * 44100]
    assert float(np.abs(heard - wanted).max()) < 0.02, "a seam can be heard"


def test_a_model_that_plays_too_fast_is_brought_to_the_tempo(
    musicgen: Making, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearmix_musicgen import correcting

    analyze = correcting.SoundAnalyzer.analyze

    def sure(self: object, audio: Audio, progress: object) -> object:
        heard = analyze(self, audio, progress)  # type: ignore[arg-type]
        return replace(heard, tempo_bpm=123.6, tempo_confidence=1.0, key="Bb minor",
                       key_confidence=1.0)  # fmt: skip

    monkeypatch.setattr(correcting.SoundAnalyzer, "analyze", sure)
    told: list[str] = []
    spec = cover(structure={"seconds": 12})
    made = joined(musicgen("fast").render(spec, source, lambda part, said: told.append(said)))
    assert told[-1] == "brought from 123.6 to 120.0 bpm and from Bb minor to A minor"
    assert made.seconds == pytest.approx(12)
    # Played 3 % fast, it sounds 3 % sharp; a semitone down it is 3 % flat.
    assert loudest_hz(made, 8.1) == pytest.approx(440 * 1.03 * 2 ** (-1 / 12), abs=4)


def test_without_a_melody_it_says_what_to_do(musicgen: Making, source: Source) -> None:
    bare = replace(source.first, score=replace(tune(), lines={}))
    with pytest.raises(ClearmixError, match="no melody") as caught:
        list(musicgen("true").render(cover(), Source((bare,)), quiet))
    assert "clearmix catalogue score" in caught.value.help


def test_a_model_that_cannot_be_loaded_is_named(musicgen: Making, source: Source) -> None:
    with pytest.raises(ClearmixError, match="no checkpoint"):
        list(musicgen("broken").render(cover(), source, quiet))


def test_who_asks_for_singing_is_told_that_nobody_sings(musicgen: Making, source: Source) -> None:
    spec = cover(voice={"source": "synthetic"})
    notes = musicgen("true").notes(spec, source.first.analysis, frozenset())
    assert "nobody sings: an instrument takes the melody" in notes
