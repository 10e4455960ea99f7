"""Regions of values: what is in both, what is left over, and which value is closest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_rules import SCHEMA
from clearmix_rules.deciding.nearest_values import ENDLESS, Names, Numbers, Sets, meet

LENGTH = SCHEMA.attributes["request.length"]
USE = SCHEMA.attributes["request.use"]
STYLES = SCHEMA.attributes["sound.styles"]
ERA = SCHEMA.attributes["sound.era"]

small = st.integers(0, 30)


@st.composite
def numbers(draw: st.DrawFn) -> Numbers:
    drawn = Numbers.between(draw(small), draw(small))
    for _ in range(draw(st.integers(0, 2))):
        drawn = drawn.others() if draw(st.booleans()) else drawn.meet(
            Numbers.between(draw(small), draw(small)).others()
        )  # fmt: skip
    return drawn


names = st.builds(Names, st.frozensets(st.sampled_from(USE.values)), st.booleans())
letters = st.frozensets(st.sampled_from("abcd"))
sets = st.builds(Sets, letters, letters, st.none() | letters)


@given(numbers(), numbers(), small)
def test_a_number_is_in_both_or_left_over(first: Numbers, second: Numbers, value: int) -> None:
    assert (value in first.meet(second)) is (value in first and value in second)
    assert (value in first.others()) is not (value in first)


@given(numbers(), small)
def test_no_number_of_a_region_is_closer_than_the_closest(region: Numbers, asked: int) -> None:
    closest = region.closest(asked, LENGTH)
    if closest is None:
        assert region.ranges == ()
        return
    assert closest.value in region
    nearer = range(asked - abs(closest.value - asked) + 1, asked + abs(closest.value - asked))
    assert not any(value in region for value in nearer)
    assert (closest.distance == 0) is (asked in region)


@given(names, names, st.sampled_from(USE.values))
def test_a_name_is_in_both_or_left_over(first: Names, second: Names, value: str) -> None:
    assert (value in first.meet(second)) is (value in first and value in second)
    assert (value in first.others()) is not (value in first)


@given(names, st.sampled_from(USE.values))
def test_the_closest_use_reaches_no_further_if_any_does(region: Names, asked: str) -> None:
    closest = region.closest(asked, USE)
    fitting = [use for use in USE.values if use in region]
    if closest is None:
        assert fitting == []
        return
    place = USE.values.index
    smaller = [use for use in fitting if place(use) <= place(asked)]
    assert closest.value == (max(smaller, key=place) if smaller else min(fitting, key=place))


@given(sets, sets, letters)
def test_a_set_is_in_both(first: Sets, second: Sets, value: frozenset[str]) -> None:
    assert (value in first.meet(second)) is (value in first and value in second)


@given(sets, letters)
def test_the_closest_set_is_one_of_the_region_if_there_is_any(
    region: Sets, asked: frozenset[str]
) -> None:
    closest = region.closest(asked, STYLES)
    every = [frozenset(one) for one in _subsets("abcd")]
    fewest = min((len(one ^ asked) for one in every if one in region), default=None)
    if closest is None:
        assert fewest is None
    else:
        assert closest.value in region
        assert closest.distance == fewest


def _subsets(items: str) -> list[set[str]]:
    if not items:
        return [set()]
    rest = _subsets(items[1:])
    return [*rest, *({items[0], *one} for one in rest)]


def test_a_name_without_a_list_falls_back_to_what_it_is_left_at() -> None:
    closest = Names(frozenset({"1980s"}), but=True).closest("1980s", ERA)
    assert closest is not None
    assert closest.value == "none"


def test_an_end_that_is_open_stays_open() -> None:
    above = Numbers.between(0, 9).others()
    assert above.ranges == ((10, ENDLESS),)
    assert above.around(50) == (10, ENDLESS)


def test_regions_of_two_kinds_never_meet() -> None:
    with pytest.raises(TypeError):
        meet(Numbers.between(1, 2), Names.of(["a"]))
