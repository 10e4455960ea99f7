"""The shared reduction: exact integers, and the plays that count."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties import Period
from clearmix.royalties.eligibility import Eligibility
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.reduction import (
    FEW_GROUPS,
    SCALED_LIMIT,
    add_up,
    eligible,
    floor_divide,
    group_totals,
    scale_exponent,
    tally,
    weigh,
    worths,
)

LIMIT = SCALED_LIMIT - 1
PAIR = {"x": "BIGINT", "y": "BIGINT"}
OCTOBER = Period("2026-10")

shared = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PLAIN = ("e", "song", "bo", datetime(2026, 10, 12), 60_000, "listener-remix", "GB", "plus")
"""A play that counts, up to the columns offline, maker and fraud."""


def quotients(working: Engine, pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Pairs with their quotient as the engine finds it."""
    working.create("pairs", PAIR, pairs)
    table = working.table("pairs")
    return working.ask(table.select("x", "y", q=floor_divide(table.x, table.y)))


@shared
@given(
    st.lists(
        st.tuples(st.integers(0, LIMIT), st.integers(1, LIMIT) | st.integers(1, 10_000)),
        min_size=1,
        max_size=500,
    )
)
def test_floor_division_is_exact_over_the_whole_range(
    working: Engine, pairs: list[tuple[int, int]]
) -> None:
    assert all(q == x // y for x, y, q in quotients(working, pairs))


def test_floor_division_is_exact_where_ibis_own_is_not(working: Engine) -> None:
    hard = [(LIMIT, 1), (LIMIT, 3), (LIMIT - 1, LIMIT), (2**53 + 1, 1), (0, 7), (5 * 10**17 + 1, 7)]
    assert all(q == x // y for x, y, q in quotients(working, hard))
    table = working.table("pairs")
    own = working.ask(table.select("x", "y", q=table.x // table.y))
    assert any(q != x // y for x, y, q in own), "Ibis' `//` has become exact: use it"


@given(st.integers(0, LIMIT))
def test_the_scale_is_the_finest_at_which_the_pool_fits(pool: int) -> None:
    k = scale_exponent(pool)
    assert pool * 10**k < SCALED_LIMIT
    assert k == 6 or pool * 10 ** (k + 1) >= SCALED_LIMIT


def test_a_pool_that_fits_at_no_scale_is_refused() -> None:
    with pytest.raises(RoyaltyError, match="too large to divide exactly") as caught:
        scale_exponent(SCALED_LIMIT)
    assert "several parts" in caught.value.help


@pytest.mark.parametrize(
    ("column", "value", "counts"),
    [
        ("milliseconds", 30_000, True),
        ("milliseconds", 29_999, False),
        ("fraud", True, False),
        ("offline", True, True),
        ("maker_id", "bo", False),
        ("maker_id", None, True),
        ("played_at", datetime(2026, 10, 1), True),
        ("played_at", datetime(2026, 9, 30, 23, 59, 59, 999_999), False),
        ("played_at", datetime(2026, 10, 31, 23, 59, 59, 999_999), True),
        ("played_at", datetime(2026, 11, 1), False),
    ],
)
def test_which_plays_count(working: Engine, column: str, value: object, counts: bool) -> None:
    row = dict(zip(EVENT_COLUMNS, (*PLAIN, False, "ann", False, False), strict=True)) | {
        column: value
    }
    working.create("events", EVENT_COLUMNS, [tuple(row.values())])
    assert bool(working.ask(eligible(working.table("events"), OCTOBER))) == counts


@pytest.mark.parametrize(
    ("rule", "column", "value", "counts"),
    [
        (Eligibility(least_seconds=60), "milliseconds", 59_999, False),
        (Eligibility(least_seconds=0), "milliseconds", 0, True),
        (Eligibility(own_plays=True), "maker_id", "bo", True),
        (Eligibility(fraud=True), "fraud", True, True),
        (Eligibility(offline=False), "offline", True, False),
        (Eligibility(fraud=True, own_plays=True), "played_at", datetime(2026, 11, 1), False),
    ],
)
def test_a_formula_may_have_a_rule_of_its_own_for_which_plays_count(
    working: Engine, rule: Eligibility, column: str, value: object, counts: bool
) -> None:
    row = dict(zip(EVENT_COLUMNS, (*PLAIN, False, "ann", False, False), strict=True))
    working.create("events", EVENT_COLUMNS, [tuple((row | {column: value}).values())])
    assert bool(working.ask(eligible(working.table("events"), OCTOBER, rule))) == counts


def test_originals_and_everything_else_are_paid_from_pools_of_their_own(working: Engine) -> None:
    rows = [
        (*PLAIN[:5], category, *PLAIN[6:], False, None, False, False)
        for category in ("original", "official-remix", "producer-led", "listener-cover")
    ]
    working.create("events", EVENT_COLUMNS, rows)
    counted = eligible(working.table("events"), OCTOBER)
    assert dict(working.ask(counted.select("category", "pool"))) == {
        "original": "general",
        "official-remix": "add-on",
        "producer-led": "add-on",
        "listener-cover": "add-on",
    }


weights = st.integers(0, 3) | st.integers(0, 50_000_000)


@shared
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("stuvxyz"), weights), max_size=60),
    st.dictionaries(st.sampled_from("stuvwxyz"), st.integers(0, 10**12), min_size=1),
)
def test_every_claim_is_worth_its_floor_by_the_definition(
    working: Engine, claims: list[tuple[str, str, int]], pools: dict[str, int]
) -> None:
    scale = 10 ** scale_exponent(sum(pools.values()))
    working.create(
        "claims",
        {"item_id": "VARCHAR", "group_id": "VARCHAR", "weight": "BIGINT"},
        [(item, f"add-on:{group}", weight) for item, group, weight in claims],
    )
    working.create(
        "pools",
        {"group_id": "VARCHAR", "amount_micro": "BIGINT"},
        [(f"add-on:{group}", amount) for group, amount in pools.items()],
    )
    expected: dict[str, tuple[int, int]] = {}
    for item, group, weight in claims:
        whole = sum(other for _, of, other in claims if of == group)
        if weight and pools.get(group):
            value, units = expected.get(item, (0, 0))
            worth = pools[group] * scale * weight // whole
            expected[item] = value + worth, units + 1
    for groups in (1, FEW_GROUPS + 1):
        tallies = tally(working.table("claims"), groups)
        working.make("groups", group_totals(weigh(tallies), working.table("pools")))
        reduced = add_up(worths(tallies, working.table("groups"), scale))
        assert {item: (value, units) for _, item, value, units in working.ask(reduced)} == expected
