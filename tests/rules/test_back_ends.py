"""Every back end of the language gives every track the outcome that one decision at a time gives.

A back end is a function of policies, an open request and tracks; adding one is a line below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from clearmix_rules import PolicySet, Request, Track
from clearmix_rules.proving import outcome
from clearmix_rules.querying import outcomes
from clearmix_rules.querying.loading import load_tracks

from .drawing import catalogues, policy_lists, requests

BackEnd = Callable[[PolicySet, Request, Sequence[Track]], list[str]]


def one_by_one(outcome: Callable[[PolicySet, Request], str]) -> BackEnd:
    """The back end that answers one request at a time."""
    return lambda policies, request, tracks: [
        outcome(policies, replace(request, tracks=(track,))) for track in tracks
    ]


def by_query(connect: Callable[[], Any]) -> BackEnd:
    """The back end that asks a database for all tracks at once."""

    def ask(policies: PolicySet, request: Request, tracks: Sequence[Track]) -> list[str]:
        table = outcomes(policies, request, load_tracks(tracks, connect()))
        answers = table.to_pyarrow().to_pydict()
        said = dict(zip(answers["id"], answers["outcome"], strict=True))
        return [said[track.id] for track in tracks]

    return ask


decide = one_by_one(lambda policies, request: policies.decide(request).outcome)
BACK_ENDS: Mapping[str, BackEnd] = {
    "DuckDB": by_query(ibis.duckdb.connect),
    "SQLite": by_query(ibis.sqlite.connect),
    "z3": one_by_one(outcome),
}


@pytest.mark.parametrize("name", BACK_ENDS)
# Without shrinking, which takes minutes where each case is a query; add Phase.shrink when it fails.
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(policy_lists, requests(), catalogues)
def test_a_back_end_gives_the_outcome_of_every_decision(name, sources, said, tracks):
    policies = PolicySet.load(sources)
    request = Request.from_json({**said, "tracks": tracks})
    expected = decide(policies, request, request.tracks)
    assert BACK_ENDS[name](policies, request, request.tracks) == expected
