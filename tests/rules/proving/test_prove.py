"""What is proven of every request, and the request that is shown where it is not."""

from __future__ import annotations

import time

import pytest

from clearmix_library.shelf import policies as library_policies
from clearmix_library.shelf import templates
from clearmix_rules import Outcome, PolicySet, PolicySource, Request
from clearmix_rules.proving import Status, library, prove, read_properties, within
from clearmix_rules.proving.encoding import Encoding
from clearmix_rules.proving.terms import no

NORTHLIGHT = """policy "Northlight" version 1
by label northlight
in force from 2026-03-01 until 2027-02-28 local time
consent: opt-in
rule short: permit remix of tracks under northlight
  when tier is plus or premium
  provided
    length is at most 90 seconds
    label reads "A remix."
    royalty is at least 15% of revenue to northlight
  reason "Short remixes."
rule new: forbid any use of tracks under northlight
  when today is within 14 days of release-date
  reason "Later."
"""


def test_the_shipped_library_keeps_every_property_of_the_library():
    policies = PolicySet.load([*library_policies(), *templates()])
    for one in prove(policies, library()):
        assert one.status is Status.PROVEN, one


@pytest.mark.parametrize("rule", ["no-adverts", "no-minors-voice", "children", "marked"])
def test_without_a_rule_of_the_baseline_a_property_is_broken(rule):
    (source,) = library_policies()
    head, *rules = source.text.split("\nrule ")
    kept = [one for one in rules if not one.startswith(f"{rule}:")]
    assert len(kept) == len(rules) - 1
    policies = PolicySet.load([PolicySource("b.rights", "\nrule ".join([head, *kept]))])
    broken = [one for one in prove(policies, library()) if one.status is Status.BROKEN]
    assert len(broken) == 1
    assert broken[0].example.decisions[0].permitted


def test_a_counterexample_is_a_plain_request_but_for_what_matters(verdict):
    found = verdict("never permitted when use is social", NORTHLIGHT)
    assert found.status is Status.BROKEN
    assert found.example.differences == ("use is social",)
    found = verdict("always permitted when territory is GB", NORTHLIGHT)
    assert found.example.differences == ("length is 91 seconds", "the track's label is northlight")


def test_a_counterexample_stops_just_beyond_a_limit(verdict):
    claim = "never refused of tracks under northlight when tier is plus and actions has only remix"
    found = verdict(f"{claim} and length is over 60 seconds", NORTHLIGHT)
    assert found.status is Status.BROKEN
    long = verdict("never permitted when label is northlight and length is over 80 seconds",
                   NORTHLIGHT)  # fmt: skip
    assert long.example.differences == ("length is 81 seconds", "the track's label is northlight")


def test_a_counterexample_replays_from_its_json(verdict, policies):
    found = verdict("never permitted when label is under northlight", NORTHLIGHT)
    decision = policies(NORTHLIGHT).decide(Request.from_json(found.example.request))
    assert decision == found.example.decisions[0]
    assert decision.permitted
    assert found.example.as_json()["outcomes"] == ["permitted"]


def test_parents_of_a_counterexample_make_the_label_tree(verdict):
    found = verdict("never permitted when label is under northlight and not label is northlight",
                    NORTHLIGHT)  # fmt: skip
    label = found.example.request["tracks"][0]["label"]
    assert found.example.request["parties"][label]["parent"] == "northlight"


ALWAYS = NORTHLIGHT.replace("in force from 2026-03-01 until 2027-02-28 local time\n", "")


def test_a_recorded_allowance_permits_what_no_rule_does(verdict):
    claim = (
        "never permitted of tracks under northlight when tier is free and actions has only remix"
    )
    found = verdict(claim, ALWAYS)
    assert found.status is Status.BROKEN
    assert "northlight has recorded that it allows remixes" in found.example.differences


def test_before_its_window_a_policy_binds_nobody(verdict):
    found = verdict("never permitted of tracks under northlight when tier is free", NORTHLIGHT)
    assert "now is 2026-02-28T12:00:00Z" in found.example.differences


