"""Decisions: consents that parties have recorded, beside their rules."""

from __future__ import annotations

import pytest

from clearmix_rules import Outcome


def consent(**changes):
    return {"party": "ada-wren", "answer": "refuse", "kind": "remix", **changes}


def test_a_forbid_always_beats_an_allowance(decide, facts):
    both = [consent(answer="allow"), consent(answer="refuse")]
    for order in (both, both[::-1]):
        assert decide([], facts(consents=order)).outcome is Outcome.FORBIDDEN


def test_a_recorded_allowance_is_a_permit_without_duties(decide, facts, policy):
    artist = policy("", by="artist ada-wren")
    assert not decide(artist, facts()).permitted
    decision = decide(artist, facts(consents=[consent(answer="allow")]))
    assert decision.permitted
    assert [rule.rule for rule in decision.rules] == ["allowance of remix"]


@pytest.mark.parametrize(
    ("changes", "binds"),
    [
        ({}, True),
        ({"kind": "any"}, True),
        ({"kind": "cover"}, False),
        ({"recording": "greensleeves"}, True),
        ({"recording": "GBXXX2600001"}, True),
        ({"recording": "other"}, False),
        ({"work": "w1"}, True),
        ({"work": "other"}, False),
        ({"territory": "GB"}, True),
        ({"territory": "US"}, False),
        ({"from": "2026-11-23"}, True),
        ({"from": "2026-11-24"}, False),
        ({"until": "2026-11-23"}, True),
        ({"until": "2026-11-22"}, False),
        ({"party": "someone-else"}, False),
    ],
)
def test_a_consent_is_per_kind_recording_work_territory_and_date(decide, facts, changes, binds):
    decision = decide([], facts(consents=[consent(**changes)]))
    assert (decision.outcome is Outcome.FORBIDDEN) is binds


def test_a_refusal_spares_remixes_made_before_it_if_the_party_said_keep(decide, facts):
    made = {"request.rendered-at": "2026-11-01T00:00:00Z"}
    said = consent(**{"recorded-at": "2026-11-10T00:00:00Z"})
    keep, remove = {**said, "existing": "keep"}, {**said, "existing": "remove"}
    assert decide([], facts(made, consents=[keep])).permitted
    assert not decide([], facts(made, consents=[remove])).permitted
    assert not decide([], facts(consents=[keep])).permitted
    later = {"request.rendered-at": "2026-11-11T00:00:00Z"}
    assert not decide([], facts(later, consents=[keep])).permitted
