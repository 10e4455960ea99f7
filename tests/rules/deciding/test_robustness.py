"""Requests and policies of any size get an answer: no crash, no hang, no silent permit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clearmix_rules import Outcome, PolicySet, PolicySource, Request
from clearmix_rules.deciding.policies import _MOST_KEPT


def load(texts):
    return PolicySet.load(
        [PolicySource(f"p{number}.rights", text) for number, text in enumerate(texts)]
    )


@pytest.fixture
def crowd(facts):
    """A request for a track of many artists, who all answer alike."""

    def make(default: str, count: int = 10_000, **changes: object) -> Request:
        said = facts(changes)
        artists = [f"a{number}" for number in range(count)]
        said["tracks"][0]["artists"] = artists
        one = {**said["parties"]["ada-wren"], "default-consent": default}
        said["parties"] |= dict.fromkeys(artists, one)
        return Request.from_json(said)

    return make


@pytest.mark.parametrize(
    ("default", "outcome", "reasons"),
    [
        ("opt-out", Outcome.PERMITTED, 1),
        ("opt-in", Outcome.NOT_PERMITTED, 10_000),
        ("delegated to northlight", Outcome.PERMITTED, 1),
        ("delegated to nobody-known", Outcome.NOT_PERMITTED, 1),
    ],
)
def test_ten_thousand_parties_are_all_asked(crowd, default, outcome, reasons):
    decision = PolicySet([]).decide(crowd(default))
    assert decision.outcome is outcome
    assert len(decision.reasons) == reasons


def test_a_circle_of_ten_thousand_delegations_is_in_error(crowd):
    request = crowd("opt-in")
    parties = {
        f"a{n}": replace(
            request.parties[f"a{n}"], default_consent="delegated", delegate=f"a{(n + 1) % 10_000}"
        )
        for n in range(10_000)
    }
    decision = PolicySet([]).decide(replace(request, parties={**request.parties, **parties}))
    assert decision.outcome is Outcome.IN_ERROR
    assert "is delegated too often: a0 -> a1" in decision.reasons[0].text


def test_delegations_that_part_and_meet_again_take_no_time_to_follow(facts):
    """Each of twenty parties delegates to two who meet again: a million ways, forty parties."""
    texts = [
        f'policy "to {to}" version 1\nby owner {side}{n}\nconsent: delegated to {to}{n + 1}\n'
        for n in range(20)
        for side in "ab"
        for to in "ab"
    ]
    texts.append('policy "P" version 1\nby label northlight\nconsent: delegated to a0\n')
    decision = load(texts).decide(Request.from_json(facts()))
    assert decision.outcome is Outcome.NOT_PERMITTED
    assert [one.party for one in decision.reasons] == ["a20", "b20"]


def test_the_terms_of_very_many_are_merged_or_found_to_contradict(crowd, policy):
    count = 500
    texts = [
        policy(
            f"rule r: permit remix provided royalty is at least 0.01% of revenue to a{n} "
            f'label reads "L{n}" reason "R"',
            by=f"artist a{n}",
        )
        for n in range(count)
    ]
    permitted = load(texts).decide(crowd("opt-out", count))
    assert permitted.permitted
    assert len(permitted.duties.labels) == len(permitted.duties.royalties) == count
    greedy = [text.replace("0.01%", "1%") for text in texts]
    refused = load(greedy).decide(crowd("opt-out", count))
    assert refused.outcome is Outcome.TERMS_CANNOT_BE_MET
    assert len(refused.rules) == 101


def test_limits_of_very_many_that_rule_each_other_out_refuse(crowd, policy):
    count = 500
    texts = [
        policy(
            f"rule r: permit remix provided length is at {'most 60' if n % 2 else 'least 70'} "
            'seconds reason "R"',
            by=f"artist a{n}",
        )
        for n in range(count)
    ]
    decision = load(texts).decide(crowd("opt-out", count, **{"request.length": 65_000}))
    assert decision.outcome is Outcome.TERMS_CANNOT_BE_MET


def test_ten_thousand_parents_above_a_label_are_climbed_and_bind(facts, policy):
    request = Request.from_json(facts())
    label = request.parties["northlight"]
    parents = {f"g{n}": replace(label, id=f"g{n}", parent=f"g{n + 1}") for n in range(10_000)}
    above = {**request.parties, **parents, "northlight": replace(label, parent="g0")}
    forbid = policy('rule no: forbid remix of tracks under g9999 reason "No."', by="group g9999")
    assert load([forbid]).decide(replace(request, parties=above)).outcome is Outcome.FORBIDDEN


def test_a_mashup_of_a_thousand_tracks_asks_for_each(facts, policy):
    said = facts({"request.actions": ["mashup"]})
    said["tracks"] = [{**said["tracks"][0], "id": f"t{n}"} for n in range(1_000)]
    texts = [policy('rule r: permit mashup provided label reads "{title}" reason "r"')]
    assert load(texts).decide(Request.from_json(said)).permitted
    said["tracks"][999]["label"] = "elsewhere"
    said["parties"]["elsewhere"] = {**said["parties"]["northlight"], "default-consent": "opt-in"}
    decision = load(texts).decide(Request.from_json(said))
    assert [one.track for one in decision.reasons] == ["t999"]


def test_a_pattern_of_many_stars_is_matched_in_no_time(facts, policy):
    text = policy(f'rule r: forbid remix when title is like "{"*a" * 40}*b" reason "r"')
    titles = {"a" * 100_000: Outcome.NOT_PERMITTED, "a" * 100_000 + "b": Outcome.FORBIDDEN}
    for title, outcome in titles.items():
        request = Request.from_json(facts({"tracks.0.title": title}))
        assert load([text]).decide(request).outcome is outcome


def test_a_policy_of_thousands_of_rules_is_asked_in_parts(facts):
    rules = "".join(
        f'rule r{n}: permit remix when length is at most {n + 1} ms and tier is free reason "r"\n'
        for n in range(2_000)
    )
    policies = load([f'policy "P" version 1\nby label northlight\nconsent: opt-in\n{rules}'])
    assert not policies.decide(Request.from_json(facts())).permitted
    yes = policies.decide(Request.from_json(facts({"listener.tier": "free", "request.length": 1})))
    assert len(yes.rules) == 2_000


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", [None, "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_the_calendar_are_days_like_any_other(facts, policy, now, zone):
    window = "in force from 1850-01-01 local time\nconsent:"
    text = policy('rule r: forbid any use when today is on or after 1850-01-01 reason "r"')
    request = Request.from_json(facts({"now": now, "time-zone": zone}))
    decision = load([text.replace("consent:", window)]).decide(request)
    assert decision.outcome in (Outcome.FORBIDDEN, Outcome.PERMITTED)


def test_a_value_of_a_wrong_type_is_an_error_of_the_rule_that_reads_it(facts, policy):
    """Only a request that was not read from JSON can have one."""
    request = Request.from_json(facts())
    broken = replace(request, facts={**request.facts, "request.length": "long"})
    forbid = policy('rule f: forbid remix when length is over 1 second reason "r"')
    decision = load([forbid]).decide(broken)
    assert decision.outcome is Outcome.IN_ERROR
    assert decision.reasons[0].failing == ("`length` has a value that it cannot have",)
    permit = policy('rule p: permit remix when length is over 1 second reason "r"')
    assert load([permit]).decide(broken).outcome is Outcome.NOT_PERMITTED


def test_what_is_kept_is_bounded(facts):
    policies = PolicySet([])
    request = Request.from_json(facts())
    label = request.parties["northlight"]
    for number in range(_MOST_KEPT + 10):
        other = {**request.parties, "extra": replace(label, parent=f"p{number}")}
        policies.decide(replace(request, parties=other))
    assert 0 < len(policies._plans) <= _MOST_KEPT
