from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clearmix_chiptune.channels import RATE, noise, pulse, triangle, tuned
from clearmix_chiptune.generator import Chiptune

from clearmix import (
    Audio,
    ClearmixError,
    RemixSpec,
    Score,
    ScoreChord,
    ScoreNote,
    ScoreStroke,
    Source,
    joined,
)
from clearmix.testing import GeneratorContract, Song

SCORE = Score(
    title="Test Song",
    origin="score",
    transcriber="by hand",
    tempo_bpm=120.0,
    beats=16.0,
    key="A minor",
    lines={
        "melody": tuple(ScoreNote(float(beat), 0.9, 76) for beat in range(16)),
        "bass": (ScoreNote(0.0, 8.0, 45), ScoreNote(8.0, 8.0, 41)),
    },
    chords=(ScoreChord(0.0, "Am"), ScoreChord(8.0, "F")),
    strokes=(ScoreStroke(0.5, "hat"),),
)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source((replace(Song(bars=4).source(tmp_path / "song").first, score=SCORE),))


class TestChiptune(GeneratorContract):
    module = "clearmix_chiptune"
    specs = ({"styles": ["chiptune"], "tempo": {"ratio": 1.25}}, {"structure": {"seconds": 20}})

    @pytest.fixture
    def generator(self):
        return Chiptune()

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return Source((replace(Song(bars=4).source(tmp_path / "song").first, score=SCORE),))


def made(source: Source, **fields: object) -> Audio:
    spec = RemixSpec.from_json({"kind": "cover", **fields})
    return joined(Chiptune().render(spec, source, lambda part, said: None))


def power_at(sound: np.ndarray, hz: float) -> float:
    """Power within 3 % of a frequency."""
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    bins = np.fft.rfftfreq(sound.size, 1 / RATE)
    return float(power[(bins > hz * 0.97) & (bins < hz * 1.03)].sum())


def test_melody_and_bass_are_those_of_the_score_in_the_asked_key(source: Source) -> None:
    e5, a2 = 659.3, 110.0
    for semitones, ratio in ((0, 1.0), (5, 2 ** (5 / 12))):
        sound = made(source, pitch={"semitones": semitones}).mono()[: 2 * RATE]
        for hz in (e5, a2):
            beside = hz * ratio * 2 ** (1 / 12)
            assert power_at(sound, hz * ratio) > 20 * power_at(sound, beside)


def test_the_tempo_is_that_of_the_spec(source: Source) -> None:
    sound = np.abs(made(source, tempo={"ratio": 0.8}).mono())
    beat = round(60 / 96 * RATE)
    onsets = [sound[at : at + RATE // 10].max() for at in range(0, 4 * beat, beat)]
    gaps = [sound[at - RATE // 60 : at].max() for at in range(beat, 4 * beat, beat)]
    assert min(onsets) > 1.5 * max(gaps)


def test_a_melody_alone_is_enough(source: Source) -> None:
    alone = replace(SCORE, lines={"melody": SCORE.lines["melody"]}, chords=(), strokes=())
    assert made(Source((replace(source.first, score=alone),))).seconds > 8


def test_nothing_folds_back_into_the_ear() -> None:
    hz = float(tuned(np.array([2093.0]), 16)[0])
    sound = pulse([hz] * 30, [1.0] * 30, 0.5)[2000:-2000]
    power = np.abs(np.fft.rfft(sound * np.blackman(sound.size))) ** 2
    bins = np.fft.rfftfreq(sound.size, 1 / RATE)
    off = np.abs(bins / hz - np.round(bins / hz)) * hz
    assert 10 * np.log10(power[off > 40].max() / power.max()) < -60


def test_the_channels_are_those_of_a_console() -> None:
    steps = np.unique(np.round(triangle([55.0] * 60, [1.0] * 60)[5000:20000], 2))
    assert steps.min() >= -1.15
    assert steps.max() <= 1.15
    assert abs(float(noise(0, [1.0] * 60).mean())) < 0.02
    assert float(np.abs(pulse([440.0] * 9, [0.0] * 9, 0.25)).max()) == 0.0


def test_without_a_melody_it_says_what_to_do(source: Source) -> None:
    bare = Source((replace(source.first, score=replace(SCORE, lines={})),))
    with pytest.raises(ClearmixError, match="no melody") as caught:
        made(bare)
    assert "catalogue score" in caught.value.help
