"""A few parties stand for all whose documents are alike, and no answer changes by it."""

from __future__ import annotations

import pytest

from clearmix_rules.proving import Status, library, prove, verdicts
from clearmix_rules.proving.shapes import representatives
from clearmix_rules.proving.verdicts import Room


def artist(number: int, more: str = "", share: str = "") -> str:
    id = f"artist-{number}"
    duty = f"  provided royalty is at least {share} of revenue to {id}\n" if share else ""
    return (
        f'policy "Artist {number}" version 1\nby artist {id}\nconsent: opt-in\n'
        f'rule mine: permit remix of tracks by {id}\n  when length is under 90 seconds{more}\n'
        f'{duty}  reason "Artist {number} says yes."\n'
    )  # fmt: skip


def test_of_many_documents_of_one_shape_a_few_are_kept(policies):
    many = policies(*map(artist, range(40)))
    (few,) = representatives([many], (), 5)
    assert len(few.policies) == 5
    assert [one.party for one in few.policies] == sorted(one.party for one in many.policies)[:5]


def test_what_others_or_a_claim_name_is_kept(policies):
    label = (
        'policy "L" version 1\nby label l\nrule a: forbid remix of tracks by artist-7 reason "x"'
    )
    many = policies(*map(artist, range(40)), f"{label}\n")
    (few,) = representatives([many], {"artist-9"}, 3)
    kept = {one.party for one in few.policies}
    assert {"artist-7", "artist-9", "l"} <= kept
    assert len(kept) == 3 + 3


def test_another_rule_makes_another_shape(policies):
    odd = artist(40, " and tier is plus")
    (few,) = representatives([policies(*map(artist, range(40)), odd)], (), 2)
    assert {one.party for one in few.policies} == {"artist-0", "artist-1", "artist-40"}


def test_as_many_are_kept_as_it_takes_for_shares_to_exceed_the_whole(policies, verdict):
    texts = [artist(number, share="9%") for number in range(30)]
    (few,) = representatives([policies(*texts)], (), 2)
    assert len(few.policies) == 12
    found = verdict("never terms-cannot-be-met", *texts)
    assert found.status is Status.BROKEN
    assert len(found.example.request["tracks"][0]["artists"]) >= 12


@pytest.mark.parametrize(
    "claim",
    [
        "never permitted when length is at least 90 seconds and any artist is artist-3",
        "never permitted when tier is plus",
        "always refused when any artist is minor and every artist is not artist-1",
        "never permitted against any forbid",
    ],
)
def test_answers_are_those_without_representatives(verdict, monkeypatch, claim):
    texts = [artist(number) for number in range(8)]
    short = verdict(claim, *texts)
    monkeypatch.setattr(verdicts, "representatives", lambda sets, *_: [*sets])
    assert verdict(claim, *texts).status is short.status


def test_the_world_does_not_grow_with_parties_of_one_shape(policies):
    sizes = [
        len(Room([policies(*map(artist, range(count)))], (), 60).world.variables)
        for count in (20, 200)
    ]
    assert sizes[0] == sizes[1]


def test_thousands_of_documents_are_proven_together(policies, baseline):
    many = policies(*map(artist, range(500)))
    (found,) = prove(many, [one for one in library() if one.name == "nobody-overruled"])
    assert found.status is Status.PROVEN


SEVERAL = """policy "Several" version 1
by label northlight
consent: opt-in
rule together: permit remix of tracks under northlight
  when any artist is minor and any artist is deceased and no artist's voice-consent has this use
   and not every artist's consents has remix and any performer is minor and no writer is minor
  reason "An odd band."
"""


@pytest.mark.parametrize(
    "claim",
    [
        "permitted only when any artist is minor unless not label is northlight",
        "never permitted of tracks under northlight when every artist is minor",
        "never permitted of tracks under northlight when no artist is minor and any artist is "
        "deceased and actions has only remix",
        "never permitted when any artist is minor and any artist is deceased and any writer is "
        "minor and any publisher is minor and no artist's consents has cover",
        "always refused when no artist is minor and any writer is deceased",
    ],
)
def test_more_strangers_change_no_verdict(verdict, monkeypatch, claim):
    found = verdict(claim, SEVERAL)
    enough = verdicts.strangers_needed
    monkeypatch.setattr(verdicts, "strangers_needed", lambda conditions: enough(conditions) + 5)
    assert verdict(claim, SEVERAL).status is found.status
