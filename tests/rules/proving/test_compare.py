"""Two versions compared: in which way answers change, what is said, what a catalogue feels."""

from __future__ import annotations

import json

import pytest

from clearmix_rules import Outcome, PolicySet, PolicySource
from clearmix_rules.errors import RightsError
from clearmix_rules.proving import Relation, compare, edits, impact, read_catalogue
from clearmix_rules.proving.comparison import Direction

OLD = """policy "Northlight" version 4
by label northlight
consent: opt-in
rule short: permit remix of tracks under northlight
  when tier is plus or premium
  provided
    length is at most 90 seconds
    royalty is at least 15% of revenue to northlight
  reason "Short remixes."
"""


def changed(before: str, after: str) -> str:
    assert before in OLD
    return OLD.replace("version 4", "version 5").replace(before, after)


def directions(comparison) -> set[str]:
    return {one.direction.value for one in comparison.changes}


def test_the_same_in_other_words_is_equivalent(policies):
    other = changed("plus or premium", "premium or plus").replace("90 seconds", "1.5 minutes")
    comparison = compare(policies(OLD), policies(other))
    assert comparison.relation is Relation.EQUIVALENT
    assert comparison.changes == ()


def test_less_is_stricter_and_more_is_looser(policies):
    less = policies(changed("plus or premium", "premium"))
    assert compare(policies(OLD), less).relation is Relation.STRICTER
    assert compare(less, policies(OLD)).relation is Relation.LOOSER


def test_less_here_and_more_there_is_incomparable_with_an_example_of_each(policies):
    comparison = compare(policies(OLD), policies(changed("plus or", "basic or")))
    assert comparison.relation is Relation.INCOMPARABLE
    looser, stricter = (
        next(one for one in comparison.changes if one.direction is direction)
        for direction in (Direction.LOOSER, Direction.STRICTER)
    )
    assert [one.outcome for one in looser.example.decisions] == ["not-permitted", "permitted"]
    assert [one.outcome for one in stricter.example.decisions] == ["permitted", "not-permitted"]
    assert "the listener's tier is basic" in looser.example.differences
    assert all(one.confirmed for one in comparison.changes)


def test_the_same_outcomes_with_other_duties_are_told_by_kind(policies):
    comparison = compare(policies(OLD), policies(changed("15%", "20%")))
    assert comparison.relation is Relation.SAME_OUTCOMES
    (change,) = comparison.changes
    assert (change.direction, change.about) == (Direction.OTHER_DUTIES, "royalty")
    rates = [one.duties.royalties[0].rate_bps for one in change.example.decisions]
    assert rates == [1_500, 2_000]


def test_an_approval_lies_between_a_permit_and_a_refusal(policies):
    asks = policies(changed("  provided\n", "  provided\n    approval by northlight\n"))
    comparison = compare(policies(OLD), asks)
    assert comparison.relation is Relation.STRICTER
    outcomes = [one.outcome for one in comparison.changes[0].example.decisions]
    assert outcomes == [Outcome.PERMITTED, Outcome.REFERRED]


def test_another_kind_of_refusal_is_no_change_in_strictness(policies):
    refusal = 'rule no: forbid any use of tracks under northlight when tier is free reason "No."\n'
    permits_nothing = OLD.split("rule short")[0]
    comparison = compare(policies(permits_nothing + 'rule a: forbid edit when tier is free'
                                  ' and not tier is free reason "x"\n'),
                         policies(permits_nothing + refusal))  # fmt: skip
    assert Direction.REFUSED_OTHERWISE in directions(comparison)


def test_other_policies_beside_both_hide_what_they_forbid(policies):
    platform = 'policy "P" version 1\nby platform\nrule n: forbid any use when tier is basic\n'
    beside = f'{platform} reason "No."\n'
    comparison = compare(policies(OLD, beside), policies(changed("plus or", "basic or"), beside))
    assert comparison.relation is Relation.STRICTER


def test_out_of_time_is_unknown(policies):
    comparison = compare(policies(OLD), policies(changed("15%", "20%")), seconds=1e-9)
    assert comparison.relation is Relation.UNKNOWN


def test_edits_are_told_rule_by_rule_in_english(policies):
    new = changed("90 seconds", "60 seconds").replace("consent: opt-in", "consent: opt-out")
    new += 'rule covers: permit cover reason "Covers."\n'
    found = edits(policies(OLD), policies(new))
    assert [(one.kind, one.what.split(", ")[1]) for one in found] == [
        ("added", "covers"), ("changed", "short"), ("changed", "without a rule"),
    ]  # fmt: skip
    assert "length is at most 60 seconds" in found[1].after
    assert edits(policies(new), policies(OLD))[0].kind == "removed"


# ---------------------------------------------------------------- the catalogue


TRACK = {
    "id": "t1", "title": "One", "explicit": False, "release-date": "2020-01-01", "genres": [],
    "label": "northlight", "artists": ["ada-wren"],
    "work": {"id": "w1", "writers": ["j-smith"], "publishers": [], "public-domain": False},
}  # fmt: skip


def test_the_tracks_of_a_catalogue_that_change_are_counted_and_shown(policies, tmp_path):
    file = tmp_path / "catalogue.jsonl"
    other = {**TRACK, "id": "t2", "label": "another"}
    file.write_text("\n".join([json.dumps(TRACK), "", json.dumps(other)]), "utf-8")
    tracks = read_catalogue(file)
    found = impact(policies(OLD), policies(changed("plus or premium", "studio")), tracks)
    assert (found.tracks, found.asked, found.changed) == (2, 2, 1)
    (moved,) = found.moved
    assert moved.track == "One"
    assert moved.asked == "remix for private use on the studio plan"
    assert (moved.before, moved.after) == ("not-permitted", "permitted")


def test_of_a_large_catalogue_a_sample_is_asked_about(policies):
    tracks = [{**TRACK, "id": f"t{number}"} for number in range(2_001)]
    found = impact(policies(OLD), policies(OLD), tracks)
    assert found.tracks == 2_001
    assert 500 < found.asked <= 1_000
    assert found.changed == 0


def test_a_line_that_is_no_track_is_an_error_with_its_place(tmp_path):
    file = tmp_path / "catalogue.jsonl"
    file.write_text(f"{json.dumps(TRACK)}\n[]\n", "utf-8")
    with pytest.raises(RightsError, match="this line is not a JSON object") as caught:
        read_catalogue(file)
    assert caught.value.place == "catalogue.jsonl, line 2"


def test_a_catalogue_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(RightsError, match="cannot read"):
        read_catalogue(tmp_path / "none.jsonl")


def test_no_example_delegates_a_consent_to_the_platform():
    platform = 'policy "Terms" version 1\nby platform\nrule all: permit any use reason "Because."\n'
    newer = PolicySet.load([PolicySource("platform.rights", platform)])
    for older, newer_still in ((PolicySet([]), newer), (newer, PolicySet([]))):
        assert all(change.confirmed for change in compare(older, newer_still).changes)
