"""What always holds of the nearest permitted request, on drawn policies and requests."""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules import SCHEMA, Outcome, PolicySet, PolicySource, Request, nearest
from clearmix_rules.deciding.nearest_formula import holds
from clearmix_rules.deciding.nearest_needs import Aim, needs
from clearmix_rules.deciding.parties import asked_for

PARTIES = ["label northlight", "artist ada-wren", "writer j-smith", "platform"]
CONDITIONS = [
    "use is private or in-app",
    "use is not social",
    "length is at most 60 seconds",
    "length is between 30 and 70 seconds",
    "tempo-change is over 10%",
    "not territory is GB",
    "either tempo-change is under 5% or else length is over 80 seconds",
    "styles has house or disco",
    "styles has none of house, disco",
    "parts-used has all of drums, bass",
    "style-of is given and style-of is ada-wren",
    "voice is imitated",
    "lyrics is kept",
    "artist's voice-consent has this use",
    "any artist is minor",
    "any performer is minor",
    "either any performer is minor or else length is at most 60 seconds",
    "length is at most 60 seconds and every performer is minor",
    "style-of is given and style-of is j-smith and length is over 60 seconds",
    "today is within 14 days of release-date",
    "tier is studio",
    'era is like "19*"',
    "actions has speed-change",
]
DUTIES = [
    "length is at most 80 seconds",
    "length is at least 70 seconds",
    "tempo-change is at most 8%",
    "royalty is at least 60% of revenue to {}",
    "approval by {} within 10 days",
]
ACTIONS = [
    ["remix"],
    ["cover"],
    ["remix", "voice-imitation"],
    ["edit", "speed-change"],
    ["remix", "lyric-change", "style-imitation"],
]
drawn_rules = st.tuples(
    st.sampled_from(["permit", "permit", "forbid"]),
    st.sampled_from(["any use", "remix", "remix or edit", "voice-imitation", "cover"]),
    st.none() | st.sampled_from(CONDITIONS),
    st.none() | st.sampled_from(CONDITIONS),
    st.lists(st.sampled_from(DUTIES), max_size=2, unique=True),
)
WINDOWS = ["", "in force from 2026-11-23", "in force until 2026-11-22", "in force until 2026-11-23"]
drawn_policies = st.lists(
    st.tuples(
        st.sampled_from(PARTIES),
        st.sampled_from(["", "opt-in", "opt-out", "delegated to j-smith"]),
        st.sampled_from(WINDOWS),
        st.lists(drawn_rules, min_size=1, max_size=3),
    ),
    max_size=4,
)
LENGTHS = [20_000, 60_000, 75_000, 90_000]
TEMPOS = [0, 400, 900, 2_000]
USES = ["private", "social", "advert"]
drawn_consents = st.fixed_dictionaries(
    {
        "party": st.sampled_from(["northlight", "ada-wren", "j-smith"]),
        "answer": st.sampled_from(["allow", "allow", "refuse"]),
        "kind": st.sampled_from(["any", "remix", "cover", "voice-imitation"]),
        "recording": st.sampled_from([None, "greensleeves", "another"]),
        "work": st.sampled_from([None, "w1", "another"]),
        "territory": st.sampled_from([None, "GB", "US"]),
        "from": st.sampled_from([None, "2026-11-23", "2026-11-24"]),
        "until": st.sampled_from([None, "2026-11-22", "2026-11-23"]),
        "existing": st.sampled_from(["keep", "remove"]),
        "recorded-at": st.sampled_from([None, "2026-10-01T00:00:00Z", "2026-11-10T00:00:00Z"]),
    }
)
drawn_requests = st.fixed_dictionaries(
    {
        "request.actions": st.sampled_from(ACTIONS),
        "request.length": st.sampled_from(LENGTHS),
        "request.use": st.sampled_from(USES),
        "sound.tempo-change": st.sampled_from(TEMPOS),
        "sound.styles": st.sampled_from([[], ["house"], ["house", "disco", "jazz"]]),
        "listener.tier": st.sampled_from(["free", "studio"]),
        "parties.ada-wren.minor": st.booleans(),
        "parties.ada-wren.voice-consent": st.sampled_from([[], ["private", "public"]]),
        "tracks.0.performers": st.sampled_from([[], ["j-smith"], ["nobody-knows"]]),
        "tracks.0.release-date": st.sampled_from(["2026-01-01", "2026-11-22"]),
        "time-zone": st.sampled_from(["Europe/London", None]),
        "parties.hollow-tree.default-consent": st.sampled_from(["opt-out", "delegated to j-smith"]),
        "consents": st.lists(drawn_consents, max_size=2),
        "request.rendered-at": st.sampled_from([None, "2026-11-01T00:00:00Z"]),
    }
)
thorough = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])


def load(drawn) -> PolicySet:
    sources = []
    for number, (by, consent, window, rules) in enumerate(drawn):
        lines = [f'policy "P{number}" version 1', f"by {by}"]
        lines += [window] if window else []
        if consent and by != "platform":
            lines.append(f"consent: {consent.replace('j-smith', _other(by))}")
        for index, (effect, actions, when, unless, duties) in enumerate(rules):
            lines.append(f"rule r{index}: {effect} {actions}")
            lines += [f"  when {when}"] if when else []
            lines += [f"  unless {unless}"] if unless else []
            if duties and effect == "permit":
                lines.append("  provided")
                lines += [f"    {duty.format('northlight')}" for duty in duties]
            lines.append(f'  reason "Rule {index}."')
        sources.append(PolicySource(f"p{number}.rights", "\n".join(lines)))
    return PolicySet.load(sources)


