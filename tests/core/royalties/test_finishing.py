"""Rounding by largest remainder, twice: to items, and from items to payees."""

from __future__ import annotations

import hashlib
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.royalties import Period
from clearmix.royalties.engine import Engine
from clearmix.royalties.finishing import make_lines, round_items

OCTOBER = Period("2026-10")
SCALE = 10**6
BIG = 2**61

shared = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def lay_groups(working: Engine, rows: list[tuple[str, int, int]]) -> None:
    """Makes `groups` of pool, amount and sum of weights."""
    columns = {"pool": "VARCHAR", "amount_micro": "BIGINT", "weight_sum": "BIGINT"}
    working.create("groups", columns, rows)


def lay_reduced(working: Engine, values: dict[str, int]) -> None:
    """Makes `reduced` of one pool."""
    columns = {"pool": "VARCHAR", "item_id": "VARCHAR", "value": "BIGINT", "units": "BIGINT"}
    working.create("reduced", columns, [("add-on", item, v, 1) for item, v in values.items()])


def tie(item: str) -> str:
    return hashlib.sha256(f"2026-10|{item}".encode()).hexdigest()


@shared
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 10**4), min_size=1))
def test_items_are_rounded_by_largest_remainder_with_ties_by_hash(
    working: Engine, plays: dict[str, int]
) -> None:
    pool, total = 1_000, sum(plays.values())
    values = {item: pool * SCALE // total * count for item, count in plays.items()}
    lay_reduced(working, values)
    lay_groups(working, [("add-on", pool, total)])
    round_items(working, OCTOBER, SCALE)
    found = dict(working.rows("SELECT item_id, micro FROM items"))

    left = pool - sum(value // SCALE for value in values.values())
    order = sorted(values, key=lambda item: (-(values[item] % SCALE), tie(item)))
    each, extra = divmod(left, len(order))
    assert found == {
        item: values[item] // SCALE + each + (place < extra) for place, item in enumerate(order)
    }
    assert sum(found.values()) == pool


def test_a_tie_favours_no_name(working: Engine) -> None:
    winners = set()
    for month in range(1, 13):
        period = Period(f"2026-{month:02d}")
        lay_reduced(working, {"a": SCALE // 2, "b": SCALE // 2})
        lay_groups(working, [("add-on", 1, 2)])
        round_items(working, period, SCALE)
        winners |= {id for (id,) in working.rows("SELECT item_id FROM items WHERE micro = 1")}
    assert winners == {"a", "b"}


@shared
@given(
    st.integers(0, BIG),
    st.lists(st.integers(1, BIG // 8), min_size=1, max_size=8),
)
def test_an_item_is_divided_exactly_whatever_the_shares(
    working: Engine, micro: int, parts: list[int]
) -> None:
    whole = sum(parts)
    lay_route(working, micro, [(f"payee-{n}", part) for n, part in enumerate(parts)], whole)
    make_lines(working, OCTOBER)
    amounts = working.rows("SELECT payee, amount_micro FROM lines")
    assert sum(amount for _, amount in amounts) == micro
    for payee, amount in amounts:
        exact = Fraction(micro * parts[int(payee.removeprefix("payee-"))], whole)
        assert abs(amount - exact) < 1


def test_what_nobody_claims_is_carried_by_name(working: Engine) -> None:
    lay_route(working, 70, [("ada", 1)], 1)
    lay_groups(working, [("add-on", 70, 3), ("add-on", 25, 0), ("add-on", 5, 0)])
    make_lines(working, OCTOBER)
    assert working.rows("SELECT payee, amount_micro FROM lines ORDER BY payee") == [
        ("ada", 70),
        ("carried:add-on", 30),
    ]


def lay_route(working: Engine, micro: int, payees: list[tuple[str, int]], whole: int) -> None:
    """Makes `items`, `works` and `routes` of one item, and groups that leave nothing over."""
    working.sql.execute(
        f"CREATE OR REPLACE TABLE items AS SELECT 'add-on' AS pool, 'song' AS item_id, "
        f"1::BIGINT AS units, {micro}::BIGINT AS micro"
    )
    working.sql.execute(
        "CREATE OR REPLACE TABLE works AS SELECT 'add-on' AS pool, 'song' AS key, "
        "'song' AS item_id, '' AS splits_from, 'r' AS route, 'listener-remix' AS category, "
        "'Song' AS title"
    )
    working.create(
        "routes",
        {
            "route": "VARCHAR", "payee": "VARCHAR", "side": "VARCHAR", "role": "VARCHAR",
            "source": "VARCHAR", "parts": "BIGINT", "whole": "BIGINT", "base": "VARCHAR",
        },
        [("r", payee, "work", "writer", "song", parts, whole, "") for payee, parts in payees],
    )  # fmt: skip
    lay_groups(working, [("add-on", micro, 1)])
