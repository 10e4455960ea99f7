"""Duties: how they merge, and that they read back."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules import ROYALTY_BASES, Approval, Bounds, Duties, RequestError, Royalty

names = st.sampled_from(["ada", "bo", "cy"])
sets = st.lists(names, max_size=3, unique=True).map(sorted).map(tuple)
bases = st.sampled_from(ROYALTY_BASES)
maybe = st.none() | st.integers(0, 5)
unique = {"unique_by": lambda one: one.payee + one.base}
duties = st.builds(
    Duties,
    limits=st.lists(
        st.builds(Bounds, st.sampled_from(["length", "strength"]), maybe, maybe),
        max_size=2, unique_by=lambda one: one.attribute,
    ).map(sorted).map(tuple),
    labels=sets,
    credits=sets,
    royalties=st.lists(
        st.builds(Royalty, names, st.integers(0, 5_000), bases),
        max_size=3, **unique,
    ).map(lambda found: tuple(sorted(found, key=lambda one: str((one.payee, one.base))))),
    approvals=st.lists(st.builds(Approval, names, maybe), max_size=2,
                       unique_by=lambda one: one.party)
    .map(lambda found: tuple(sorted(found, key=lambda one: one.party))),
    watermarks=sets,
    only_watermarks=st.lists(sets, max_size=2, unique=True).map(sorted).map(tuple),
    marks=sets,
    keep_records_days=maybe,
    expires_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    expires_after_days=maybe,
)  # fmt: skip

steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@steady
@given(duties, duties)
def test_merging_is_commutative(first, second):
    assert first.merge(second) == second.merge(first)


@steady
@given(duties, duties, duties)
def test_merging_is_associative(first, second, third):
    assert first.merge(second).merge(third) == first.merge(second.merge(third))


@steady
@given(duties)
def test_merging_is_idempotent_and_nothing_adds_nothing(one):
    assert one.merge(one) == one
    assert one.merge(Duties()) == one


@steady
@given(duties, duties)
def test_a_conflict_never_goes_away_by_merging(first, second):
    if first.conflict() is not None:
        assert first.merge(second).conflict() is not None


@steady
@given(duties)
def test_duties_read_back_from_json(one):
    assert Duties.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_upper_limits_take_the_least_and_lower_limits_the_greatest():
    first = Duties(limits=(Bounds("length", 10, 90),))
    second = Duties(limits=(Bounds("length", 20, 100),))
    assert first.merge(second).bounds("length") == Bounds("length", 20, 90)
    assert first.merge(second).max_length_ms == 90


def test_a_royalty_takes_the_greatest_per_payee_and_base():
    first = Duties(royalties=(Royalty("ada", 1_000, "revenue"), Royalty("bo", 500, "revenue")))
    second = Duties(royalties=(Royalty("ada", 1_500, "revenue"),))
    merged = first.merge(second)
    assert merged.royalties == (Royalty("ada", 1_500, "revenue"), Royalty("bo", 500, "revenue"))
    assert merged.payees == ("ada", "bo")


def test_approvals_are_all_needed_by_the_earliest_deadline():
    first = Duties(approvals=(Approval("ada", 10), Approval("bo")))
    second = Duties(approvals=(Approval("ada", 5), Approval("bo", 3)))
    assert first.merge(second).approvals == (Approval("ada", 5), Approval("bo", 3))


def test_records_are_kept_longest_and_the_earliest_expiry_counts():
    first = Duties(keep_records_days=10, expires_on=date(2026, 5, 1), expires_after_days=9)
    second = Duties(keep_records_days=20, expires_on=date(2026, 4, 1), expires_after_days=None)
    merged = first.merge(second)
    assert merged.keep_records_days == 20
    assert (merged.expires_on, merged.expires_after_days) == (date(2026, 4, 1), 9)


def test_duties_of_another_shape_are_refused():
    with pytest.raises(RequestError, match="another shape"):
        Duties.from_json({"limits": []})
