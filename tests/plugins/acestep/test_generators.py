"""Both generators of ACE-Step, with a player in the place of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearmix import (
    Audio,
    ClearmixError,
    Generator,
    Progress,
    RemixSpec,
    Score,
    ScoreChord,
    ScoreNote,
    ScoreStroke,
    Section,
    Source,
    joined,
)
from clearmix.testing import GeneratorContract, Song
from clearmix_acestep.generators import AceStep, AceStepCover
from clearmix_acestep.model import Wish
from clearmix_acestep.sketch import sketch_of
from clearmix_acestep.stretches import stretches_of

TUNE = Score(
    title="Test Song",
    origin="score",
    transcriber="by hand",
    tempo_bpm=120.0,
    beats=16.0,
    key="A minor",
    lines={
        "melody": tuple(ScoreNote(float(beat), 0.9, 69 + beat % 5) for beat in range(16)),
        "bass": tuple(ScoreNote(float(beat), 1.9, 45) for beat in range(0, 16, 2)),
    },
    chords=(ScoreChord(0.0, "Am"), ScoreChord(8.0, "F7/A"), ScoreChord(12.0, "unreadable")),
    strokes=tuple(ScoreStroke(float(beat), "kick") for beat in range(16)),
)

SHORT = replace(TUNE, beats=8.0, lines={"melody": TUNE.lines["melody"][:8]}, chords=())


class Quieter:
    """A model that plays everything anew by turning it down, and remembers what it was told."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.told: list[tuple[object, ...]] = []

    def anew(self, sound: Audio, wish: Wish, closeness: float, progress: Progress) -> Audio:
        progress(1.0, "step 8 of 8")
        self.told.append(("whole", wish, closeness))
        return Audio(sound.resampled(48000).samples * np.float32(0.5), 48000)

    def anew_between(
        self, sound: Audio, start: float, stop: float, wish: Wish, progress: Progress
    ) -> Audio:
        progress(1.0, "step 8 of 8")
        self.told.append((round(start, 3), round(stop, 3), wish))
        samples = sound.samples.copy()
        samples[:, round(start * sound.rate) : round(stop * sound.rate)] *= 0.25
        return Audio(samples, sound.rate)


def quiet(fraction: float, message: str) -> None:
    """Tells nobody."""


@pytest.fixture
def quieter() -> Quieter:
    return Quieter("tiny")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    made = Song(bars=4).source(tmp_path_factory.mktemp("song")).first
    sections = (Section("verse", 0, 4), Section("chorus", 4, 6), Section("chorus", 6, 8.5))
    return Source((replace(made, analysis=replace(made.analysis, sections=sections)),))


class TestAceStep(GeneratorContract):
    module = "clearmix_acestep"
    specs = ({"styles": ["jazz"], "strength": 0.8}, {"tempo": {"ratio": 1.1}})

    @pytest.fixture
    def generator(self) -> Generator:
        return AceStep("tiny", Quieter)

    @pytest.fixture
    def song(self) -> Song:
        return Song(bars=2)


class TestAceStepCover(GeneratorContract):
    module = "clearmix_acestep"

    @pytest.fixture
    def generator(self) -> Generator:
        return AceStepCover("tiny", Quieter)

    @pytest.fixture
    def song(self) -> Song:
        return Song(bars=2)

    @pytest.fixture
    def source(self, song: Song, tmp_path: Path) -> Source:
        return Source((replace(song.source(tmp_path / "song").first, score=SHORT),))


def remixed(quieter: Quieter, source: Source, **fields: object) -> Audio:
    spec = RemixSpec.from_json({"kind": "remix", "sources": ["test-song"], **fields})
    return joined(AceStep("tiny", lambda model: quieter).render(spec, source, quiet))


def test_closeness_is_what_the_strength_leaves(quieter: Quieter, source: Source) -> None:
    remixed(quieter, source, styles=["bossa-nova"], strength=0.8, seed=7,
            tempo={"ratio": 0.9}, pitch={"semitones": 2})  # fmt: skip
    remixed(quieter, source)
    (_, wish, closeness), (_, plain, ordinary) = quieter.told
    assert (closeness, ordinary) == (pytest.approx(0.2), 0.5)
    assert wish == Wish("bossa nova", pytest.approx(108.0), "B minor", 4, 7)
    assert plain.words == "the same song, played anew"


