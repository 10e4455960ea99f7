from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import RemixSpec
from clearmix.conversation.editing import edited
from clearmix_ui.controls import KEPT_PARTS, MOST_TEMPO, SAME, Option, changes_of, controls_of

BASE = RemixSpec.from_json(
    {
        "sources": ["song"],
        "styles": ["house"],
        "tempo": {"ratio": 1.1},
        "parts": [{"part": "drums", "action": "remove"}, {"part": "vocals", "action": "remove"}],
    }
)


def chosen(options: tuple[Option, ...]) -> str:
    (one,) = [option.value for option in options if option.chosen]
    return one


def test_controls_stand_where_the_spec_says() -> None:
    controls = controls_of(BASE.merged({"strength": 0.2, "pitch": {"key": "A minor"}}), None)

    assert (controls.strength, controls.strength_name) == (20, "light touch")
    assert (controls.tempo, controls.tempo_name) == (10, "10 % faster")
    assert chosen(controls.keys) == "A minor"
    assert chosen(controls.styles) == "house"
    assert chosen(controls.eras) == ""
    assert {part: chosen(options) for part, options in controls.parts} == {
        "vocals": "remove",
        "melody": "",
    }


def test_a_strength_that_nobody_asked_for_stands_in_the_middle() -> None:
    controls = controls_of(BASE, None)

    assert (controls.strength, controls.strength_name) == (50, "balanced")


@pytest.mark.parametrize(
    "fields",
    [
        {"styles": ["house", "lo-fi"]},
        {"pitch": {"semitones": 2}},
        {"pitch": {"mode": "minor"}},
        {"parts": [{"part": "vocals", "action": "louder"}]},
    ],
)
def test_what_a_list_cannot_show_is_named_and_left_alone(fields: dict[str, Any]) -> None:
    controls = controls_of(BASE.merged(fields), None)
    lists = {
        "style": controls.styles,
        "key": controls.keys,
        **dict(controls.parts),
    }
    (name,) = [name for name, options in lists.items() if chosen(options) == SAME]

    assert changes_of(BASE, {name: SAME}) == {}


def test_a_part_that_is_kept_is_no_longer_left_out_and_others_stay() -> None:
    changes = changes_of(BASE, {"vocals": "keep"})

    assert changes == {
        "parts": [{"part": "drums", "action": "remove"}, {"part": "vocals", "action": "keep"}]
    }


def test_both_parts_can_be_moved_at_once() -> None:
    spec = edited(BASE, _json(changes_of(BASE, {"vocals": "keep", "melody": "keep"})))

    assert [(row.part, row.action) for row in spec.parts] == [
        ("drums", "remove"),
        ("vocals", "keep"),
        ("melody", "keep"),
    ]


def test_a_control_set_back_leaves_its_field_out() -> None:
    spec = edited(BASE, _json(changes_of(BASE, {"tempo": "0", "style": "", "vocals": ""})))

    assert spec.tempo is None
    assert spec.styles == ()
    assert [row.part for row in spec.parts] == ["drums"]


def test_the_feel_of_a_tempo_outlives_its_slider() -> None:
    base = BASE.merged({"tempo": {"ratio": 1.1, "feel": "half-time"}})

    spec = edited(base, _json(changes_of(base, {"tempo": "0"})))

    assert spec.tempo is not None
    assert (spec.tempo.ratio, spec.tempo.feel) == (None, "half-time")


def test_nothing_but_the_controls_is_read() -> None:
    moved = {"use": "advert", "kind": "cover", "sources": "other", "price": "0", "styles": "[]"}

    assert changes_of(BASE, moved) == {}


@given(
    strength=st.integers(0, 100),
    tempo=st.integers(-MOST_TEMPO, MOST_TEMPO),
    wishes=st.fixed_dictionaries(
        dict.fromkeys(KEPT_PARTS, st.sampled_from(["", "keep", "remove"]))
    ),
)
def test_what_is_set_is_what_stands_there_afterwards(
    strength: int, tempo: int, wishes: dict[str, str]
) -> None:
    moved = {"strength": str(strength), "tempo": str(tempo), **wishes}

    controls = controls_of(edited(BASE, _json(changes_of(BASE, moved))), None)

    assert (controls.strength, controls.tempo) == (strength, tempo)
    assert {part: chosen(options) for part, options in controls.parts} == wishes


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=4))
def test_whatever_a_browser_sends_names_no_field_but_those_of_controls(
    moved: dict[str, str],
) -> None:
    fields = {"strength", "tempo", "pitch", "era", "styles", "parts"}

    assert set(changes_of(BASE, {**moved, "tempo": "x", "strength": "²"})) <= fields


def _json(changes: dict[str, Any]) -> str:
    import json

    return json.dumps(changes)
