"""The engine says what the reference says, whatever it has kept from other requests."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules import PolicyErrors, PolicySet, PolicySource, Request, RequestError

from .reference import Reference

AUTHORS = ["platform", "label northlight", "group above", "artist ada-wren", "artist kid",
           "writer j-smith", "publisher hollow-tree", "owner manager"]  # fmt: skip
WINDOWS = [
    "", "", "",
    "in force from 2026-03-01 until 2026-11-23 local time",
    "in force from 2026-11-23 local time",
    "in force from 2026-11-23 in Pacific/Kiritimati",
    "in force until 2026-11-22 in Europe/London",
    "in force from 2026-11-23T12:00 local time",
    "in force until 2026-11-23T12:00Z",
]  # fmt: skip
ACTIONS = ["any use", "any use", "remix", "cover", "remix, speed-change or mashup",
           "voice-imitation", "style-imitation or lyric-change"]  # fmt: skip
SCOPES = ["", "", "", "", "of tracks under northlight", "of tracks under above",
          "of tracks by kid",
          "of tracks by ada-wren and kid", "of tracks written by j-smith",
          "of tracks published by hollow-tree", "of tracks owned by manager",
          "of track greensleeves", 'of work "w1"']  # fmt: skip
TESTS = [
    "tier is free or plus", "not use is private", "length is at most 60 seconds",
    "length is between 60 seconds and 80 seconds", "territory is any of GB or IE",
    "listener is verified", "strength is under 30%", "any artist is minor",
    "any artist is not minor", "every artist is not ada-wren", "no writer is not j-smith",
    "every artist's consents has none of remix", "any writer's consents has none of cover",
    "every artist is minor", "no performer is minor", "any performer is minor",
    "artist is deceased",
    "any writer is j-smith", "every artist's consents has this action",
    "any imitated-artist's voice-consent has this use", "today is on or after 2026-11-23",
    "today is within 14 days after release-date", "today is within 3 days of 2026-11-23",
    "release-date is before 2026-11-20", "now is after 2026-11-23T11:00Z", "styles has house",
    "styles has all of house, disco", "styles has only house", "actions has remix or mashup",
    'title is like "*green*s"', "label is under above", "uses-master is yes",
    "follows is given and follows has ada-wren", "renders-this-month is over 3",
    "artists has kid",
]  # fmt: skip
DUTIES = [
    "length is at most 70 seconds", "length is at least 60 seconds", "strength is at most 40%",
    "royalty is at least 40% of revenue to northlight", "royalty is at least 70% of revenue to kid",
    "approval by ada-wren within 10 days", "credit artist", "watermark with only mine",
    'label reads "{title} by {artist}, {writer} and {label}: 100%."', "keep records for 2 years",
]  # fmt: skip

conditions = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"(either {two[0]} or else {two[1]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=3,
)
rules = st.tuples(
    st.sampled_from(["permit", "permit", "forbid"]),
    st.sampled_from(ACTIONS),
    st.sampled_from(SCOPES),
    st.none() | conditions,
    st.none() | conditions,
    st.lists(st.sampled_from(DUTIES), max_size=3, unique=True),
    st.sampled_from(["As agreed.", "{artist} wrote “{title}” 50% of the time."]),
)
documents = st.tuples(
    st.sampled_from(AUTHORS),
    st.sampled_from(["opt-in", "opt-out", "opt-out", "opt-out", "delegated to manager", ""]),
    st.sampled_from(WINDOWS),
    st.integers(1, 3),
    st.booleans(),
    st.lists(rules, max_size=5),
)  # fmt: skip


def _which(document) -> tuple[object, ...]:
    """What may be there once: a version of a party's policy."""
    by, _, _, version, same, _ = document
    return (by, version) if same else (by, version, object())


