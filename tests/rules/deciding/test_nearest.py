"""The nearest permitted request: what it changes, and how it says so."""

from __future__ import annotations

import pytest

from clearmix_rules import Outcome, PolicySet, PolicySource, Request, RequestError, nearest

SHORT = """\
rule short: permit remix or voice-imitation
  when tier is studio and use is private or in-app
  provided
    length is at most 90 seconds
  reason "Short remixes."
"""
IMITATED = {
    "request.actions": ["remix", "voice-imitation"],
    "sound.voice": "imitated",
    "sound.voice-of": "ada-wren",
}


@pytest.fixture(scope="session")
def find(facts, policy):
    """The nearest request under some policies, or rules of northlight, for a changed request."""

    def find(texts, changes=None, **options):
        whole = [
            text if text.startswith("policy") else policy(text)
            for text in ([texts] if isinstance(texts, str) else texts)
        ]
        policies = PolicySet.load(
            PolicySource(f"p{number}.rights", text) for number, text in enumerate(whole)
        )
        found = nearest(policies, Request.from_json(facts(changes)), **options)
        if found is not None:
            assert policies.decide(found.request).hash == found.decision.hash
        return found

    return find


def changed(found) -> dict[str, object]:
    return {one.attribute: one.value for one in found.changes}


def test_a_permitted_request_is_its_own_nearest(find) -> None:
    found = find(SHORT)
    assert found.changes == ()
    assert found.words == "It is permitted as it is asked for."


def test_limits_of_several_parties_are_met_at_once(find, policy) -> None:
    ada = policy(
        "rule slow: forbid remix when tempo-change is over 15%\n"
        '  reason "Close to the tempo."\n'
        'rule whole: forbid any use when length is under 20 seconds reason "No snippets."',
        by="artist ada-wren",
        consent="opt-out",
    )
    asked = {"request.length": 120_000, "sound.tempo-change": 2_000}
    found = find([SHORT, ada], asked)
    assert changed(found) == {"length": 90_000, "tempo-change": 1_500}
    assert found.words == (
        "It would be permitted at 20 seconds to 90 seconds, with a tempo change of 15% or less."
    )
    assert changed(find([SHORT, ada], {"request.length": 5_000})) == {"length": 20_000}


def test_the_limits_of_the_platform_bind_whoever_permits(find, policy) -> None:
    platform = policy(
        "rule most: permit any use when use is private\n"
        '  provided length is between 70 and 80 seconds reason "So long."',
        by="platform",
    )
    assert changed(find([SHORT, platform], {"request.length": 20_000})) == {"length": 70_000}
    assert find([SHORT, platform], {"request.use": "in-app"}).changes == ()


def test_limits_that_leave_no_length_have_no_nearest(find, policy) -> None:
    ada = policy(
        'rule long: permit remix provided length is at least 100 seconds reason "Long."',
        by="artist ada-wren",
    )
    assert find([SHORT, ada], {"request.length": 95_000}) is None


def test_a_strict_bound_is_said_as_it_was_written(find) -> None:
    found = find(
        'rule short: permit remix when length is under 30 seconds reason "Short."',
        {"request.length": 60_000},
    )
    assert changed(found) == {"length": 29_999}
    assert found.words == "It would be permitted at less than 30 seconds."


def test_the_nearest_side_of_a_forbidden_range_is_chosen(find) -> None:
    rules = (
        'rule gap: forbid remix when length is between 60 and 120 seconds reason "Not so."\n'
        'rule rest: permit remix reason "Else."'
    )
    assert changed(find(rules, {"request.length": 110_000})) == {"length": 120_001}
    assert changed(find(rules, {"request.length": 70_000})) == {"length": 59_999}


def test_one_change_is_preferred_to_two_however_large(find) -> None:
    rules = (
        "rule near: permit remix when length is at most 89 seconds and strength is at most 49%\n"
        '  reason "Near."\n'
        'rule far: permit remix when length is at most 10 seconds reason "Far."'
    )
    assert changed(find(rules)) == {"length": 10_000}


def test_a_use_that_reaches_no_further_comes_first(find) -> None:
    rules = 'rule uses: permit remix when use is private, in-app or export reason "Here."'
    found = find(rules, {"request.use": "social"})
    assert changed(found) == {"use": "in-app"}
    assert found.words == "It would be permitted for private, in-app or export use."


