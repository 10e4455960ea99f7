"""Warnings about rules that are out of reach, said twice, or without effect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_library import policies, templates
from clearmix_rules import PolicySource, Request, Severity, check
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.trying.situation import Situation

HEAD = (
    'policy "T" version 1\nby label x\nin force from 2026-03-01 until 2026-12-31\nconsent: opt-in\n'
)


def found(rules: str, head: str = HEAD):
    return check(PolicySource("t.rights", head + rules))


UNREACHABLE = [
    "tier is free and tier is plus",
    "tier is free and not (tier is free or basic)",
    "tier is none of free, basic, plus, premium, studio",
    "length is over 90 seconds and length is under 30 seconds",
    "length is under 0 seconds",
    "length is between 30 and 60 seconds and length is at least 61 seconds",
    "listener is verified and listener is not verified",
    "territory is EU and territory is US",
    "territory is none of worldwide",
    "style-of is given and style-of is ada-wren and style-of is bo-lind",
    "style-of is given and style-of is not given",
    "today is before 2026-04-01 and today is after 2026-05-01",
    "any artist is minor and not (any artist is minor)",
    "either tier is free and tier is plus or else use is social and use is private",
    "not (either tier is free or else tier is not free)",
    "styles has house and styles has none of house",
]  # fmt: skip


@pytest.mark.parametrize("when", UNREACHABLE)
def test_a_rule_whose_conditions_exclude_one_another_is_named(when):
    (one,) = found(f'rule a: forbid remix when {when} reason "r"\n')
    assert (one.severity, one.code, one.line, one.column) == (Severity.WARNING, "unreachable", 5, 6)
    assert one.message == "the rule `a` can never apply: its conditions exclude one another"


REACHABLE = [
    "tier is free or plus and tier is plus or basic",
    "length is over 30 seconds and length is under 31 seconds",
    "length is at least 30 seconds and length is at most 30 seconds",
    "territory is EU and territory is not FR",
    "either tier is free or else tier is plus",
    "style-of is given and style-of is not ada-wren",
    "styles has house and styles has techno",
    "any artist is minor and not (every artist is minor)",
    "today is 2026-12-31",
    "today is within 14 days of release-date",
]


@pytest.mark.parametrize("when", REACHABLE)
def test_a_rule_that_can_apply_is_left_alone(when):
    assert found(f'rule a: forbid remix when {when} reason "r"\n') == ()


def test_unless_and_limits_count_as_conditions():
    (one,) = found('rule a: forbid remix when tier is free unless use is private or tier is free\n'
                   .replace("use is private or tier is free", "tier is free or basic")
                   + 'reason "r"\n')  # fmt: skip
    assert one.code == "unreachable"
    (one,) = found(
        "rule a: permit remix when length is over 2 minutes\n"
        'provided length is at most 90 seconds reason "r"\n'
    )
    assert one.code == "unreachable"


def test_a_rule_for_days_on_which_the_policy_is_not_in_force_is_named():
    (one,) = found('rule a: forbid remix when today is before 2026-03-01 reason "r"\n')
    assert one.message == "the rule `a` can never apply while the policy is in force"
    assert found('rule a: forbid remix when today is on or before 2026-03-01 reason "r"\n') == ()


def test_a_choice_that_never_holds_is_named_at_its_place():
    (one,) = found(
        "rule a: forbid remix when tier is free\n"
        ' and either tier is plus or else use is social reason "r"\n'
    )
    assert (one.line, one.column) == (6, 13)
    assert one.message == "this choice of `a` can never hold beside the other conditions"


SHADOWED = [
    ("permit remix", "forbid any use"),
    ("permit remix or cover", "forbid cover, remix or edit"),
    ("permit remix of tracks under x", "forbid remix"),
    ("permit remix of tracks by a", "forbid remix of tracks by a or b"),
    (
        "permit remix when tier is free and use is social",
        "forbid any use when tier is free or basic",
    ),
    (
        "permit remix when length is under 30 seconds",
        "forbid remix when length is under 40 seconds",
    ),
]
NOT_SHADOWED = [
    ("permit remix", "forbid cover"),
    ("permit any use", "forbid remix"),
    ("permit remix", "forbid remix of tracks by a"),
    ("permit remix of tracks under a", "forbid remix of tracks by a"),
    ("permit remix", "forbid any use when tier is free"),
    ("permit remix", "forbid any use unless listener is verified"),
    ("permit remix when tier is free", "forbid any use when use is social"),
]


@pytest.mark.parametrize(("permit", "forbid"), SHADOWED)
def test_a_permit_that_a_forbid_covers_is_named(permit, forbid):
    (one,) = found(f'rule p: {permit} reason "p"\nrule f: {forbid} reason "f"\n')
    assert (one.code, one.line) == ("shadowed", 5)
    assert one.message == "the permit `p` has no effect: `f` forbids all of it"


@pytest.mark.parametrize(("permit", "forbid"), NOT_SHADOWED)
def test_a_permit_that_has_an_effect_is_left_alone(permit, forbid):
    assert found(f'rule p: {permit} reason "p"\nrule f: {forbid} reason "f"\n') == ()


def test_rules_and_reasons_that_are_there_twice_are_named():
    rules = (
        'rule a: permit remix or cover when tier is free reason "One."\n'
        'rule b: permit cover, remix when tier is free reason "Two."\n'
        'rule c: permit edit reason "one."\n'
    )
    assert [(one.code, one.line) for one in found(rules)] == [("duplicate", 6), ("same-reason", 7)]


def test_a_permit_of_the_platform_without_duties_is_explained():
    (one,) = found('rule a: permit any use reason "r"\n', 'policy "T" version 1\nby platform\n')
    assert one.code == "platform-permit"
    assert "only add duties" in one.message


def test_the_shipped_policies_have_no_warnings():
    for source in (*policies(), *templates()):
        assert check(source) == ()


TESTS = st.sampled_from(
    ["tier is free", "tier is plus or free", "not (tier is plus)", "length is over 60 seconds",
     "length is at most 60 seconds", "listener is verified", "use is private", "use is not private",
     "territory is GB", "territory is EU", "length is exactly 60 seconds"]
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"(either {two[0]} or else {two[1]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=6,
)


@given(
    CONDITIONS,
    st.sampled_from(["free", "plus"]),
    st.sampled_from([30_000, 60_000, 90_000]),
    st.booleans(),
    st.sampled_from(["private", "social"]),
    st.sampled_from(["GB", "FR", "US"]),
)
def test_a_rule_that_is_said_to_be_out_of_reach_never_applies(
    when, tier, length, verified, use, territory
):
    head = 'policy "T" version 1\nby label x\nconsent: opt-out\n'
    source = PolicySource("t.rights", f'{head}rule a: forbid any use when {when} reason "r"\n')
    policy, findings = check_policy(source)
    if not any(one.code == "unreachable" and one.column == 6 for one in findings.diagnostics):
        return
    situation = Situation([policy])
    situation.facts["listener"] |= {"tier": tier, "verified": verified}
    situation.facts["request"] |= {"length": length, "use": use, "territory": territory}
    decision = PolicySet.load([source]).decide(Request.from_json(situation.request()))
    assert decision.permitted
