from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.royalties.reports.spreading import spread


@settings(deadline=None)
@given(whole=st.integers(-(2**62), 2**62), weights=st.lists(st.integers(0, 10**9), min_size=1))
def test_parts_add_up_and_none_is_a_unit_off(whole: int, weights: list[int]) -> None:
    parts = spread(whole, weights)
    assert sum(parts) == whole
    total = sum(weights)
    if total:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * total - whole * weight) < total
