"""Digests that do not depend on the order of rows."""

from __future__ import annotations

import hashlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix.royalties.digests import canonical_hash, table_digest
from clearmix.royalties.engine import Engine

COLUMNS = {"name": "VARCHAR", "amount": "BIGINT"}
rows = st.lists(
    st.tuples(st.none() | st.text("ab:|1-", max_size=4), st.none() | st.integers(0, 20)),
    max_size=6,
)


def digest(working: Engine, table: list[tuple[Any, ...]]) -> str:
    working.create("hashed", COLUMNS, table)
    return table_digest(working, "hashed", COLUMNS)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows, rows, st.randoms())
def test_two_tables_have_one_digest_if_and_only_if_they_hold_the_same_rows(
    working: Engine, one: list[tuple[Any, ...]], other: list[tuple[Any, ...]], random: Any
) -> None:
    shuffled = random.sample(one, len(one))
    assert digest(working, one) == digest(working, shuffled)
    same = sorted(map(repr, one)) == sorted(map(repr, other))
    assert (digest(working, one) == digest(working, other)) == same


def test_values_do_not_run_into_each_other(working: Engine) -> None:
    texts = {"a": "VARCHAR", "b": "VARCHAR"}
    digests = set()
    for row in (("ab", "c"), ("a", "bc"), ("", "abc"), (None, "abc"), ("1:a", "b"), ("1", ":ab")):
        working.create("hashed", texts, [row])
        digests.add(table_digest(working, "hashed", texts))
    assert len(digests) == 6


def test_the_order_of_keys_does_not_count() -> None:
    assert canonical_hash({"a": 1, "b": [2]}) == canonical_hash({"b": [2], "a": 1})
    assert canonical_hash({"a": "1"}) != canonical_hash({"a": 1})


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows)
def test_a_digest_is_what_it_was_for_settlements_of_before(
    working: Engine, table: list[tuple[Any, ...]]
) -> None:
    sums = [0, 0, 0, 0]
    for row in table:
        texts = ("-" if value is None else f"{len(str(value))}:{value}" for value in row)
        hashed = hashlib.sha256("".join(texts).encode()).hexdigest()
        sums = [sum + int(hashed[16 * n : 16 * n + 16], 16) for n, sum in enumerate(sums)]
    assert digest(working, table) == canonical_hash([str(number) for number in (len(table), *sums)])
