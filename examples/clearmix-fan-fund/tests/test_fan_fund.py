from __future__ import annotations

import pytest
from clearmix_fan_fund import FanFund

from clearmix import RoyaltyFormula
from clearmix.testing import FormulaContract, Market


class TestFanFund(FormulaContract):
    @pytest.fixture
    def formula(self) -> RoyaltyFormula:
        return FanFund()


def market(follows: dict[str, list[str]]) -> Market:
    """Ann and Bo play two artists once each, and pay 4.00."""
    return Market(
        plays=[
            {"item_id": item, "listener_id": who} for who in ("ann", "bo") for item in ("a1", "b1")
        ],
        subscriptions={"ann": 4_000_000, "bo": 4_000_000},
        artists={"a1": "ada", "b1": "bel"},
        follows=follows,
    )


def test_a_followed_artist_gets_three_quarters_of_the_fans_fee_and_no_more_of_others() -> None:
    earned = market({"ann": ["ada"]}).earnings(FanFund())
    assert earned == {"a1": 3_000_000 + 2_000_000, "b1": 1_000_000 + 2_000_000}


@pytest.mark.parametrize(
    "follows", [{}, {"cy": ["ada"]}, {"ann": ["eve"]}],
    ids=["nobody follows", "somebody else does", "an artist of whom nothing is heard"],
)  # fmt: skip
def test_without_follows_it_is_user_centric(follows: dict[str, list[str]]) -> None:
    assert market(follows).earnings(FanFund()) == {"a1": 4_000_000, "b1": 4_000_000}


def test_who_follows_both_weighs_them_alike() -> None:
    both = {"ann": ["ada", "bel"]}
    assert market(both).earnings(FanFund()) == {"a1": 4_000_000, "b1": 4_000_000}
