"""Whole numbers divided by weights so that the parts are exactly the whole."""

from __future__ import annotations

from collections.abc import Sequence


def spread(whole: int, weights: Sequence[int]) -> list[int]:
    """The parts of a whole number by largest remainder; they add up to it exactly.

    Ties go to the part that comes first. A negative whole, such as a reversal, gives the parts of
    its opposite with their signs turned. Where no weight is above zero, the first takes it all.

    >>> spread(10, [1, 1, 1]), spread(-10, [1, 1, 1]), spread(7, [0, 0])
    ([4, 3, 3], [-4, -3, -3], [7, 0])
    """
    if whole < 0:
        return [-part for part in spread(-whole, weights)]
    total = sum(weights)
    if not total:
        return [whole, *([0] * (len(weights) - 1))]
    parts = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -(whole * weights[place] % total))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts
