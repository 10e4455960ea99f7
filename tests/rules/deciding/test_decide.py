"""Decisions: the sample policies, the six outcomes, and what is kept of a decision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clearmix_rules import Outcome, PolicySet, Request, RequestError

ALLOW = 'rule yes: permit any use reason "Fine by us."'


@pytest.fixture
def sample_set(samples):
    return PolicySet.load(samples.values())


def test_the_samples_permit_a_short_private_remix_on_their_terms(sample_set, facts):
    decision = sample_set.decide(Request.from_json(facts()))
    assert decision.outcome is Outcome.PERMITTED
    assert decision.permitted
    assert [reason.text for reason in decision.reasons] == [
        "Northlight lets subscribers make short remixes for their own use."
    ]
    (rule,) = decision.rules
    assert (rule.policy, rule.version, rule.rule) == ("Northlight remix terms", 4, "short-remix")
    assert decision.duties.as_json() == {
        "limits": {"length": {"least": None, "greatest": 90_000}},
        "labels": ["Fan-made remix of Greensleeves. Not by Ada Wren."],
        "credits": [],
        "royalties": [{"payee": "northlight", "rate_bps": 1_500, "base": "revenue"}],
        "approvals": [],
        "watermarks": [],
        "only_watermarks": [],
        "marks": [],
        "keep_records_days": None,
        "expires_on": None,
        "expires_after_days": None,
    }


def test_a_remix_that_is_too_long_is_told_the_length_at_which_it_would_be_permitted(
    sample_set, facts
):
    decision = sample_set.decide(Request.from_json(facts({"request.length": 120_000})))
    assert decision.outcome is Outcome.NOT_PERMITTED
    (reason,) = decision.reasons
    assert reason.text.endswith("It would be permitted at 90 seconds or less.")
    assert reason.failing == ("length is 2 minutes; it must be at most 90 seconds",)
    (shortfall,) = decision.shortfalls
    assert (shortfall.attribute, shortfall.operator, shortfall.values) == (
        "length",
        "at-most",
        (90_000,),
    )
    assert (shortfall.actual, shortfall.changeable) == (120_000, True)


def test_every_failing_condition_of_the_nearest_permit_is_named(sample_set, facts):
    asked = facts({"request.territory": "US", "listener.tier": "free"})
    decision = sample_set.decide(Request.from_json(asked))
    (reason,) = decision.reasons
    assert reason.failing == (
        "the listener's tier is free; it must be plus, premium or studio",
        "territory is US; it must be GB, IE, SE, NO, DK or FI",
    )
    assert [one.changeable for one in decision.shortfalls] == [False, False]


def test_a_forbid_that_fired_is_named_with_what_would_undo_it(sample_set, facts):
    decision = sample_set.decide(Request.from_json(facts({"sound.tempo-change": 2_000})))
    assert decision.outcome is Outcome.FORBIDDEN
    assert [reason.rule.rule for reason in decision.reasons] == ["tempo"]
    (shortfall,) = decision.shortfalls
    assert (shortfall.operator, shortfall.values) == ("at-most", (1_500,))
    assert shortfall.words == "with a tempo change of 15% or less"


def test_every_forbid_that_fired_is_a_reason(sample_set, facts):
    asked = facts(
        {
            "now": "2026-03-10T12:00:00Z",
            "tracks.0.release-date": "2026-03-01",
            "sound.tempo-change": 2_000,
        }
    )
    decision = sample_set.decide(Request.from_json(asked))
    assert {reason.rule.rule for reason in decision.reasons} == {"tempo", "new-release"}


def test_an_open_approval_refers(decide, facts, policy):
    text = policy(
        'rule ask: permit remix provided approval by northlight within 10 days reason "We listen."'
    )
    decision = decide(text, facts())
    assert decision.outcome is Outcome.REFERRED
    assert not decision.permitted
    assert decision.reasons[0].text == "It waits for the approval of Northlight Records."
    answered = {"party": "northlight", "answer": "approve"}
    assert decide(text, facts(approvals=[answered])).outcome is Outcome.PERMITTED
    refused = decide(text, facts(approvals=[{**answered, "answer": "refuse"}]))
    assert refused.outcome is Outcome.FORBIDDEN
    assert refused.reasons[0].text == "Northlight Records was asked and said no."


def test_of_several_ways_to_a_permit_the_smallest_change_is_named(decide, facts, policy):
    text = policy(
        "rule r: permit remix when either listener is verified or else length is under 30 seconds "
        'reason "r"'
    )
    decision = decide(text, facts({"listener.verified": False}))
    (shortfall,) = decision.shortfalls
    assert (shortfall.attribute, shortfall.operator, shortfall.values) == (
        "length",
        "at-most",
        (29_999,),
    )
    assert decision.reasons[0].text == "r It would be permitted at less than 30 seconds."


# ---------------------------------------------------------------- outcomes


def test_limits_that_leave_nothing_name_both_rules(decide, facts, policy):
    short = policy('rule short: permit remix provided length is at most 60 seconds reason "s"')
    long = policy(
        'rule long: permit remix provided length is at least 90 seconds reason "l"',
        by="artist ada-wren",
    )
    decision = decide([short, long], facts({"request.length": 50_000}))
    assert decision.outcome is Outcome.TERMS_CANNOT_BE_MET
    assert [rule.rule for rule in decision.rules] == ["long", "short"]
    assert decision.reasons[0].text == (
        "The terms of “long” of ada-wren and “short” of northlight cannot be met together: "
        "no length is within the limits of both."
    )
    assert decision.shortfalls == ()


def test_shares_over_the_whole_cannot_be_met(decide, facts, policy):
    texts = [
        policy(f'rule r: permit remix provided royalty is at least {share}% of revenue to {party} '
               'reason "r"', by=f"{kind} {party}")
        for share, kind, party in (
            (60, "label", "northlight"),
            (50, "artist", "ada-wren"),
            (1, "writer", "j-smith"),
        )
    ]  # fmt: skip
    decision = decide(texts, facts())
    assert decision.outcome is Outcome.TERMS_CANNOT_BE_MET
    assert {rule.party for rule in decision.rules} == {"northlight", "ada-wren"}
    assert "add up to more than 100%" in decision.reasons[0].text


def test_two_exclusive_watermarks_cannot_be_met(decide, facts, policy):
    texts = [
        policy(f'rule r: permit remix provided watermark with only {mark} reason "r"', by=by)
        for mark, by in (("one", "label northlight"), ("two", "artist ada-wren"))
    ]
    assert decide(texts, facts()).outcome is Outcome.TERMS_CANNOT_BE_MET
    assert decide(texts[:1], facts()).duties.watermarks == ("one",)


def test_a_forbid_in_error_refuses_and_a_permit_in_error_grants_nothing(decide, facts, policy):
    said = facts({"tracks.0.performers": ["stranger"]})
    forbid = policy(
        'rule f: forbid remix when any performer is minor reason "r"', consent="opt-out"
    )
    decision = decide(forbid, said)
    assert decision.outcome is Outcome.IN_ERROR
    assert decision.reasons[0].failing == ("nothing is known of `stranger`, so not its `minor`",)
    permit = policy('rule p: permit remix when no performer is minor reason "r"')
    assert decide(permit, said).outcome is Outcome.NOT_PERMITTED
    assert decide(permit, facts()).permitted


def test_forbidden_is_worse_than_anything_else(decide, facts, policy):
    texts = [
        policy('rule f: forbid remix when any performer is minor reason "r"'),
        policy('rule no: forbid remix reason "No."', by="artist ada-wren"),
    ]
    decision = decide(texts, facts({"tracks.0.performers": ["stranger"]}))
    assert decision.outcome is Outcome.FORBIDDEN
    assert [one.value for one in sorted(Outcome, key=lambda one: one.rank)] == [
        "permitted",
        "referred",
        "not-permitted",
        "terms-cannot-be-met",
        "in-error",
        "forbidden",
    ]


# ---------------------------------------------------------------- record


def test_the_hash_is_the_same_whatever_the_order_of_files_and_rules(samples, facts):
    request = Request.from_json(facts())
    first = PolicySet.load(samples.values()).decide(request)
    second = PolicySet.load(reversed(list(samples.values()))).decide(request)
    assert first.hash == second.hash
    assert len(first.hash) == 64


def test_the_hash_changes_with_a_word_of_a_policy_but_not_with_its_layout(decide, facts, policy):
    text = policy(ALLOW)
    plain = decide(text, facts()).hash
    assert (
        decide("# a comment\n" + text.replace("rule yes:", "rule yes:\n   "), facts()).hash == plain
    )
    assert decide(text.replace("Fine by us", "Fine by me"), facts()).hash != plain
    assert decide(text, facts({"request.length": 1})).hash != plain


def test_a_past_answer_can_be_replayed(sample_set, facts):
    request = Request.from_json(facts())
    after = datetime(2027, 3, 2, tzinfo=UTC)
    decision = sample_set.decide(request, valid_at=after)
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert "in force from 2026-03-01 until 2027-02-28" in decision.reasons[0].text
    assert decision.hash == sample_set.decide(request, valid_at=after).hash
    with pytest.raises(RequestError, match="has no zone"):
        sample_set.decide(request, valid_at=datetime(2026, 2, 1))


def test_a_decision_explains_itself_in_plain_words(sample_set, facts):
    said = sample_set.decide(Request.from_json(facts())).explain()
    assert said == (
        "This is permitted.\n"
        "- Northlight lets subscribers make short remixes for their own use. "
        "[Northlight remix terms, version 4, short-remix]\n"
        "What must be kept:\n"
        "- the length is at most 90 seconds\n"
        '- the label reads "Fan-made remix of Greensleeves. Not by Ada Wren."\n'
        "- 15% of revenue goes to northlight"
    )
