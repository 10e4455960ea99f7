"""The US mechanical royalty, as computed by hand from the formula."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties.mechanical import adjusted_plays, per_work, phonorecords_iv
from clearmix.royalties.money import largest_remainder

MILLION = 10**12  # dollars, in micro-dollars


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2023, 15.1), (2024, 15.2), (2025, 15.25), (2026, 15.3), (2027, 15.35)],
)
def test_the_headline_rate_rises_by_year(year: int, expected: float) -> None:
    owed = phonorecords_iv(year, 100 * MILLION, 0, 0, 0)
    assert owed.all_in_micro == owed.mechanical_micro == round(expected * 10**6) * 10**6


def test_the_label_cost_counts_up_to_a_dollar_ten_per_subscriber() -> None:
    # 26.2 % of 70 million are 18.34 million; 15 million subscribers cap it at 16.5 million.
    owed = phonorecords_iv(2026, 100 * MILLION, 70 * MILLION, 0, 15_000_000)
    assert owed.of_label_cost_micro == 16_500_000 * 10**6
    assert owed.all_in_micro == 16_500_000 * 10**6
    uncapped = phonorecords_iv(2026, 100 * MILLION, 70 * MILLION, 0, 15_000_000, cap_micro=None)
    assert uncapped.all_in_micro == 18_340_000 * 10**6


def test_performance_royalties_are_taken_off_down_to_the_floor() -> None:
    owed = phonorecords_iv(2026, 100 * MILLION, 0, 6 * MILLION, 10_000_000)
    assert (owed.mechanical_micro, owed.at_floor) == (9_300_000 * 10**6, False)
    floored = phonorecords_iv(2026, 100 * MILLION, 0, 10 * MILLION, 10_000_000)
    assert (floored.mechanical_micro, floored.at_floor) == (6 * MILLION, True)
    free = phonorecords_iv(2026, 100 * MILLION, 0, 20 * MILLION, 10_000_000, floor_micro=0)
    assert (free.mechanical_micro, free.at_floor) == (0, False)


def test_a_year_without_a_rate_and_a_negative_amount_are_refused() -> None:
    with pytest.raises(RoyaltyError, match="no mechanical rate for 2022") as caught:
        phonorecords_iv(2022, 1, 1, 1, 1)
    assert "2023" in caught.value.help
    with pytest.raises(RoyaltyError, match="the revenue cannot be -1"):
        phonorecords_iv(2026, -1, 1, 1, 1)


@pytest.mark.parametrize(
    ("seconds", "counted"),
    [(0, 1), (300, 1), (301, Fraction(6, 5)), (360, Fraction(6, 5)), (361, Fraction(7, 5)),
     (600, 2), (601, Fraction(11, 5))],
)  # fmt: skip
def test_long_works_count_a_fifth_more_for_each_minute_begun(
    seconds: int, counted: Fraction
) -> None:
    assert adjusted_plays(1, seconds) == counted


def test_a_pool_is_divided_among_works_by_adjusted_plays() -> None:
    works = {"short": (1_000, 200), "long": (500, 400), "unheard": (0, 100)}
    assert per_work(1_700_000, works) == {"long": 700_000, "short": 1_000_000, "unheard": 0}


@given(
    st.integers(0, 10**18),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**9), min_size=1),
    st.text(max_size=3),
)
def test_largest_remainder_adds_up_and_misses_nobody_by_a_unit(
    amount: int, weights: dict[str, int], seed: str
) -> None:
    whole = sum(weights.values())
    if not whole:
        with pytest.raises(RoyaltyError):
            largest_remainder(amount, weights, seed)
        return
    parts = largest_remainder(amount, weights, seed)
    assert sum(parts.values()) == amount
    assert all(abs(parts[n] - Fraction(amount * w, whole)) < 1 for n, w in weights.items())
