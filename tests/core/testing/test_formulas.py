"""The contract of formulas finds what breaks it, and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import pytest

from clearmix.errors import PluginError
from clearmix.testing import FormulaContract, Market
from clearmix_royalties.pro_rata import ProRata

MARKET = Market.generated(plays=120)


class Changed(ProRata):
    """Pro-rata with something wrong."""

    def __init__(self, **changes: Callable[[Any, Any], Any]) -> None:
        self._changes = changes

    def claims(self, events: Any, context: Any) -> Any:
        return self._changes.get("claims", _same)(super().claims(events, context), events)

    def pools(self, period: Any, context: Any) -> Any:
        return self._changes.get("pools", _same)(super().pools(period, context), context)


def _same(table: Any, asked: Any) -> Any:
    return table


BROKEN = {
    "the weight has a fraction": (
        "test_claims_and_pools_have_the_columns_of_the_contract",
        {"claims": lambda t, _: t.mutate(weight=0.5)},
        "`weight` of `claims` is float64: use whole numbers",
    ),
    "a column is missing": (
        "test_claims_and_pools_have_the_columns_of_the_contract",
        {"pools": lambda t, _: t.drop("amount_micro")},
        "add ['amount_micro'] to what `pools` returns",
    ),
    "a method returns no table": (
        "test_claims_and_pools_have_the_columns_of_the_contract",
        {"claims": lambda t, _: []},
        "`claims` returns `list`: return an ibis table",
    ),
    "a weight is negative": (
        "test_no_weight_is_negative_or_missing",
        {"claims": lambda t, _: t.mutate(weight=-1)},
        "weights are whole numbers from 0 up",
    ),
    "a weight is missing": (
        "test_no_weight_is_negative_or_missing",
        {"claims": lambda t, _: t.mutate(weight=ibis.null("int64"))},
        "use `fill_null` after an outer join",
    ),
    "a play claims twice": (
        "test_only_plays_that_count_claim_and_each_once",
        {"claims": lambda t, _: t.union(t)},
        "claims 2 times: join with tables that have one row for each key",
    ),
    "a play claims for another item": (
        "test_only_plays_that_count_claim_and_each_once",
        {"claims": lambda t, _: t.mutate(item_id=ibis.literal("mine"))},
        "on `mine` is of no play that counts",
    ),
    "a group comes twice": (
        "test_the_groups_hand_out_exactly_what_the_pools_hold",
        {"pools": lambda t, _: t.union(t)},
        "more than once: sum it up",
    ),
    "a micro-unit is kept back": (
        "test_the_groups_hand_out_exactly_what_the_pools_hold",
        {"pools": lambda t, _: t.mutate(amount_micro=t.amount_micro - 1)},
        "give the rest of a division to one of the groups",
    ),
    "a pool is invented": (
        "test_the_groups_hand_out_exactly_what_the_pools_hold",
        {"pools": lambda t, _: t.mutate(group_id=ibis.literal("bonus:") + t.group_id)},
        "the group of `bonus` has no pool",
    ),
    "claims and groups do not meet": (
        "test_somebody_earns_something",
        {"claims": lambda t, _: t.mutate(group_id=t.group_id + ":x")},
        "letter for letter",
    ),
    "chance decides": (
        "test_it_says_the_same_whenever_it_is_asked",
        {"claims": lambda t, _: t.mutate(weight=(ibis.random() * 1000).cast("int64"))},
        "use no clock, no random number",
    ),
    "the day decides": (
        "test_it_says_the_same_whenever_it_is_asked",
        {"pools": lambda t, _: t.filter(ibis.today() > ibis.date("2026-01-01"))},
        "`pools` depends on `ibis.today()`, and a replay years later would differ",
    ),
    "the order of rows decides": (
        "test_the_order_of_rows_does_not_matter",
        {"claims": lambda t, _: t.limit(60)},
        "the same plays in another order give another result",
    ),
    "silence empties the pools": (
        "test_a_month_without_a_play_is_carried",
        {"pools": lambda t, context: t.filter(context.history.count().as_scalar() < 0)},
        "return no claims instead",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_formula_that_breaks_the_contract_is_told_what_to_do(case: str) -> None:
    check, changes, message = BROKEN[case]
    with pytest.raises((AssertionError, pytest.fail.Exception)) as caught:
        getattr(FormulaContract(), check)(Changed(**changes), MARKET)
    assert message in str(caught.value)


def test_the_settlement_itself_refuses_what_the_contract_refuses() -> None:
    with pytest.raises(PluginError, match=r"makes \d+ claims of"):
        MARKET.earnings(Changed(claims=lambda t, _: t.union(t)))


def test_an_unnamed_formula_is_told_so() -> None:
    unnamed = Changed()
    unnamed.id = "My Formula"
    with pytest.raises(AssertionError, match="small letters with hyphens"):
        FormulaContract().test_it_says_who_it_is(unnamed)