def _other(by: str) -> str:
    """Nobody may delegate to itself, nor in a circle."""
    return "hollow-tree" if by.endswith("j-smith") else "j-smith"


def asked(facts, changes) -> Request:
    said = facts(changes)
    if "voice-imitation" in changes["request.actions"]:
        said["sound"] |= {"voice": "imitated", "vocals": "changed"}
    if "style-imitation" in changes["request.actions"]:
        said["sound"] |= {"style-of": "j-smith", "lyrics": "translated"}
    return Request.from_json(said)


GOOD = (Outcome.PERMITTED, Outcome.REFERRED)
CHANGEABLE = frozenset(
    key for key, row in SCHEMA.attributes.items() if row.changeable and key != "request.actions"
)


@thorough
@given(drawn_policies, drawn_requests, st.booleans())
def test_the_needs_of_all_parties_say_what_a_decision_says(facts, drawn, changes, outright) -> None:
    policies, request = load(drawn), asked(facts, changes)
    outcome = policies.decide(request).outcome
    if outcome is Outcome.TERMS_CANNOT_BE_MET:  # which the needs know nothing of
        return
    formula = needs(policies, request, Aim(asked_for(request), CHANGEABLE, outright))
    assert holds(formula, request.facts) is (outcome in GOOD[: 1 if outright else 2])


@thorough
@given(drawn_policies, drawn_requests)
def test_what_is_found_is_decided_to_be_permitted(facts, drawn, changes) -> None:
    policies, request = load(drawn), asked(facts, changes)
    found = nearest(policies, request)
    if policies.decide(request).outcome is Outcome.PERMITTED:
        assert found is not None
        assert found.changes == ()
    if found is not None:
        decision = policies.decide(found.request)
        assert decision.outcome in GOOD
        assert decision == found.decision


@thorough
@given(drawn_policies, drawn_requests)
def test_only_what_a_listener_can_ask_for_is_changed(facts, drawn, changes) -> None:
    request = asked(facts, changes)
    found = nearest(load(drawn), request)
    if found is None:
        return
    assert (found.request.tracks, found.request.parties) == (request.tracks, request.parties)
    assert (found.request.now, found.request.consents) == (request.now, request.consents)
    for key in {*request.facts, *found.request.facts}:
        if request.facts.get(key) != found.request.facts.get(key):
            assert SCHEMA.attributes[key].changeable
    assert found.request.actions <= request.actions


@thorough
@given(drawn_policies, drawn_requests)
def test_no_fewer_changes_are_found_by_trying_a_grid(facts, drawn, changes) -> None:
    policies, request = load(drawn), asked(facts, changes)
    fewest = None
    for length, tempo, use in product(
        [*LENGTHS, 30_000, 70_000, 80_000, 80_001], [*TEMPOS, 499, 800, 1_000], USES
    ):
        grid = {"request.length": length, "sound.tempo-change": tempo, "request.use": use}
        count = sum(grid[key] != changes[key] for key in grid)
        if (fewest is None or count < fewest) and policies.decide(
            asked(facts, {**changes, **grid})
        ).permitted:
            fewest = count
    if fewest is not None:
        found = nearest(policies, request)
        assert found is not None
        assert found.decision.permitted
        assert len(found.changes) <= fewest


@thorough
@given(
    drawn_policies,
    drawn_requests,
    st.sampled_from(
        [
            ("request.length", [30_000, 60_000, 70_000, 80_000, 80_001]),
            ("sound.tempo-change", [0, 499, 800, 1_000, 1_001]),
        ]
    ),
)
def test_no_smaller_change_of_one_number_would_do(facts, drawn, changes, tried) -> None:
    policies = load(drawn)
    found = nearest(policies, asked(facts, changes))
    key, values = tried
    if found is None or [one.attribute for one in found.changes] != [SCHEMA.attributes[key].name]:
        return
    moved = abs(found.changes[0].value - changes[key])
    for value in values:
        if abs(value - changes[key]) < moved:
            other = policies.decide(asked(facts, {**changes, key: value}))
            assert other.outcome is not Outcome.PERMITTED


@thorough
@given(drawn_policies, drawn_requests, st.sampled_from([0, 499, 10_000, 45_000, 65_000, 300_000]))
def test_the_words_hold_for_every_value_that_they_name(facts, drawn, changes, length) -> None:
    """With a single change of the length, any length within the words is permitted too."""
    policies, request = load(drawn), asked(facts, changes)
    found = nearest(policies, request)
    if found is None or [one.attribute for one in found.changes] != ["length"]:
        return
    words = found.changes[0].words.removeprefix("at ")
    if not _within(length, words):
        return
    outcome = policies.decide(asked(facts, {**changes, "request.length": length})).outcome
    # At another length further permits may apply, whose terms contradict only together.
    assert outcome in (*GOOD[: 1 + GOOD.index(found.decision.outcome)], Outcome.TERMS_CANNOT_BE_MET)


def _within(length: int, words: str) -> bool:
    numbers = [int(float(word) * 1_000) for word in words.split() if word[0].isdigit()]
    if words.startswith("less than"):
        return length < numbers[0]
    if words.startswith("more than"):
        return length > numbers[0]
    if words.endswith("or less"):
        return length <= numbers[0]
    if words.endswith("or more"):
        return length >= numbers[0]
    return numbers[0] <= length <= numbers[-1]
