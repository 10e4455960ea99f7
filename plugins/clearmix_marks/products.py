"""Products of long and narrow matrices, made in one thread.

BLAS shares a product out between all cores as soon as it has a few hundred thousand steps. Each of
ours takes less than a millisecond, so that most of the time goes into waiting for one another: on
a machine whose cores are busy that is eight times the work itself, all of it counted as ours.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from clearmix_marks.convolution import Floats

MOST_STEPS: Final = 262_144
"""Multiplications up to which OpenBLAS keeps to one thread (its `interface/gemm.c`: 65536 x 4)."""


def product(rows: Floats, weights: Floats) -> Floats:
    """What `rows @ weights` gives, for rows of shape (..., frames, bins).

    >>> product(np.eye(2, dtype=np.float32), np.full((2, 1), 3, np.float32)).ravel().tolist()
    [3.0, 3.0]
    """
    flat = rows.reshape(-1, rows.shape[-1])
    made = np.empty((len(flat), weights.shape[1]), np.float32)
    step = max(2, MOST_STEPS // max(1, weights.size))
    for first in range(0, len(flat), step):
        np.matmul(flat[first : first + step], weights, out=made[first : first + step])
    return made.reshape(*rows.shape[:-1], weights.shape[1])