def test_a_use_for_which_a_voice_was_given_is_found_in_the_consent(find, policy) -> None:
    platform = policy(
        "rule voice: forbid voice-imitation unless every imitated-artist's voice-consent has this"
        ' use\n  reason "Only with consent."',
        by="platform",
    )
    asked = {**IMITATED, "request.use": "public", "parties.ada-wren.voice-consent": ["in-app"]}
    assert changed(find(platform, asked)) == {"use": "in-app"}
    asked["parties.ada-wren.voice-consent"] = []
    found = find(platform, asked)
    assert found.words == "It would be permitted without an imitated voice."
    assert found.request.actions == {"remix"}
    assert found.request.facts["sound.voice"] == "original"
    assert "sound.voice-of" not in found.request.facts


@pytest.mark.parametrize(
    ("forbidden", "asked", "words"),
    [
        (
            "style-imitation",
            {"request.actions": ["remix", "style-imitation"], "sound.style-of": "ada-wren"},
            "without an imitated style",
        ),
        (
            "lyric-change",
            {"request.actions": ["remix", "lyric-change"], "sound.lyrics": "translated"},
            "with the lyrics kept",
        ),
        (
            "speed-change",
            {"request.actions": ["edit", "speed-change"], "sound.tempo-change": 500},
            "without a change of speed",
        ),
        ("edit", {"request.actions": ["edit", "speed-change"]}, "without the edit"),
    ],
)
def test_an_action_that_is_forbidden_is_left_out(find, forbidden, asked, words) -> None:
    found = find(
        f'rule no: forbid {forbidden} reason "No."\nrule rest: permit any use reason "Else."', asked
    )
    assert found.words == f"It would be permitted {words}."
    assert forbidden not in found.request.actions


def test_a_voice_that_is_no_longer_imitated_may_have_to_be_another_than_the_original(find) -> None:
    found = find(
        'rule no: forbid voice-imitation reason "No."\n'
        'rule own: forbid any use when voice is original reason "Not this one."\n'
        'rule rest: permit any use reason "Else."',
        IMITATED,
    )
    assert [(one.attribute, one.value) for one in found.changes] == [
        ("voice", "none"),
        ("actions", None),
    ]
    assert found.words == (
        "It would be permitted with the voice none or synthetic, without an imitated voice."
    )


def test_what_a_request_is_at_its_heart_is_never_left_out(find) -> None:
    rules = 'rule no: forbid speed-change reason "No."\nrule rest: permit any use reason "Else."'
    assert find(rules, {"request.actions": ["speed-change"]}) is None
    rules = 'rule no: forbid remix reason "No."\nrule rest: permit any use reason "Else."'
    assert find(rules, IMITATED) is None


def test_sets_lose_and_gain_as_little_as_will_do(find) -> None:
    rules = (
        "rule some: permit remix when styles has none of house, techno\n"
        '  and parts-used has all of drums, bass reason "So."'
    )
    found = find(rules, {"sound.styles": ["house", "disco"]})
    assert changed(found) == {
        "styles": frozenset({"disco"}),
        "parts-used": frozenset({"vocals", "drums", "bass"}),
    }
    rules = 'rule some: permit remix when parts-used has only drums, melody reason "So."'
    assert changed(find(rules)) == {"parts-used": frozenset({"drums"})}
    rules = 'rule some: permit remix when styles has disco or salsa reason "So."'
    assert changed(find(rules)) == {"styles": frozenset({"house", "disco"})}


def test_an_unless_is_reached_or_its_condition_left(find) -> None:
    rules = (
        "rule no: forbid remix when strength is over 20% unless length is at most 80 seconds\n"
        '  reason "Close."\nrule rest: permit any use reason "Else."'
    )
    assert changed(find(rules)) == {"length": 80_000}
    assert changed(find(rules, {"request.strength": 2_100})) == {"strength": 2_000}


