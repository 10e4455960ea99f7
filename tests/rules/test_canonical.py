"""Canonical JSON and hashes."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearmix_rules.canonical import canonical, merkle_root, sha256
from clearmix_rules.errors import CanonicalError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)

steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@steady
@given(values)
def test_canonical_json_equals_that_of_an_independent_implementation(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_are_sorted_by_utf16_code_units():
    assert canonical({"\ufb33": 1, "\U0001f600": 2}).decode().index("\U0001f600") == 2


@pytest.mark.parametrize("value", [1.5, 2**53, "\ud800", {1, 2}, float("nan")])
def test_what_canonical_json_cannot_hold_is_refused(value):
    with pytest.raises(CanonicalError) as caught:
        canonical({"x": value})
    assert caught.value.message


def test_a_merkle_root_does_not_depend_on_the_order_of_its_leaves():
    leaves = [sha256(n) for n in range(5)]
    assert merkle_root(leaves) == merkle_root(reversed(leaves))
    assert merkle_root(leaves) != merkle_root(leaves[:4])
    assert merkle_root(leaves[:1]) != leaves[0]
