"""Which plays count is said by the formula, checked, and part of the hash."""

from __future__ import annotations

from typing import Any

import pytest

from clearmix.contracts import ChoosesPlays
from clearmix.errors import PluginError
from clearmix.royalties.eligibility import USUAL, Eligibility, eligibility_of
from clearmix.testing import Market
from clearmix_royalties.pro_rata import ProRata


class Choosy(ProRata):
    """Pro-rata with a rule of its own."""

    id = "choosy"

    def __init__(self, eligibility: Any) -> None:
        self.eligibility = eligibility


def test_a_formula_without_a_rule_has_the_usual_one() -> None:
    assert not isinstance(ProRata(), ChoosesPlays)
    assert eligibility_of(ProRata()) == USUAL == Eligibility(30, False, False, True)


def test_a_rule_of_its_own_decides_what_is_paid() -> None:
    plays = [
        {"item_id": "short", "seconds": 10},
        {"item_id": "own", "maker_id": "bo"},
        {"item_id": "flagged", "fraud": True},
        {"item_id": "away", "offline": True},
    ]
    market = Market(plays, {"bo": 1_000_000})
    assert market.earnings(ProRata()) == {"away": 1_000_000}
    rule = Eligibility(least_seconds=10, own_plays=True, offline=False)
    assert market.earnings(Choosy(rule)) == {"own": 500_000, "short": 500_000}


@pytest.mark.parametrize("wrong", ["a minute", Eligibility(least_seconds=-1), None])
def test_what_is_no_rule_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(PluginError, match="the `eligibility` of `choosy` is") as caught:
        eligibility_of(Choosy(wrong))
    assert "Eligibility(least_seconds=60)" in caught.value.help


def test_the_rule_is_part_of_the_hash(october: Any) -> None:
    from datetime import UTC, datetime

    formula = Choosy(Eligibility(least_seconds=31))
    settlement = october.room(datetime(2026, 11, 23, tzinfo=UTC), formula).settle("2026-10", "x")
    row = october.room(datetime(2026, 11, 23, tzinfo=UTC), formula)
    assert row.verify(settlement.hash).same
    formula.eligibility = Eligibility(least_seconds=32)
    replay = row.verify(settlement.hash)
    assert not replay.same
    assert any("formula.eligibility.least_seconds" in said for said in replay.differences)