def test_every_source_of_a_mashup_counts(find, facts) -> None:
    (track,) = facts()["tracks"]
    second = {**track, "id": "second", "artists": ["j-smith"]}
    rules = (
        "rule first: permit mashup of tracks by ada-wren\n"
        '  provided length is at most 60 seconds reason "Short."\n'
        "rule second: permit mashup of tracks by j-smith\n"
        '  provided length is at least 50 seconds reason "Long."'
    )
    found = find(rules, {"request.actions": ["mashup"], "tracks": [track, second]})
    assert found.words == "It would be permitted at 50 seconds to 60 seconds."


def test_delegation_leads_to_the_rules_of_the_delegate(find, policy) -> None:
    ada = policy(
        'rule slow: forbid remix when tempo-change is over 15% reason "Slow."',
        by="artist ada-wren",
        consent="delegated to j-smith",
    )
    writer = policy(
        'rule short: permit remix provided length is at most 30 seconds reason "Short."',
        by="writer j-smith",
    )
    found = find([ada, writer], {"sound.tempo-change": 1_600})
    assert changed(found) == {"length": 30_000, "tempo-change": 1_500}


def test_terms_that_contradict_are_kept_apart_or_there_is_none(find, policy) -> None:
    northlight = policy(
        'rule a: permit remix provided royalty is at least 70% of revenue to northlight reason "A."'
    )
    private = (
        "rule b: permit remix when use is private\n"
        '  provided royalty is at least 50% of revenue to ada-wren reason "B."\n'
    )
    alone = policy(private, by="artist ada-wren")
    assert find([northlight, alone]) is None
    public = f'{private}rule c: permit remix when use is public reason "C."'
    found = find([northlight, policy(public, by="artist ada-wren")])
    assert changed(found) == {"use": "public"}


def test_a_request_that_waits_for_an_approval_is_the_second_best(find) -> None:
    asks = (
        "rule ask: permit remix provided\n    length is at most 60 seconds\n"
        '    approval by northlight within 10 days\n  reason "We listen first."\n'
    )
    found = find(asks)
    assert found.decision.outcome is Outcome.REFERRED
    assert found.words == (
        "It could be made at 60 seconds or less, once Northlight Records has approved it."
    )
    waiting = find(asks, {"request.length": 50_000})
    assert waiting.words == "It can be made once Northlight Records has approved it."
    free = f'{asks}rule long: permit remix when length is at least 5 minutes reason "Long."'
    assert find(free).decision.outcome is Outcome.PERMITTED
    answered = {"approvals": [{"party": "northlight", "answer": "refuse"}]}
    assert find(asks, answered) is None


def test_a_recorded_refusal_cannot_be_helped(find) -> None:
    refusal = {"party": "ada-wren", "answer": "refuse", "kind": "remix"}
    assert find(SHORT, {"consents": [refusal]}) is None
    refusal["kind"] = "voice-imitation"
    found = find(SHORT, {**IMITATED, "consents": [refusal]})
    assert found.words == "It would be permitted without an imitated voice."


def test_what_cannot_be_asked_for_is_told_only_when_it_is_wanted(find) -> None:
    free = {"listener.tier": "free", "request.length": 100_000}
    assert find(SHORT, free) is None
    found = find(SHORT, free, also=["listener.tier"])
    assert [(one.attribute, one.changeable) for one in found.changes] == [
        ("length", True),
        ("tier", False),
    ]
    assert found.words == (
        "It would be permitted at 90 seconds or less, on the studio plan, which cannot be asked "
        "for here."
    )
    own = find(SHORT, {"request.length": 100_000}, also=["listener.tier"])
    assert changed(own) == {"length": 90_000}


def test_a_fact_that_no_request_can_change_is_named(find) -> None:
    with pytest.raises(RequestError) as caught:
        find(SHORT, also=["listener.teir"])
    assert caught.value.message == "`listener.teir` cannot be changed"
    assert caught.value.help == "did you mean `listener.tier`?"
    with pytest.raises(RequestError, match=r"`track\.artists` cannot be changed"):
        find(SHORT, also=["track.artists"])


def test_the_offer_is_json(find) -> None:
    found = find(SHORT, {"request.length": 120_000})
    assert found.as_json() == {
        "outcome": "permitted",
        "words": "It would be permitted at 90 seconds or less.",
        "changes": [
            {
                "attribute": "length",
                "asked": 120_000,
                "value": 90_000,
                "words": "at 90 seconds or less",
                "changeable": True,
            }
        ],
        "hash": found.decision.hash,
    }
