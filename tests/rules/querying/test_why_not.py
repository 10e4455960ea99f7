"""Why the rest may not be used: counts by reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from clearmix_rules import Outcome, PolicySet, PolicySource, Request
from clearmix_rules.querying import why_not
from clearmix_rules.querying.loading import load_tracks

from ..drawing import catalogues, policy_lists, requests


@pytest.fixture
def reasons():
    def ask(texts, said):
        policies = PolicySet.load(PolicySource(f"{n}.rights", text) for n, text in enumerate(texts))
        request = Request.from_json(said)
        return why_not(policies, request, load_tracks(request.tracks)).to_pyarrow().to_pylist()

    return ask


def test_each_rule_and_each_party_that_refuses_is_counted(reasons, facts, policy):
    said = facts({"parties.hollow-tree.default-consent": "opt-in"})
    (track,) = said["tracks"]
    said["tracks"] = [{**track, "id": f"t{n}", "explicit": n < 2} for n in range(3)]
    text = policy('rule clean: forbid any use when track is explicit reason "Not those."',
                  consent="opt-out")  # fmt: skip
    assert reasons([text], said) == [
        {"outcome": "not-permitted", "party": "hollow-tree", "policy": "", "rule": "",
         "says": "Hollow Tree has not agreed to it.", "tracks": 3},
        {"outcome": "forbidden", "party": "northlight", "policy": "label, northlight version 1",
         "rule": "clean", "says": "Not those.", "tracks": 2},
    ]  # fmt: skip


def test_a_broken_limit_names_the_permit_that_has_it(reasons, facts, policy):
    text = policy('rule short: permit remix provided length is at most 1 minute reason "Short."')
    found = reasons([text], facts())
    assert ("not-permitted", "short", 1) in [
        (one["outcome"], one["rule"], one["tracks"]) for one in found
    ]


def test_a_permitted_catalogue_has_no_reasons(reasons, facts):
    assert reasons([], facts()) == []


def test_a_track_of_nobody_is_refused_by_nobody(reasons, facts):
    said = facts({"tracks.0.label": None, "tracks.0.artists": [], "tracks.0.work": None})
    (one,) = reasons([], said)
    assert (one["party"], one["says"]) == ("", "Nobody is known who could allow it.")


# Without shrinking: a query takes a while, and a failure is small as it is drawn.
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(policy_lists, requests(), catalogues)
def test_the_worst_reason_of_a_track_is_its_outcome(sources, said, tracks):
    policies = PolicySet.load(sources)
    request = Request.from_json({**said, "tracks": tracks[:1]})
    outcome = policies.decide(request).outcome
    table = why_not(policies, replace(request, tracks=()), load_tracks(request.tracks))
    found = table.to_pyarrow().to_pylist()
    if outcome.rank < Outcome.NOT_PERMITTED.rank:
        assert found == []
    else:
        worst = max((Outcome(one["outcome"]) for one in found), key=lambda one: one.rank)
        assert worst is outcome
        assert {one["tracks"] for one in found} == {1}
