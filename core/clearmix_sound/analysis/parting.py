"""Values of two kinds, parted where they lie in two heaps."""

from __future__ import annotations

import numpy as np

from clearmix_sound.analysis.onsets import Curve

_CELLS = 64


def otsu(values: Curve) -> float:
    """The threshold that parts values of 0..1 into the two heaps that differ most.

    Otsu, "A threshold selection method from gray-level histograms", 1979.

    >>> 0.2 < otsu(np.array([0.1, 0.15, 0.2, 0.6, 0.65])) < 0.6
    True
    """
    counts, edges = np.histogram(values, _CELLS, (0.0, 1.0))
    centres = 0.5 * (edges[1:] + edges[:-1])
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * centres)
    between = (
        below
        * above
        * (sums / np.maximum(below, 1) - (sums[-1] - sums) / np.maximum(above, 1)) ** 2
    )
    return float(edges[1 + int(np.argmax(between))])
