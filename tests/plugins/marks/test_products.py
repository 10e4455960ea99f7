"""The product in one thread is the product."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_marks.products import MOST_STEPS, product

SIZES = st.integers(1, 60)


@given(SIZES, SIZES, SIZES, st.integers(1, 2))
def test_it_is_what_numpy_multiplies(frames: int, bins: int, bands: int, sides: int) -> None:
    lot = np.random.default_rng(frames)
    rows = lot.standard_normal((sides, frames, bins), dtype=np.float32)
    weights = lot.standard_normal((bins, bands), dtype=np.float32)
    made = product(rows, weights)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, rows @ weights, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("frames", [0, 1, 2, 27, 1000])
def test_pieces_are_put_together_in_their_order(frames: int) -> None:
    bins, bands = 400, 82
    assert frames * bins * bands > 3 * MOST_STEPS or frames < 1000
    rows = np.arange(frames * bins, dtype=np.float32).reshape(frames, bins) % 7
    weights = np.eye(bins, bands, dtype=np.float32)
    assert (product(rows, weights) == rows[:, :bands]).all()