def test_every_kind_of_claim_is_proven_where_it_holds(verdict):
    policy = NORTHLIGHT.replace("opt-in", "opt-out") + (
        'rule no: forbid any use when tier is free reason "No."\n'
        'rule ask: permit cover provided approval by northlight reason "Ask."\n'
    )
    for claim in (
        "never permitted of tracks under northlight when today is release-date and "
        "now is after 2026-04-01T00:00Z and now is before 2027-02-01T00:00Z",
        "permitted only when tier is not free unless now is after 2026-03-10T00:00Z",
        "never terms-cannot-be-met",
        "always forbidden of tracks under northlight when tier is free "
        "and today is between 2026-03-01 and 2027-02-28",
    ):
        found = verdict(claim, policy)
        if claim.startswith("permitted only"):
            assert found.status is Status.BROKEN
        else:
            assert found.status is Status.PROVEN, (claim, found.example)


def test_duties_are_proven_of_permits(verdict):
    policy = ALWAYS.replace("  provided\n", "  provided\n    credit artist\n")
    when = "when label is northlight and actions has remix"
    without = "unless any artist is minor"
    for demand in ("label", 'label "A remix."', "royalty to northlight", "credit artist"):
        # An allowance that is recorded is a permit without duties.
        found = verdict(f"every permit has {demand} {when} {without}", policy)
        assert found.status is Status.BROKEN
        assert any("recorded" in one for one in found.example.differences)
    platform = 'policy "P" version 1\nby platform\nrule a: permit any use provided mark with tags'
    marked = f'{platform}\n reason "All."\n'
    assert verdict("every permit has mark tags", marked, policy).status is Status.PROVEN
    assert verdict("every permit has mark c2pa", marked, policy).status is Status.BROKEN


def test_a_newer_version_that_stays_within_an_older_one_is_proven_to(policies):
    old, newer = policies(NORTHLIGHT), policies(NORTHLIGHT.replace("90 seconds", "60 seconds"))
    (stays,) = prove(newer, [within_of("old")], older={"old": old})
    assert stays.status is Status.PROVEN
    (leaves,) = prove(old, [within_of("new")], older={"new": newer})
    assert leaves.status is Status.BROKEN
    assert [one.outcome for one in leaves.example.decisions] == [
        Outcome.PERMITTED, Outcome.NOT_PERMITTED,
    ]  # fmt: skip


def within_of(name: str):
    (claim,) = read_properties(
        PolicySource("w", f'property stays: permits nothing that "{name}" refused')
    )
    return claim


def test_a_property_that_no_request_meets_says_nothing(verdict):
    found = verdict("never permitted when use is advert and use is private", NORTHLIGHT)
    assert found.status is Status.EMPTY
    assert verdict("never permitted when length is under 0 ms", NORTHLIGHT).status is Status.EMPTY
    nothing = 'policy "N" version 1\nby platform\nrule n: forbid any use reason "No."\n'
    assert verdict("every permit has label", nothing).status is Status.EMPTY


def test_a_party_that_no_policy_names_is_pointed_out_if_another_is_near(verdict):
    found = verdict("never permitted of tracks under nothlight", NORTHLIGHT)
    assert found.notes == ("No policy names `nothlight`; did you mean `northlight`?",)


def test_when_the_time_is_over_the_answer_is_unknown(policies):
    rules = "\n".join(
        f'rule r{n}: permit remix of tracks by a-{n} when length is over {n} ms provided\n'
        f'length is at most {n + 5000} ms reason "r"' for n in range(1500)
    )  # fmt: skip
    many = policies(f'policy "Many" version 1\nby label northlight\nconsent: opt-in\n{rules}\n')
    began = time.monotonic()
    found = prove(many, library(), seconds=0.5)
    assert {one.status for one in found} == {Status.UNKNOWN}
    assert time.monotonic() - began < 30


def test_a_counterexample_that_decide_does_not_confirm_is_called_a_mismatch(verdict, monkeypatch):
    """The encoding is broken on purpose: it no longer hears forbids."""
    honest = Encoding.at_least
    monkeypatch.setattr(Encoding, "at_least", lambda self, outcome: no(honest(self, outcome)))
    found = verdict("never permitted when use is social", NORTHLIGHT)
    assert found.status is Status.MISMATCH
    assert found.example is not None


def test_within_names_the_older_policies(tmp_path):
    claim = within(tmp_path / "v4.rights")
    assert claim.sentence == "Nothing is permitted that v4.rights refused."
    assert claim.other == str(tmp_path / "v4.rights")
