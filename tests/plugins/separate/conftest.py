from __future__ import annotations

import numpy as np
import pytest

from clearmix_separate.network import LEVELS

CHANNELS = (2, 3, 4, 4, 5, 5)
"""Of a network like Spleeter's, but small: its published one has 16 to 512."""

Variables = dict[str, np.ndarray]


def small_network(seed: int) -> Variables:
    """Drawn variables of both U-Nets, named and shaped as Spleeter's checkpoint has them."""
    draw = np.random.default_rng(seed)
    found: Variables = {}

    def layer(kind: str, number: int, shape: tuple[int, ...], width: int) -> None:
        name = kind if number == 0 else f"{kind}_{number}"
        found[f"{name}/kernel"] = draw.normal(0, 0.2, shape).astype(np.float32)
        found[f"{name}/bias"] = draw.normal(0, 0.1, width).astype(np.float32)

    def normal(number: int, width: int) -> None:
        name = "batch_normalization" + (f"_{number}" if number else "")
        found[f"{name}/gamma"] = draw.uniform(0.5, 1.5, width).astype(np.float32)
        found[f"{name}/beta"] = draw.normal(0, 0.1, width).astype(np.float32)
        found[f"{name}/moving_mean"] = draw.normal(0, 0.1, width).astype(np.float32)
        found[f"{name}/moving_variance"] = draw.uniform(0.5, 1.5, width).astype(np.float32)

    for stem in range(2):
        wide = 2
        for level, width in enumerate(CHANNELS):
            layer("conv2d", 7 * stem + level, (5, 5, wide, width), width)
            normal(12 * stem + level, width)
            wide = width
        for level in range(LEVELS):
            width = CHANNELS[LEVELS - 2 - level] if level < LEVELS - 1 else 1
            layer("conv2d_transpose", 6 * stem + level, (5, 5, width, wide), width)
            normal(12 * stem + LEVELS + level, width)
            wide = 2 * width
        layer("conv2d", 7 * stem + LEVELS, (4, 4, 1, 2), 2)
    return found


@pytest.fixture(scope="session")
def variables() -> Variables:
    return small_network(seed=1)