sets = st.lists(documents, min_size=1, max_size=5, unique_by=_which)
consents = st.fixed_dictionaries(
    {
        "party": st.sampled_from(["ada-wren", "northlight", "j-smith", "manager"]),
        "answer": st.sampled_from(["allow", "refuse"]),
        "kind": st.sampled_from(["any", "remix", "cover"]),
    },
    optional={
        "recording": st.sampled_from(["greensleeves", "other"]),
        "work": st.just("w1"),
        "territory": st.sampled_from(["GB", "US"]),
        "from": st.sampled_from(["2026-11-23", "2026-11-24", "2026-11-23T12:00:00Z"]),
        "until": st.sampled_from(["2026-11-22", "2026-11-23"]),
        "existing": st.sampled_from(["keep", "remove"]),
        "recorded-at": st.just("2026-11-20T00:00:00Z"),
    },
)
defaults = st.sampled_from(["opt-in", "opt-out", "opt-out", "delegated to manager",
                            "delegated to ada-wren"])  # fmt: skip
requests = st.fixed_dictionaries(
    {
        "now": st.sampled_from(["2026-11-23T12:00:00Z", "2026-11-22T23:30:00Z",
                                "2026-11-23T10:00:00Z", "2025-01-01T00:00:00Z"]),
        "time-zone": st.sampled_from(["Europe/London", "Asia/Tokyo", None]),
        "request.actions": st.sampled_from([["remix"], ["cover"], ["remix", "speed-change"],
                                            ["cover", "voice-imitation"], ["mashup"],
                                            ["lyric-change"]]),
        "request.length": st.sampled_from([50_000, 65_000, 75_000]),
        "request.territory": st.sampled_from(["GB", "US"]),
        "request.use": st.sampled_from(["private", "social"]),
        "listener.tier": st.sampled_from(["free", "studio"]),
        "listener.verified": st.booleans(),
        "sound.voice": st.sampled_from(["original", "original", "imitated"]),
        "tracks.0.artists": st.sampled_from([["ada-wren"], ["ada-wren", "kid"], ["stranger"], []]),
        "tracks.0.performers": st.sampled_from([[], ["stranger"], ["kid", "stranger"]]),
        "tracks.0.owners": st.sampled_from([[], ["manager"]]),
        "tracks.0.release-date": st.sampled_from(["2020-01-01", "2026-11-20"]),
        "parties.northlight.default-consent": defaults,
        "parties.ada-wren.default-consent": defaults,
        "parties.hollow-tree.default-consent": defaults,
        "tracks.0.work": st.sampled_from([
            {"id": "w1", "writers": ["j-smith"], "publishers": ["hollow-tree"],
             "public-domain": False},
            {"writers": [], "publishers": [], "public-domain": True}, None]),
        "consents": st.lists(consents, max_size=2),
        "approvals": st.lists(
            st.fixed_dictionaries({"party": st.sampled_from(["ada-wren", "kid"]),
                                   "answer": st.sampled_from(["approve", "refuse"])}),
            max_size=1),
    },
    optional={
        "listener.follows": st.just(["ada-wren"]),
        "sound.style-of": st.just("kid"),
        "request.rendered-at": st.just("2026-11-01T00:00:00Z"),
        "second": st.sampled_from(["greensleeves", "other", "third"]),
    },
)  # fmt: skip


@st.composite
def families(draw):
    """A request and others that differ from it in a thing or two: what caches could mix up."""
    first = draw(requests)
    others = []
    for _ in range(draw(st.integers(1, 4))):
        changed = draw(requests)
        keys = draw(st.lists(st.sampled_from(sorted(first)), min_size=1, max_size=2, unique=True))
        keys += [key for key in changed if key not in first]
        others.append({**first, **{key: changed[key] for key in keys if key in changed}})
    return [first, *others]


thorough = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def write(document, number: int) -> PolicySource:
    by, consent, window, version, same, drawn = document
    lines = [f'policy "{"Terms" if same else f"P{number}"}" version {version}', f"by {by}"]
    lines += [window] if window else []
    lines += [f"consent: {consent}"] if consent and by != "platform" else []
    for index, (effect, actions, scope, when, unless, duties, reason) in enumerate(drawn):
        lines.append(f"rule r{index}: {effect} {actions} {scope}")
        lines += [f"  when {when}"] if when else []
        lines += [f"  unless {unless}"] if unless else []
        if duties and effect == "permit":
            lines += ["  provided", *(f"    {duty}" for duty in duties)]
        lines.append(f'  reason "{reason}"')
    return PolicySource(f"p{number}.rights", "\n".join(lines) + "\n")


