"""The plan: readable, the same for the same spec, and what is heard when it is edited."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from clearmix import ClearmixError, RemixSpec, Source, SourceRecording, joined
from clearmix_studio import rendering
from clearmix_studio.generator import Studio
from clearmix_studio.plan import Plan


def spec(**fields: object) -> RemixSpec:
    return RemixSpec.from_json({"sources": ["song"], "styles": ["house"], "seed": 3, **fields})


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


def test_the_plan_is_the_same_for_the_same_spec_and_reads_back_from_json(
    long_song: SourceRecording,
) -> None:
    source = Source((long_song,))
    plan = Studio().plan(spec(era="1980s", sections=[{"section": "intro", "change": "reverb"}]),
                         source)  # fmt: skip
    again = Studio().plan(spec(era="1980s", sections=[{"section": "intro", "change": "reverb"}]),
                          source)  # fmt: skip
    assert plan == again
    assert Plan.from_json(json.loads(json.dumps(plan.as_json()))) == plan


def test_a_render_from_the_json_is_the_render_from_the_spec(long_song: SourceRecording) -> None:
    source = Source((long_song,))
    wanted = spec(structure={"seconds": 12})
    made = joined(Studio().render(wanted, source, quiet))
    plan = Plan.from_json(json.loads(json.dumps(Studio().plan_json(wanted, source))))
    again = joined(Studio().render_plan(plan.as_json(), source, quiet))
    assert np.array_equal(made.samples, again.samples)


def test_an_edited_plan_is_heard(long_song: SourceRecording) -> None:
    source = Source((long_song,))
    plan = Studio().plan(spec(structure={"seconds": 12}), source)
    fields = plan.as_json()
    fields["drums"] = None
    bare = Plan.from_json(fields)
    one = joined(Studio().render_plan(plan.as_json(), source, quiet))
    other = joined(Studio().render_plan(bare.as_json(), source, quiet))
    assert one.frames == other.frames
    assert not np.allclose(one.samples, other.samples, atol=0.05)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 9}, "a plan of version `9`"),
        ({"tempo": 3}, "`tempo`: unexpected keyword argument"),
        ({"seconds": "long"}, "`seconds`: input should be a valid number"),
    ],
)
def test_a_plan_of_another_shape_is_refused_with_its_place(
    long_song: SourceRecording, change: dict[str, object], said: str
) -> None:
    fields = Studio().plan(spec(), Source((long_song,))).as_json() | change
    with pytest.raises(ClearmixError) as caught:
        Plan.from_json(fields)
    assert said in caught.value.message
    assert caught.value.place == "plan"
    assert caught.value.help


def test_the_timeline_names_sections_in_order_and_what_plays(long_song: SourceRecording) -> None:
    rows = Studio().plan(spec(), Source((long_song,))).timeline()
    names = list(dict.fromkeys(row["section"] for row in rows))
    assert names == ["intro 1", "verse 1", "break 1", "chorus 1"]
    chorus = rows[-1]
    assert chorus["level"] == "full"
    assert {"song", "added drums", "added bass", "added harmony"} <= set(chorus["plays"])


def test_the_timeline_of_an_edit_with_only_the_song_is_not_full(long_song: SourceRecording) -> None:
    rows = Studio().plan(spec(styles=[], kind="edit", tempo={"ratio": 1.1}), Source((long_song,)))
    assert {(row["level"], *row["plays"]) for row in rows.timeline()} == {
        ("light", "song"),
        ("break", "song"),
    }


@pytest.mark.parametrize("effects", [["echo", "vinyl", "stutter", "bitcrush"], ["8d", "flanger"]])
def test_the_sound_does_not_depend_on_where_it_is_cut_into_stretches(
    long_song: SourceRecording, effects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source((long_song,))
    wanted = spec(effects=effects, era="1980s", structure={"seconds": 14}, tempo={"bpm": 126})
    whole = joined(Studio().render(wanted, source, quiet))
    monkeypatch.setattr(rendering, "FIRST_STRETCH_SECONDS", 5.0)
    monkeypatch.setattr(rendering, "LONGEST_STRETCH_SECONDS", 5.0)
    cut = joined(Studio().render(wanted, source, quiet))
    assert np.sqrt(np.mean((whole.samples - cut.samples) ** 2)) < 1e-4


def test_the_first_block_comes_before_the_rest_is_made(long_song: SourceRecording) -> None:
    told: list[float] = []
    blocks = iter(
        Studio().render(spec(), Source((long_song,)), lambda done, said: told.append(done))
    )
    first = next(blocks)
    assert first.seconds == pytest.approx(1.0)
    assert max(told) < 0.1


def test_a_plan_for_recordings_that_are_not_there_is_refused(long_song: SourceRecording) -> None:
    plan = Studio().plan(spec(), Source((long_song,)))
    strange = replace(plan, tracks=(replace(plan.tracks[0], recording=1),))
    with pytest.raises(ClearmixError, match="a recording that is not there") as caught:
        list(Studio().render_plan(strange.as_json(), Source((long_song,)), quiet))
    assert caught.value.place == "plan"
