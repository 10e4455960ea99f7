from __future__ import annotations

import pytest
from clearmix_weighted import Weighted

from clearmix import RoyaltyFormula
from clearmix.testing import FormulaContract, Market


class TestWeighted(FormulaContract):
    @pytest.fixture
    def formula(self) -> RoyaltyFormula:
        return Weighted()


def test_an_official_remix_earns_four_times_as_much_as_a_cover() -> None:
    market = Market(
        plays=[
            {"item_id": "official", "category": "official-remix"},
            {"item_id": "cover", "category": "listener-cover"},
        ],
        subscriptions={"bo": 5_000_000},
    )
    assert market.earnings(Weighted()) == {"cover": 1_000_000, "official": 4_000_000}
