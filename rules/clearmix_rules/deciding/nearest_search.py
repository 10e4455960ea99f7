"""The values closest to those asked for under which a formula holds: a best-first search.

A node is a region for each attribute and the formulas still to be met; its bound is the cost of the
point of these regions that is closest to what was asked. No point of the node costs less, so the
first node taken whose own closest point meets all its formulas is the nearest of all.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import TypeAlias

from clearmix_rules.deciding.nearest_formula import Every, Formula, Some, Within, holds, keys
from clearmix_rules.deciding.nearest_values import Asked, Region, meet
from clearmix_rules.schema import SCHEMA

MOST_WORK = 2_000_000
"""Conditions looked at before a search gives up: about a second's work."""
NODE_WORK = 500
"""What a node costs besides the walk over its formulas, in conditions looked at."""

Cost: TypeAlias = tuple[int, Fraction]
"""The number of changes, then their size; costs of attributes add up."""


@dataclass(frozen=True)
class Start:
    """Where a search begins: what is asked, what each attribute may be, what must hold."""

    asked: Mapping[str, Asked]
    regions: Mapping[str, Region]
    formula: Formula
    cost: Cost = (0, Fraction(0))
    """Of changes that are made already."""
    dropped: tuple[str, ...] = ()
    """The actions that are left out already."""


@dataclass
class Effort:
    """What is left of the work that a search, with all its new beginnings, may do."""

    left: int = MOST_WORK


@dataclass(order=True)
class _Node:
    cost: Cost
    number: int
    """Nodes of one cost are taken in the order they were made."""
    start: Start = field(compare=False)
    regions: dict[str, Region] = field(compare=False)
    point: dict[str, Asked] = field(compare=False)
    open: tuple[Some, ...] = field(compare=False)


def search(starts: list[Start], effort: Effort) -> Iterator[tuple[Start, dict[str, Asked]]]:
    """Points under which the formula of a start holds, the cheapest first."""
    sizes = {id(start): sum(1 for _ in keys(start.formula)) for start in starts}
    number = count()
    waiting: list[_Node] = []
    for start in starts:
        _put(waiting, start, dict(start.regions), (), start.formula, number)
    while waiting and effort.left > 0:
        node = heapq.heappop(waiting)
        effort.left -= NODE_WORK + sizes[id(node.start)]
        unmet = [one for one in node.open if not holds(one, node.point)]
        if not unmet:
            yield node.start, node.point
            continue
        # Any unmet formula has to be met: the one with the fewest ways keeps the tree small.
        choice = min(unmet, key=lambda one: len(one.parts))
        rest = tuple(one for one in node.open if one is not choice)
        for way in choice.parts:
            _put(waiting, node.start, node.regions, rest, way, number)


def _put(
    waiting: list[_Node],
    start: Start,
    regions: dict[str, Region],
    rest: tuple[Some, ...],
    added: Formula,
    number: Iterator[int],
) -> None:
    """Adds the node in which one more formula must hold, unless an attribute has no value left."""
    regions = dict(regions)
    choices: list[Some] = []
    todo = [added]
    while todo:
        one = todo.pop()
        if isinstance(one, Within):
            known = regions.get(one.key)
            regions[one.key] = one.region if known is None else meet(known, one.region)
        elif isinstance(one, Every):
            todo += reversed(one.parts)
        else:
            choices.append(one)
    changes, size = start.cost
    point = dict(start.asked)
    for key, region in regions.items():
        asked = start.asked.get(key)
        if asked in region:
            continue
        closest = region.closest(asked, SCHEMA.attributes[key])
        if closest is None:
            return
        point[key] = closest.value
        changes += 1
        size += closest.distance
    heapq.heappush(
        waiting,
        _Node((changes, size), next(number), start, regions, point, (*rest, *choices)),
    )
