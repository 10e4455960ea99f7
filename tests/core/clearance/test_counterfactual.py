"""The nearest spec: each thing that rules ask for becomes a field, and is decided on."""

from __future__ import annotations

import pytest

from clearmix.clearance.counterfactual import SPEC_CHANGES
from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec
from clearmix_rules import SCHEMA, PolicySource


def refused(kernel: Kernel, rules: str, fields: dict, by: str = "artist ada"):
    """The decision on a remix of Open Road under some rules, which must be a refusal."""
    text = f'policy "Rules" version 1\nby {by}\n\n{rules}\n'
    kernel.policies.add(PolicySource("rules.rights", text))
    spec = RemixSpec.from_json({"kind": "remix", "sources": ["open"], **fields})
    cleared = kernel.decide(spec)
    assert not cleared.decision.permitted
    if cleared.nearest is not None:
        assert kernel.decide(cleared.nearest).decision.permitted
    return cleared


def test_every_attribute_that_a_listener_can_change_has_a_field() -> None:
    changeable = {row.name for row in SCHEMA.attributes.values() if row.changeable}
    assert set(SPEC_CHANGES) == changeable


@pytest.mark.parametrize(
    ("condition", "asked", "changed"),
    [
        ("length is over 9 seconds", {}, {"structure": {"seconds": 9.0}}),
        ("length is over 9 seconds", {"structure": {"form": "extended"}},
         {"structure": {"form": "extended", "seconds": 9.0}}),
        ("strength is over 30%", {}, {"strength": 0.3}),
        ("use is social or export", {"use": "social"}, {"use": "public"}),
        ("tempo-change is over 10%", {"tempo": {"ratio": 1.3}}, {"tempo": {"ratio": 1.1}}),
        ("tempo-change is over 10%", {"tempo": {"bpm": 90}}, {"tempo": {"ratio": 0.9}}),
        ("tempo-change is over 0%", {"tempo": {"ratio": 1.3}}, {"tempo": None}),
        ("pitch-change is over 2 semitones", {"pitch": {"semitones": -5}},
         {"pitch": {"semitones": -2.0}}),
        ("pitch-change is over 0 semitones", {"pitch": {"semitones": 1}}, {"pitch": None}),
        ("vocals is removed", {"parts": [{"part": "vocals", "action": "remove"}]}, {"parts": None}),
        ("vocals is kept", {},
         {"parts": [{"part": "vocals", "action": "remove"}]}),
        ("voice is synthetic", {"voice": {"source": "synthetic"}}, {"voice": {"source": "none"}}),
        ("parts-used has drums", {"parts": [{"part": "drums", "action": "louder"}]},
         {"parts": [{"part": "drums", "action": "louder"}, {"part": "drums", "action": "remove"}]}),
        ("not parts-used has bass", {"parts": [{"part": "drums", "action": "solo"}]},
         {"parts": [{"part": part, "action": "remove"} for part in ("vocals", "melody", "harmony")]}
        ),
        ("styles has house", {"styles": ["house", "lo-fi"]}, {"styles": ["lo-fi"]}),
        ("not styles has house", {"styles": ["lo-fi"]}, {"styles": ["lo-fi", "house"]}),
        ("era is 1980s", {"era": "1980s"}, {"era": None}),
        ("actions has lyric-change", {"lyrics": "translate:fr"}, {"lyrics": None}),
        ("actions has style-imitation", {"style_of": "Bo"}, {"style_of": None}),
        ("actions has voice-imitation", {"voice": {"source": "likeness:ada"}}, {"voice": None}),
    ],
)  # fmt: skip
def test_the_field_that_a_rule_minds_is_changed_and_nothing_else(
    cleared_kernel: Kernel, condition: str, asked: dict, changed: dict
) -> None:
    cleared_kernel.consent.set("ada", "allow", "voice-imitation")
    cleared = refused(
        cleared_kernel, f'rule no: forbid any use when {condition} reason "Not so."', asked
    )
    assert cleared.nearest is not None
    expected = {**cleared.spec.as_json(), **changed}
    assert cleared.nearest.as_json() == {
        name: value for name, value in expected.items() if value is not None
    }
    assert cleared.nearest_words.startswith("It would be permitted ")


def test_an_edit_keeps_its_new_speed_without_its_effects(cleared_kernel: Kernel) -> None:
    cleared = refused(
        cleared_kernel,
        'rule no: forbid edit reason "No edits."',
        {"kind": "edit", "tempo": {"ratio": 1.1}, "effects": ["reverb"]},
    )
    assert cleared.nearest is not None
    assert cleared.nearest.as_json() == {
        "kind": "edit",
        "sources": ["open"],
        "tempo": {"ratio": 1.1},
    }
    assert cleared.nearest_words == "It would be permitted without the edit."


def test_what_one_change_brings_with_it_is_met_as_well(cleared_kernel: Kernel) -> None:
    """A song that is played slower again becomes too long."""
    seconds = cleared_kernel.catalogue.recording("open").seconds
    cleared = refused(
        cleared_kernel,
        'rule fast: forbid remix when tempo-change is over 10% reason "Not so fast."\n'
        f"rule long: forbid remix when length is over {round(seconds / 1.2)} seconds\n"
        '  reason "Not so long."',
        {"tempo": {"ratio": 1.3}},
    )
    assert cleared.nearest is not None
    assert cleared.nearest.tempo is not None
    assert cleared.nearest.tempo.ratio == 1.1
    assert cleared.nearest.structure is not None
    assert cleared.nearest.structure.seconds == round(seconds / 1.2)
    assert "with a tempo change of 10% or less" in cleared.nearest_words
    assert "seconds or less" in cleared.nearest_words


def test_a_length_beyond_what_a_spec_can_say_is_not_offered(cleared_kernel: Kernel) -> None:
    cleared = refused(
        cleared_kernel, 'rule no: forbid remix when length is under 30 minutes reason "Long."', {}
    )
    assert cleared.nearest is None
    assert cleared.nearest_words == ""


def test_what_only_waits_for_an_approval_is_told_but_not_offered(cleared_kernel: Kernel) -> None:
    cleared = refused(
        cleared_kernel,
        "rule ask: permit remix provided\n  length is at most 9 seconds\n"
        '  approval by ada within 10 days\n  reason "Ada listens first."\n'
        'rule no: forbid remix when length is over 9 seconds reason "Short."',
        {},
    )
    assert cleared.nearest is None
    assert cleared.nearest_words == (
        "It could be made at 9 seconds or less, once Ada Wren has approved it."
    )


def test_a_plan_is_never_changed(cleared_kernel: Kernel) -> None:
    spec = RemixSpec.from_json({"kind": "remix", "sources": ["dusky"]})
    cleared = cleared_kernel.decide(spec, "fred")
    assert (cleared.nearest, cleared.nearest_words) == (None, "")
