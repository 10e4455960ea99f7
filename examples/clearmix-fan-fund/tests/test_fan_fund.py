from __future__ import annotations

from datetime import datetime

import pytest
from clearmix_fan_fund import FanFund

from clearmix import RoyaltyFormula
from clearmix.testing import FormulaContract, Market

SEPTEMBER = datetime(2026, 9, 15, 12)


class TestFanFund(FormulaContract):
    @pytest.fixture
    def formula(self) -> RoyaltyFormula:
        return FanFund()


def market(history: list[dict[str, object]]) -> Market:
    """Ann and Bo play two artists once each, and pay 4.00."""
    return Market(
        plays=[
            {"item_id": item, "listener_id": who} for who in ("ann", "bo") for item in ("a1", "b1")
        ],
        subscriptions={"ann": 4_000_000, "bo": 4_000_000},
        artists={"a1": "ada", "a2": "ada", "b1": "bel"},
        history=history,
    )


def sought(listener: str, item: str, times: int = 2, sought: bool = True) -> dict[str, object]:
    return {
        "item_id": item,
        "listener_id": listener,
        "played_at": SEPTEMBER,
        "sought": sought,
        "times": times,
    }


def test_a_followed_artist_gets_three_quarters_of_the_fans_fee_and_no_more_of_others() -> None:
    earned = market([sought("ann", "a1")]).earnings(FanFund())
    assert earned == {"a1": 3_000_000 + 2_000_000, "b1": 1_000_000 + 2_000_000}


@pytest.mark.parametrize(
    "history",
    [
        [],
        [sought("ann", "a1", times=1)],
        [sought("ann", "a1", times=9, sought=False)],
        [sought("cy", "a1")],
    ],
    ids=["a first month", "once is no habit", "a playlist", "somebody else's"],
)
def test_without_follows_it_is_user_centric(history: list[dict[str, object]]) -> None:
    assert market(history).earnings(FanFund()) == {"a1": 4_000_000, "b1": 4_000_000}


def test_who_follows_both_weighs_them_alike() -> None:
    both = [sought("ann", "a1"), sought("ann", "b1")]
    assert market(both).earnings(FanFund()) == {"a1": 4_000_000, "b1": 4_000_000}
