"""The laws of the language, on drawn policies and requests."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules import Outcome, PolicySet, PolicySource, Request

PARTIES = ["label northlight", "artist ada-wren", "writer j-smith", "publisher hollow-tree"]
CONDITIONS = [
    "tier is free or plus",
    "use is private",
    "length is at most 60 seconds",
    "not territory is GB or IE",
    "either listener is verified or else strength is under 30%",
    "any artist is minor",
    "today is before 2026-06-01",
    "styles has house",
]
DUTIES = [
    "length is at most 80 seconds",
    "length is at least 70 seconds",
    "royalty is at least 40% of revenue to {}",
    "approval by {} within 10 days",
    "credit artist",
    "watermark with only {}",
]

rules = st.tuples(
    st.sampled_from(["permit", "forbid"]),
    st.sampled_from(["any use", "remix", "cover", "remix or speed-change"]),
    st.none() | st.sampled_from(CONDITIONS),
    st.none() | st.sampled_from(CONDITIONS),
    st.lists(st.sampled_from(DUTIES), max_size=2, unique=True),
)
documents = st.tuples(
    st.sampled_from(PARTIES),
    st.sampled_from(["opt-in", "opt-out"]),
    st.lists(rules, max_size=4),
)
changes = st.fixed_dictionaries(
    {
        "request.actions": st.sampled_from([["remix"], ["cover"], ["remix", "speed-change"]]),
        "request.length": st.sampled_from([50_000, 75_000, 90_000]),
        "request.territory": st.sampled_from(["GB", "US"]),
        "request.use": st.sampled_from(["private", "social"]),
        "listener.tier": st.sampled_from(["free", "studio"]),
        "listener.verified": st.booleans(),
        "parties.northlight.default-consent": st.sampled_from(["opt-in", "opt-out"]),
    }
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def write(document, number: int, rng: random.Random | None = None) -> PolicySource:
    by, consent, drawn = document
    party = by.split()[1]
    lines = [f'policy "P{number}" version 1', f"by {by}", f"consent: {consent}"]
    numbered = list(enumerate(drawn))
    if rng is not None:
        rng.shuffle(numbered)
    for index, (effect, actions, when, unless, duties) in numbered:
        lines.append(f"rule r{index}: {effect} {actions}")
        lines += [f"  when {when}"] if when else []
        lines += [f"  unless {unless}"] if unless else []
        if duties and effect == "permit":
            lines.append("  provided")
            lines += [f"    {duty.format(party)}" for duty in duties]
        lines.append(f'  reason "Rule {index}."')
    return PolicySource(f"p{number}.rights", "\n".join(lines))


def ask(sources, said):
    return PolicySet.load(sources).decide(Request.from_json(said))


@quick
@given(st.lists(documents, max_size=4), changes, st.randoms(use_true_random=False))
def test_no_order_of_files_or_rules_changes_a_decision(facts, drawn, changed, rng: random.Random):
    said = facts(changed)
    first = ask([write(one, number) for number, one in enumerate(drawn)], said)
    numbered = list(enumerate(drawn))
    rng.shuffle(numbered)
    second = ask([write(one, number, rng) for number, one in numbered], said)
    assert second == first
    assert second.hash == first.hash


@quick
@given(st.lists(documents, max_size=3), changes, st.sampled_from(PARTIES), st.integers(0, 3))
def test_forbid_beats_permit_wherever_it_stands(facts, drawn, changed, by, place):
    sources = [write(one, number) for number, one in enumerate(drawn)]
    forbid = PolicySource(
        "no.rights", f'policy "No" version 1\nby {by}\nrule no: forbid any use reason "No."\n'
    )
    sources.insert(min(place, len(sources)), forbid)
    assert ask(sources, facts(changed)).outcome is Outcome.FORBIDDEN


@quick
@given(st.lists(documents, max_size=3), changes, documents)
def test_a_document_of_one_party_never_enlarges_what_another_permits(facts, drawn, changed, added):
    """Whatever one party adds, another that refuses goes on refusing."""
    said = facts(changed)
    adder = added[0]
    others = [one for one in drawn if one[0] != adder]
    sources = [write(one, number) for number, one in enumerate(others)]
    open_party = adder.split()[1]
    # All that the adding party could ever say yes to is granted before: only others can refuse.
    free = {**said, "parties": {**said["parties"], open_party: {
        **said["parties"][open_party], "default-consent": "opt-out"}}}  # fmt: skip
    before = ask(sources, free)
    after = ask([*sources, write(added, 99)], free)
    refused = (Outcome.NOT_PERMITTED, Outcome.IN_ERROR, Outcome.FORBIDDEN)
    if before.outcome in refused:
        assert after.outcome.rank >= before.outcome.rank


@quick
@given(st.lists(documents, max_size=3), changes, st.lists(rules, max_size=3))
def test_no_permit_of_the_platform_grants_anything(facts, drawn, changed, added):
    sources = [write(one, number) for number, one in enumerate(drawn)]
    said = facts(changed)
    lines = [f'rule r{n}: permit {one[1]} reason "r"' for n, one in enumerate(added)]
    platform = PolicySource(
        "platform.rights", "\n".join(['policy "Platform" version 1', "by platform", *lines])
    )
    assert ask([*sources, platform], said).outcome is ask(sources, said).outcome


@quick
@given(st.lists(documents, min_size=1, max_size=4), changes)
def test_a_permitted_request_keeps_the_limits_that_it_is_permitted_under(facts, drawn, changed):
    sources = [write(one, number) for number, one in enumerate(drawn)]
    decision = ask(sources, facts(changed))
    if decision.outcome in (Outcome.PERMITTED, Outcome.REFERRED):
        bounds = decision.duties.bounds("length")
        assert (bounds.least or 0) <= changed["request.length"]
        assert bounds.greatest is None or changed["request.length"] <= bounds.greatest
        assert decision.duties.conflict() is None


@quick
@given(st.lists(documents, min_size=1, max_size=3), changes)
def test_following_every_shortfall_the_listener_can_change_leads_no_further_away(
    facts, drawn, changed
):
    sources = [write(one, number) for number, one in enumerate(drawn)]
    said = facts(changed)
    decision = ask(sources, said)
    usable = {"at-most": max, "at-least": min}
    if not decision.shortfalls or not all(
        one.changeable and one.operator in usable and one.attribute == "length"
        for one in decision.shortfalls
    ):
        return
    most = [one.values[0] for one in decision.shortfalls if one.operator == "at-most"]
    least = [one.values[0] for one in decision.shortfalls if one.operator == "at-least"]
    wanted = min(most) if most else max(least)
    if least and wanted < max(least):
        pytest.skip("the two rule each other out")
    after = ask(sources, facts({**changed, "request.length": wanted}))
    assert after.outcome.rank <= decision.outcome.rank