def load(drawn) -> PolicySet | None:
    """The set, or None where the drawn policies do not go together (a cycle, one version twice)."""
    try:
        return PolicySet.load([write(one, number) for number, one in enumerate(drawn)])
    except PolicyErrors as error:
        codes = {one.code for one in error.diagnostics if one.severity == "error"}
        assert codes <= {"version", "delegation-cycle"}, str(error)
        return None


def ask(facts, changes) -> Request:
    changes = dict(changes)
    second = changes.pop("second", None)
    said = facts(changes)
    said["parties"]["northlight"]["parent"] = "above"
    plain = said["parties"]["ada-wren"]
    said["parties"]["above"] = {**plain, "kind": "group", "default-consent": "opt-out"}
    said["parties"]["kid"] = {**plain, "name": "Kid", "minor": True, "default-consent": "opt-out"}
    said["parties"]["manager"] = {**plain, "name": "The manager", "kind": "owner"}
    if second:
        other = copy.deepcopy(said["tracks"][0])
        said["tracks"].append({**other, "id": second, "label": None, "title": "Other"})
    return Request.from_json(said)


def said(decision) -> tuple[object, ...]:
    return (decision.outcome, decision.reasons, decision.rules, decision.duties,
            decision.shortfalls)  # fmt: skip


@thorough
@given(sets, families(), st.randoms())
def test_the_engine_says_what_the_reference_says_in_any_order_and_again(facts, drawn, asked, rng):
    policies = load(drawn)
    if policies is None:
        return
    questions = [ask(facts, one) for one in asked] * 2
    rng.shuffle(questions)
    for request in questions:
        assert said(policies.decide(request)) == Reference(policies, request).values()


@thorough
@given(sets, families())
def test_what_was_kept_from_other_requests_changes_no_hash(facts, drawn, asked):
    warm = load(drawn)
    if warm is None:
        return
    questions = [ask(facts, one) for one in asked]
    for request in questions:
        warm.decide(request)
    for request in questions:
        fresh = load(drawn).decide(Request.from_json(request.as_json()))
        assert warm.decide(request) == fresh
        assert warm.decide(request).hash == fresh.hash


@thorough
@given(
    st.lists(documents, max_size=4),
    requests,
    st.lists(st.integers(-72, 72), min_size=2, max_size=6),
)
def test_a_decision_at_another_time_is_what_the_reference_says_of_it(facts, drawn, asked, hours):
    policies = load(drawn)
    if policies is None:
        return
    request = ask(facts, asked)
    for each in hours:
        at = datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(hours=each)
        decision = policies.decide(request, valid_at=at)
        assert said(decision) == Reference(policies, request, at).values()


def test_a_decision_cannot_be_changed(decide, facts):
    decision = decide([], facts())
    for name in ("outcome", "reasons", "rules", "duties", "shortfalls", "hash", "record"):
        with pytest.raises(AttributeError):
            setattr(decision, name, None)


def test_decisions_are_equal_by_what_they_say(decide, facts, policy):
    text = policy('rule r: permit remix reason "Go on."')
    same = decide(text, facts({"request.length": 1_000})), decide(text, facts())
    assert same[0] == same[1]
    assert hash(same[0]) == hash(same[1])
    assert same[0].hash != same[1].hash
    assert same[0] != decide(text, facts({"request.actions": ["cover"]}))


def test_a_request_whose_time_has_no_zone_is_refused(facts):
    request = replace(Request.from_json(facts()), now=datetime(2026, 1, 1))
    with pytest.raises(RequestError, match="the time of the request has no zone") as caught:
        PolicySet([]).decide(request)
    assert caught.value.help == "give it in UTC"


def test_a_party_that_delegates_to_the_platform_is_refused_and_gets_nothing(facts, policy):
    said = facts({"parties.northlight.default-consent": "delegated to platform"})
    with pytest.raises(RequestError, match="cannot give consent for a party") as caught:
        Request.from_json(said)
    assert caught.value.help == "delegate to a label, a publisher or another party"
    request = Request.from_json(facts())
    party = replace(request.parties["northlight"], default_consent="delegated", delegate="platform")
    request = replace(request, parties={**request.parties, "northlight": party})
    text = policy('rule yes: permit any use reason "Go on."', by="platform")
    decision = PolicySet.load([PolicySource("p.rights", text)]).decide(request)
    assert decision.outcome.value == "not-permitted"