def test_a_section_is_played_anew_and_the_rest_stays(quieter: Quieter, source: Source) -> None:
    section = {"section": "last chorus", "change": "with a brass solo"}
    made = remixed(quieter, source, sections=[section])
    ((start, stop, wish),) = quieter.told
    assert (start, stop) == (6, 8.5)
    assert wish.words.startswith("with a brass solo")
    before = source.first.read().samples
    unheard = 6 * 44100
    assert np.array_equal(made.samples[:, :unheard], before[:, :unheard])
    changed = slice(unheard, 8 * 44100)
    np.testing.assert_allclose(made.samples[:, changed], before[:, changed] / 4, atol=1e-6)


def test_a_style_for_all_comes_before_a_change_of_one_section(
    quieter: Quieter, source: Source
) -> None:
    section = {"section": "verse", "change": "a cappella"}
    remixed(quieter, source, styles=["jazz"], tempo={"ratio": 2.0}, sections=[section])
    assert quieter.told[0][0] == "whole"
    assert quieter.told[1][:2] == (0.0, 2.0), "sections move with the tempo"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("chorus", ((4, 6), (6, 8.5))),
        ("the second chorus", ((6, 8.5),)),
        ("first refrain", ((4, 6),)),
        ("from 0:02 to 0:05", ((2.0, 5.0),)),
    ],
)
def test_sections_are_meant_by_name_and_place_or_by_time(
    words: str, found: object, source: Source
) -> None:
    assert stretches_of(words, source.first.analysis) == found


@pytest.mark.parametrize("words", ["third chorus", "bridge", "from 0:05 to 9:00"])
def test_a_section_that_is_not_there_is_refused_with_those_that_are(
    words: str, source: Source
) -> None:
    with pytest.raises(ClearmixError, match=f"no {words} was found") as caught:
        stretches_of(words, source.first.analysis)
    assert "chorus, verse" in caught.value.help


def test_a_cover_is_played_from_the_score_and_hears_nothing_else(
    quieter: Quieter, source: Source
) -> None:
    silent = replace(source.first, path=Path("/nowhere"), stems={}, score=TUNE)
    spec = RemixSpec.from_json({"kind": "cover", "strength": 0.0, "structure": {"seconds": 6}})
    made = joined(
        AceStepCover("tiny", lambda model: quieter).render(spec, Source((silent,)), quiet)
    )
    assert made.seconds == pytest.approx(6)
    ((_, wish, closeness),) = quieter.told
    assert (closeness, wish.key) == (1.0, "A minor")


def test_a_sketch_has_the_notes_of_the_score_at_its_tempo_and_pitch() -> None:
    made = sketch_of(TUNE, tempo_bpm=60.0, semitones=12, rate=44100, seed=1)
    assert made.seconds == pytest.approx(16.0)
    piece = made.mono()[: 44100 // 2]
    power = np.abs(np.fft.rfft(piece * np.hanning(piece.size), 1 << 17))
    hz = np.fft.rfftfreq(1 << 17, 1 / 44100)
    near = (hz > 860) & (hz < 900)
    assert hz[near][np.argmax(power[near])] == pytest.approx(880, abs=3)
    with pytest.raises(ClearmixError, match="no notes"):
        sketch_of(replace(TUNE, lines={}), tempo_bpm=60.0, semitones=0, rate=44100, seed=1)


def test_more_than_the_song_has_is_refused(quieter: Quieter, source: Source) -> None:
    with pytest.raises(ClearmixError, match="60 seconds were asked for") as caught:
        remixed(quieter, source, structure={"seconds": 60})
    assert "or less" in caught.value.help


def test_the_rules_are_told_which_of_both_hears_the_master() -> None:
    remix, cover = AceStep("tiny").abilities(), AceStepCover("tiny").abilities()
    assert (remix.kinds, remix.uses_master) == ({"remix"}, True)
    assert (cover.kinds, cover.uses_master) == ({"cover"}, False)
    assert (cover.weights_licence, cover.trained_on) == ("commercial", "licensed")


def test_what_is_missing_is_said_with_the_next_thing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clearmix_acestep import readiness

    model = {"CLEARMIX_ACESTEP": "ACE-Step/some-pipeline"}
    monkeypatch.setattr(readiness, "missing_libraries", lambda: ("torch",))
    found = list(readiness.findings(model))
    assert [one.name for one in found] == ["generator acestep", "generator acestep-cover"]
    assert (found[0].said, found[0].help) == (
        "torch not installed",
        'pip install "clearmix[acestep]"',
    )
    assert not list(readiness.ready_generators(model))
    missing: Callable[[], tuple[str, ...]] = tuple
    monkeypatch.setattr(readiness, "missing_libraries", missing)
    assert next(iter(readiness.findings({}))).said == "no model is named"
    assert [one.id for one in readiness.ready_generators(model)] == ["acestep", "acestep-cover"]
