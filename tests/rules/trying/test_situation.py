"""The situation of a test: defaults for every fact that a request must state."""

from __future__ import annotations

import pytest

from clearmix_rules import Request, tree
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.source import PolicySource
from clearmix_rules.trying.situation import Situation


def policy(by: str, force: str = "") -> tree.Policy:
    text = f'policy "T" version 1\nby {by}\n{force}\nrule a: forbid remix reason "r"\n'
    found, _ = check_policy(PolicySource("t.rights", text))
    assert found is not None
    return found


def test_a_test_that_says_nothing_is_a_whole_request():
    request = Request.from_json(Situation(()).request())
    assert request.actions == {"remix"}
    assert [track.id for track in request.tracks] == ["track-1"]


@pytest.mark.parametrize(
    ("by", "fact"),
    [
        ("artist x", "track.artists"),
        ("owner x", "track.owners"),
        ("writer x", "work.writers"),
        ("publisher x", "work.publishers"),
    ],
)
def test_whoever_a_policy_speaks_for_has_a_say(by, fact):
    request = Request.from_json(Situation([policy(by)]).request())
    assert request.tracks[0].facts[fact] == ("x",)
    assert request.parties["x"].default_consent == "opt-in"


def test_two_artists_share_the_track():
    request = Request.from_json(Situation([policy("artist x"), policy("artist y")]).request())
    assert request.tracks[0].facts["track.artists"] == ("x", "y")


def test_today_is_the_day_after_the_last_policy_begins():
    situation = Situation([policy("label x", "in force from 2027-05-01"), policy("artist y")])
    assert situation.request()["now"] == "2027-05-02T11:00:00+00:00"
    early = Situation([policy("label x", "in force until 2020-05-01")])
    assert early.request()["now"] == "2026-01-01T12:00:00+00:00"
