"""The policies that ship with the product."""

from __future__ import annotations

import pytest

from clearmix_library import policies, templates
from clearmix_rules import Outcome, PolicySet, PolicySource, Request, check


def test_every_shipped_policy_is_without_mistakes():
    assert [one.name for one in policies()] == ["platform-baseline.rights"]
    assert [one.name for one in templates()] == [
        "artist-opt-out.rights",
        "independent.rights",
        "major-label.rights",
        "publisher.rights",
    ]
    for source in (*policies(), *templates()):
        assert check(source) == ()
    PolicySet.load([*policies(), *templates()])


def baseline(said):
    return PolicySet.load(policies()).decide(Request.from_json(said))


def test_the_baseline_always_asks_for_a_label_and_a_watermark(facts):
    decision = baseline(facts())
    assert decision.permitted
    assert decision.duties.labels == ("Made with AI from “Greensleeves” by Ada Wren.",)
    assert decision.duties.marks == ("tags", "watermark")


VOICE = {"request.actions": ["cover", "voice-imitation"], "sound.voice": "imitated",
         "generator.uses-master": False}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"request.use": "advert"}, "no-adverts"),
        ({"request.use": "campaign"}, "no-campaigns"),
        (VOICE, "no-voice-without-consent"),
        (
            {**VOICE, "parties.ada-wren.minor": True,
             "parties.ada-wren.voice-consent": ["private"]},
            "no-minors-voice",
        ),
        (
            {"sound.style-of": "ada-wren", "parties.ada-wren.minor": True},
            "no-style-of-minors",
        ),
        ({"generator.trained-on": "undisclosed"}, "no-undisclosed-training"),
        ({"generator.weights-licence": "non-commercial"}, "no-non-commercial-models"),
        ({"request.actions": ["cover"]}, "covers-are-new"),
        ({"listener.age-band": "child", "request.use": "public"}, "children"),
        ({"listener.age-band": "child", "tracks.0.explicit": True}, "explicit-lyrics"),
    ],
)  # fmt: skip
def test_the_baseline_forbids(facts, changes, rule):
    decision = baseline(facts(changes))
    assert decision.outcome is Outcome.FORBIDDEN
    assert [one.rule for one in decision.rules] == [rule]


def test_an_artist_who_agreed_may_be_imitated_for_that_use(facts):
    agreed = {**VOICE, "parties.ada-wren.voice-consent": ["private"]}
    assert baseline(facts(agreed)).permitted
    assert not baseline(facts({**agreed, "request.use": "public"})).permitted


def test_the_voice_of_somebody_nobody_knows_is_in_error(facts):
    asked = facts({**VOICE, "sound.voice-of": "stranger"})
    assert baseline(asked).outcome is Outcome.IN_ERROR


def template(name: str, party: str) -> PolicySet:
    """A template as it is used: with a party's own id."""
    (source,) = [one for one in templates() if one.name == f"{name}.rights"]
    text = source.text
    for stand_in in ("your-label", "your-publisher", "your-name"):
        text = text.replace(stand_in, party)
    return PolicySet.load([PolicySource(source.name, text)])


@pytest.mark.parametrize(
    ("name", "party", "changes", "outcome"),
    [
        ("major-label", "northlight", {}, "permitted"),
        ("major-label", "northlight", {"request.length": 240_001}, "not-permitted"),
        ("major-label", "northlight", {"request.use": "social"}, "referred"),
        ("major-label", "northlight", {"now": "2026-01-10T12:00:00Z"}, "forbidden"),
        ("major-label", "northlight", {"request.actions": ["lyric-change"]}, "forbidden"),
        ("independent", "northlight", {"request.use": "social"}, "permitted"),
        ("independent", "northlight", {"request.use": "export"}, "permitted"),
        ("independent", "northlight", {"request.use": "advert"}, "not-permitted"),
        ("publisher", "hollow-tree", {"request.actions": ["cover"]}, "permitted"),
        ("publisher", "hollow-tree", {}, "permitted"),
        ("publisher", "hollow-tree", {"request.territory": "US"}, "not-permitted"),
        (
            "publisher",
            "hollow-tree",
            {"request.actions": ["lyric-change"], "sound.lyrics": "translated"},
            "referred",
        ),
        ("artist-opt-out", "ada-wren", {}, "forbidden"),
        ("artist-opt-out", "ada-wren", {"sound.style-of": "ada-wren"}, "forbidden"),
    ],
)
def test_a_template_decides_as_it_promises(facts, name, party, changes, outcome):
    decision = template(name, party).decide(Request.from_json(facts(changes)))
    assert decision.outcome == outcome
