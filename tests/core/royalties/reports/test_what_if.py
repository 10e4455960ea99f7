"""What taking part would have earned: exact where all are alike, wide where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties.reports.room import Reports
from clearmix.royalties.reports.what_if import Market, Observed, estimate

MARKET = Market(pool_micro=1_000_000_000, pool_plays=9_000, fee_micro=0)


def recording(id: str, plays: int, render_plays: float, renders: float = 0.0) -> Observed:
    return Observed(id, id.title(), plays, render_plays, renders)


def test_where_all_recordings_are_alike_there_is_one_answer() -> None:
    others = [recording(f"r{number}", 1_000, 100.0) for number in range(8)]
    earned, [only] = estimate([(recording("mine", 10_000, 0), 0.5)], others, MARKET, seed=1)
    # A tenth of 10,000 plays: 1,000 of then 10,000 in the pool, of which half is the payee's.
    assert earned.low == earned.middle == earned.high == 50_000_000
    assert (only.render_plays.middle, only.share) == (1_000, 0.5)


def test_a_fee_for_each_render_is_counted() -> None:
    others = [recording(f"r{number}", 1_000, 0.0, renders=10.0) for number in range(8)]
    market = Market(0, 1, fee_micro=20_000)
    earned, _ = estimate([(recording("mine", 2_000, 0), 1.0)], others, market, seed=1)
    assert earned.middle == 20 * 20_000


@settings(deadline=None)
@given(st.lists(st.integers(0, 900), min_size=5, max_size=20), st.integers(0, 5))
def test_the_middle_lies_in_the_interval_of_many_unequal_recordings(
    counts: list[int], seed: int
) -> None:
    others = [recording(f"r{place}", 1_000, float(count)) for place, count in enumerate(counts)]
    own = [(recording(f"m{place}", 100, 0), 0.5) for place in range(30)]
    earned, prospects = estimate(own, others, MARKET, seed)
    assert earned.low <= earned.middle <= earned.high
    assert len(prospects) == 30


def test_the_same_seed_draws_the_same() -> None:
    others = [recording(f"r{number}", 1_000, 10.0 * number) for number in range(8)]
    own = [(recording("mine", 500, 0), 0.25)]
    assert estimate(own, others, MARKET, 7) == estimate(own, others, MARKET, 7)


def test_too_few_to_compare_with_are_refused() -> None:
    own = [(recording("mine", 500, 0), 0.25)]
    with pytest.raises(RoyaltyError, match="only 4 recordings take part") as caught:
        estimate(own, [recording(f"r{number}", 9, 1.0) for number in range(4)], MARKET, 1)
    assert "5 or more" in caught.value.help
    with pytest.raises(RoyaltyError, match="no original of this payee was played"):
        estimate([], [recording(f"r{number}", 9, 1.0) for number in range(6)], MARKET, 1)


def test_a_small_market_says_that_it_cannot_tell(reports: Reports) -> None:
    with pytest.raises(RoyaltyError, match="recordings take part"):
        reports.what_if("harbour", "remix")
