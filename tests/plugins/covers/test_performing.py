"""The sound of a cover: from no recording at all, in blocks, at its level, without seams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix import Audio, RemixSpec, Source
from clearmix.audio import joined, write_wav
from clearmix_covers import performing
from clearmix_covers.arranging import arranged
from clearmix_covers.generator import Covers
from clearmix_sound.filters import high_pass
from clearmix_sound.measuring import clicks_at, longest_silence_seconds
from clearmix_sound.mixing import level_db

from .conftest import score, source_of

Cover = Callable[..., RemixSpec]

SHORT = {"lineup": "chiptune", "seed": 5, "structure": {"seconds": 9}}


def rendered(spec: RemixSpec, source: Source) -> Audio:
    return joined(Covers().render(spec, source, lambda part, said: None))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(min_size=0, max_size=200), seconds=st.sampled_from([0.0, 1.0]))
def test_the_sound_is_the_same_whatever_the_files_hold(
    content: bytes, seconds: float, tmp_path: Path, cover: Cover
) -> None:
    spec, nothing = cover(**SHORT), source_of(score())
    path = tmp_path / "master.wav"
    if seconds:
        noise = np.frombuffer(content.ljust(200, b"\x07"), np.uint8).astype(np.float32) / 255
        write_wav(path, Audio(np.tile(noise, (2, 200)), 44100))
    else:
        path.write_bytes(content)
    one = replace(nothing.first, path=path, stems={"vocals": path})
    before = path.read_bytes()
    made = rendered(spec, Source((one,)))
    assert np.array_equal(made.samples, rendered(spec, nothing).samples)
    assert path.read_bytes() == before


def test_it_has_its_length_its_headroom_and_an_end_that_dies_away(
    source: Source, cover: Cover
) -> None:
    made = rendered(cover(**SHORT), source)
    assert made.seconds == pytest.approx(9)
    assert 0.1 < np.abs(made.samples).max() < 10 ** (-0.9 / 20)
    assert np.abs(made.samples[:, -50:]).max() < 1e-3
    assert longest_silence_seconds(made) < 1
    assert clicks_at(made, (4.0, 8.0)) == ()


def test_a_sung_cover_is_sung_to_its_end_without_seams(source: Source, cover: Cover) -> None:
    sung = {"lineup": "acoustic-guitar", "structure": {"seconds": 18}, "seed": 2}
    made = rendered(cover(**sung, voice={"source": "synthetic"}), source)
    assert made.seconds == pytest.approx(18)
    assert longest_silence_seconds(made) < 1
    assert clicks_at(made, (4.0, 8.0, 12.0, 16.0)) == ()


@pytest.mark.parametrize("lineup", ["rock-band", "acoustic-guitar"])
def test_it_sounds_the_same_wherever_its_stretches_meet(
    lineup: str, source: Source, cover: Cover, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = cover(lineup=lineup, structure={"seconds": 10}, seed=2)
    made = rendered(spec, source)
    monkeypatch.setattr(performing, "STRETCH_SECONDS", 2.7)
    assert np.abs(made.samples - rendered(spec, source).samples).max() < 1e-6


def test_a_loop_joins_its_own_start(source: Source, cover: Cover) -> None:
    spec = cover(lineup="music-box", seed=5, structure={"form": "loop"})
    made = rendered(spec, source)
    twice = Audio(np.concatenate([made.samples, made.samples], axis=1), made.rate)
    assert clicks_at(twice, (made.seconds,)) == ()
    end, start = made.samples[:, -4410:], made.samples[:, :4410]
    assert np.sqrt((end**2).mean()) > 0.1 * np.sqrt((start**2).mean()), "it dies before its end"


@pytest.mark.parametrize("effect", ["vinyl", "echo", "telephone", "bitcrush", "reverb", "8d"])
def test_an_effect_is_heard_and_leaves_no_seam(effect: str, source: Source, cover: Cover) -> None:
    dry = rendered(cover(**SHORT), source)
    wet = rendered(cover(**SHORT, effects=[effect]), source)
    assert wet.seconds == dry.seconds
    assert np.abs(wet.samples - dry.samples).max() > 0.005
    if effect != "vinyl":  # whose clicks are meant
        assert clicks_at(wet, (4.0, 8.0)) == ()


def test_a_report_tells_tempo_key_and_who_plays_when(source: Source, cover: Cover) -> None:
    spec = cover(lineup="music-box", seed=1)
    made = rendered(spec, source)
    report = Covers().report(spec, source, made)
    assert report.measured["tempo_bpm"] == pytest.approx(100, rel=0.005)
    assert report.measured["planned_key"] == report.measured["key"] == "A minor"
    rows = report.measured["timeline"]
    assert [row["section"] for row in rows] == ["intro", "verse", "chorus", "ending"]
    assert rows[1]["plays"][0] == "comb"
    assert tuple(rows[1]["bars"]) == (3, 10)
    assert report.notes[0] == "played by: music box"


@pytest.mark.parametrize("lineup", ["a-cappella", "soul-band"])
def test_the_tune_is_not_buried_where_everybody_plays(
    lineup: str, source: Source, cover: Cover
) -> None:
    plan = arranged(cover(lineup=lineup, seed=1), source)
    chorus = next(one.seconds for one in plan.sections if one.name == "chorus")
    start, stop = (round(second * 44100) for second in (chorus[0], chorus[0] + 8))
    tune, others = (np.zeros((2, stop - start), np.float32) for _ in range(2))
    for player, channel in zip([*plan.players, None], performing.desk(plan), strict=False):
        ours = player is not None and player.role in ("lead", "soli", "double")
        (tune if ours else others)[:] += channel.between(start, stop)
    levels = [level_db(high_pass(Audio(sound, 44100), 200)) for sound in (tune, others)]
    assert levels[0] > levels[1]
