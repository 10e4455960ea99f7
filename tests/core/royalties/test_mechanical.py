"""The US mechanical royalty, as computed by hand from the formula and as others publish it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties.mechanical import adjusted_plays, of_copies, per_work, phonorecords_iv
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


SONGWRITER101 = "songwriter101.com, Statutory (Compulsory) Mechanical License Rate"
SONGFILE = "Harry Fox Agency, how the statutory rate is calculated (Songfile; experts123.com)"
AFFORDABLE = "Affordable Song Licensing, How are royalties calculated, rates of January 2024"

COPIES = [
    (SONGWRITER101, 1999, "5:00", 1, "0.071"),
    (SONGWRITER101, 1999, "6:00", 1, "0.081"),
    (SONGWRITER101, 2000, "3:00", 1, "0.0755"),
    (SONGWRITER101, 2001, "5:01", 1, "0.087"),
    (SONGWRITER101, 2003, "5:00", 1, "0.08"),
    (SONGWRITER101, 2005, "5:00", 1, "0.085"),
    (SONGWRITER101, 2006, "5:00", 1, "0.091"),
    (SONGFILE, 2010, "4:07", 500, "45.50"),
    (SONGFILE, 2010, "5:01", 1, "0.105"),
    (SONGFILE, 2010, "6:00", 1, "0.105"),
    (SONGFILE, 2010, "6:01", 1, "0.1225"),
    (SONGFILE, 2010, "7:01", 1, "0.14"),
    (SONGFILE, 2010, "6:38", 500, "61.25"),
    ("Legal Aspects of the Music Industry exam, examzify.com", 2022, "7:00", 1, "0.1225"),
    ("87 Fed. Reg. 76937: 12 cents, or 2.31 cents a minute", 2023, "5:00", 1, "0.12"),
    ("87 Fed. Reg. 76937: 12 cents, or 2.31 cents a minute", 2023, "5:30", 1, "0.1386"),
    (AFFORDABLE, 2024, "0:01", 1, "0.124"),
    (AFFORDABLE, 2024, "5:01", 1, "0.1434"),
    (AFFORDABLE, 2024, "7:00", 1, "0.1673"),
    (AFFORDABLE, 2024, "7:01", 1, "0.1912"),
    (AFFORDABLE, 2024, "8:01", 1, "0.2151"),
    (AFFORDABLE, 2024, "10:00", 1, "0.239"),
    (f"{AFFORDABLE}: What's My Age Again", 2024, "3:44", 500, "62.00"),
    (f"{AFFORDABLE}: When I Come Around, rounded up to 4.19", 2024, "6:22", 25, "4.1825"),
]


@pytest.mark.parametrize(("source", "year", "length", "copies", "dollars"), COPIES)
def test_a_published_example_of_copies_is_owed_what_its_source_says(
    source: str, year: int, length: str, copies: int, dollars: str
) -> None:
    minutes, seconds = map(int, length.split(":"))
    owed = of_copies(year, minutes * 60 + seconds, copies)
    assert owed == Fraction(dollars) * 10**6, source


def test_a_controlled_composition_is_owed_its_part_of_the_rate() -> None:
    """lawslookup.com, How are royalties calculated: 75 % of 7.1 cents, for ten songs."""
    assert 10 * of_copies(1999, 240, 1, rate_bps=7_500) == 532_500


@given(
    year=st.integers(1998, 2026),
    seconds=st.integers(0, 3_600),
    copies=st.integers(0, 10**9),
)
def test_a_longer_work_or_more_copies_never_owe_less(year: int, seconds: int, copies: int) -> None:
    owed = of_copies(year, seconds, copies)
    assert owed <= of_copies(year, seconds + 60, copies)
    assert of_copies(year, seconds, copies + 1) - owed == of_copies(year, seconds, 1)


def test_years_without_a_rate_and_negative_numbers_are_refused() -> None:
    with pytest.raises(RoyaltyError, match="no rate of a copy for 1997") as caught:
        of_copies(1997, 200, 1)
    assert caught.value.help == "there are rates for 1998 to 2026"
    with pytest.raises(RoyaltyError, match="the number of copies cannot be -1"):
        of_copies(2024, 200, -1)
