"""Lengths and forms: exact, cut on downbeats, without clicks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clearmix import RemixSpec, Source, SourceRecording
from clearmix.rendering.checking import length_limits
from clearmix_sound.measuring import clicks_at
from clearmix_studio.generator import Studio
from clearmix_studio.plan import Level, Plan
from clearmix_studio.reporting import cuts

from .conftest import RATE, written_song


def planned(song: SourceRecording, **fields: object) -> Plan:
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    return Studio().plan(spec, Source((song,)))


def test_an_extended_mix_has_drums_alone_before_and_after_the_song(
    long_song: SourceRecording, render
) -> None:
    for styles in (["house"], []):
        plan = planned(long_song, styles=styles, structure={"form": "extended"})
        labels = list(dict.fromkeys(bar.section for bar in plan.bars))
        assert (labels[0], labels[-1]) == ("dj intro", "dj outro")
        alone = [bar for bar in plan.bars if bar.section == "dj intro"]
        assert len(alone) % 4 == 0
        first = plan.tracks[0].pieces[0].start
        assert first == pytest.approx(alone[-1].beats[-1] - 0.25, abs=0.01)
    made = render(long_song, structure={"form": "extended"})
    assert made.seconds == pytest.approx(1.3 * 64, abs=0.01)
    assert np.abs(made.samples[:, RATE : 2 * RATE]).max() > 0.02


@pytest.mark.parametrize("seconds", [9.0, 31.7, 64.0, 150.0])
@pytest.mark.parametrize("fields", [{}, {"styles": ["house"]}], ids=["edit", "house"])
def test_every_cut_lies_on_a_downbeat_and_the_length_is_exact(
    long_song: SourceRecording, render, seconds: float, fields: dict[str, object]
) -> None:
    plan = planned(long_song, structure={"seconds": seconds}, **fields)
    downbeats = np.array([bar.beats[0] for bar in plan.bars])
    for cut in cuts(plan):
        assert np.abs(downbeats - cut).min() < 1e-6
    made = render(long_song, structure={"seconds": seconds}, **fields)
    assert made.frames == round(seconds * RATE)
    assert clicks_at(made, cuts(plan)) == ()


def test_a_cut_through_held_tones_does_not_click(
    tmp_path_factory: pytest.TempPathFactory, render
) -> None:
    """The tones are at another place of their cycle after the cut: they would jump."""
    held = written_song(
        tmp_path_factory.mktemp("held"), seconds=64.0, tonic_hz=233.37, parts=("vocals", "harmony")
    )
    plan = planned(held, kind="edit", structure={"seconds": 100})
    assert len(cuts(plan)) >= 1
    made = render(held, kind="edit", structure={"seconds": 100})
    assert clicks_at(made, cuts(plan)) == ()


def test_a_long_extended_mix_comes_back_to_the_chorus_and_closes_on_a_downbeat(
    long_song: SourceRecording,
) -> None:
    plan = planned(long_song, styles=["house"], structure={"form": "extended", "seconds": 200})
    alone = [bar for bar in plan.bars if bar.section == "dj outro"]
    last = plan.tracks[0].pieces[-1]
    assert last.start + last.seconds == pytest.approx(alone[0].beats[0], abs=0.01)
    assert alone[0].beats[0] <= 200 - 32 + 0.1
    assert len(alone) >= 16


@pytest.mark.parametrize(
    ("last_lufs", "kind", "ending"),
    [(-13.0, "remix", "fade"), (-30.0, "remix", "as it is"), (-13.0, "edit", "as it is")],
)
def test_a_remix_of_a_song_that_breaks_off_fades_and_an_edit_leaves_its_end(
    long_song: SourceRecording, last_lufs: float, kind: str, ending: str
) -> None:
    curve = (-14.0,) * 63 + (last_lufs,)
    song = replace(long_song, analysis=replace(long_song.analysis, loudness_curve=curve))
    asked = {"styles": ["house"]} if kind == "remix" else {"tempo": {"ratio": 1.05}}
    assert planned(song, kind=kind, **asked).ending == ending


@pytest.mark.parametrize(("seconds", "made"), [(20.0, 20.0), (15.0, 14.0), (9.4, 9.0), (7.3, 7.0)])
def test_a_loop_is_whole_bars_or_beats_and_never_longer_than_asked(
    long_song: SourceRecording, seconds: float, made: float
) -> None:
    fields = {"styles": ["house"], "structure": {"form": "loop", "seconds": seconds}}
    plan = planned(long_song, **fields)
    assert plan.seconds == pytest.approx(made, abs=0.01)
    spec = RemixSpec.from_json({"sources": ["song"], **fields})
    least, most = length_limits(spec, Source((long_song,)))
    assert least <= plan.seconds <= most
    assert plan.bars[0].level is not Level.LIGHT  # it comes round without a beginning


def test_a_loop_runs_into_its_own_beginning(long_song: SourceRecording, render) -> None:
    plan = planned(long_song, kind="edit", structure={"form": "loop"})
    assert plan.seconds == pytest.approx(16.0)
    made = render(long_song, kind="edit", structure={"form": "loop"})
    twice = np.concatenate([made.samples, made.samples], axis=1)
    seam = twice[:, made.frames - 2000 : made.frames + 2000]
    bend = np.abs(np.diff(seam, n=2)).max()
    assert bend < 2 * np.abs(np.diff(made.samples, n=2)).max()


def test_a_song_that_is_too_short_comes_back_from_its_chorus_and_not_from_its_end(
    long_song: SourceRecording,
) -> None:
    plan = planned(long_song, structure={"seconds": 120})
    labels = list(dict.fromkeys(bar.section for bar in plan.bars))
    assert labels[:6] == ["intro 1", "verse 1", "break 1", "chorus 1", "chorus 2", "chorus 3"]
    assert any("comes back" in note for note in plan.notes)
