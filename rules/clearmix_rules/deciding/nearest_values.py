"""Sets of values that an attribute may take, and the one of them that is closest to a given one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from clearmix_rules.deciding.request import Fact
from clearmix_rules.schema import Attribute

Asked: TypeAlias = Fact | None
"""The value of an attribute in a request; None if it is not given."""

ENDLESS = 2**62
"""Above every number, day and moment: a range that ends here has no upper end."""

# What counts as one step of a number that is 0 or small: 10 seconds, 10 %, a semitone, one.
_STEP = {"ms": 10_000, "bps": 1_000, "cents": 100}


@dataclass(frozen=True, slots=True)
class Closest:
    """A value, and how far it is from the one asked for: 0 for the same."""

    value: Asked
    distance: Fraction


_HERE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers in ascending ranges that do not touch, both ends included."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def between(cls, low: int, high: int) -> Numbers:
        """The numbers from one to another; none if they are in the wrong order."""
        return cls(((low, high),) if low <= high else ())

    def __contains__(self, value: object) -> bool:
        """Whether the number is one of them."""
        return isinstance(value, int) and any(low <= value <= high for low, high in self.ranges)

    def meet(self, other: Numbers) -> Numbers:
        """The numbers in both."""
        both = (
            (max(low, first), min(high, last))
            for low, high in self.ranges
            for first, last in other.ranges
        )
        return Numbers(tuple(sorted((low, high) for low, high in both if low <= high)))

    def others(self) -> Numbers:
        """All numbers from 0 that are not here."""
        start, gaps = 0, []
        for low, high in self.ranges:
            gaps.append((start, low - 1))
            start = high + 1
        return Numbers(tuple((low, high) for low, high in [*gaps, (start, ENDLESS)] if low <= high))

    def around(self, value: int) -> tuple[int, int]:
        """The range that a number of them is in."""
        return next((low, high) for low, high in self.ranges if low <= value <= high)

    def closest(self, asked: Asked, attribute: Attribute) -> Closest | None:
        """The number with the least difference, the smaller of two; None if there is none."""
        if not isinstance(asked, int):
            return None
        ends = [min(max(asked, low), high) for low, high in self.ranges]
        if not ends:
            return None
        value = min(ends, key=lambda end: (abs(end - asked), end))
        step = max(asked, _STEP.get(attribute.unit or "", 1))
        return Closest(value, Fraction(abs(value - asked), step))

    @property
    def room(self) -> int:
        """How many they are."""
        return sum(high - low + 1 for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class Names:
    """Single values: these, or all `but` these. None stands for a value that is not given."""

    names: frozenset[Asked]
    but: bool = False

    @classmethod
    def of(cls, names: Iterable[Asked]) -> Names:
        """Exactly these."""
        return cls(frozenset(names))

    def __contains__(self, value: object) -> bool:
        """Whether the value is one of them."""
        return (value in self.names) is not self.but

    def meet(self, other: Names) -> Names:
        """The values in both."""
        if self.but and other.but:
            return Names(self.names | other.names, True)
        listed, rest = (other, self) if self.but else (self, other)
        return Names(frozenset(name for name in listed.names if name in rest))

    def others(self) -> Names:
        """All values that are not here."""
        return Names(self.names, not self.but)

    def closest(self, asked: Asked, attribute: Attribute) -> Closest | None:
        """The value itself, else the nearest in the order of the schema.

        A use that reaches no further than the one asked for comes before any that does.
        """
        if asked in self:
            return Closest(asked, _HERE)
        order = list(attribute.values)
        known = set(self.names)
        if self.but:
            known = {*order}
            if isinstance(attribute.default, str):
                known.add(attribute.default)
        found = [name for name in known if name in self and (not order or name in order)]
        if not found:
            return None

        def distance(name: Asked) -> int:
            if name not in order or asked not in order:
                return 1
            steps = order.index(str(name)) - order.index(str(asked))
            further = attribute.key == "request.use" and steps > 0
            return abs(steps) + (len(order) if further else 0)

        rank = {name: place for place, name in enumerate(order)}
        value = min(found, key=lambda name: (distance(name), rank.get(str(name), 0), str(name)))
        return Closest(value, Fraction(distance(value)))

    @property
    def room(self) -> int:
        """How many they are; any number of others counts as many."""
        return ENDLESS - len(self.names) if self.but else len(self.names)


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets that hold all of `has`, none of `lacks` and, if `only` is given, nothing else."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def __contains__(self, value: object) -> bool:
        """Whether the set is one of them."""
        if not isinstance(value, frozenset | tuple):
            return False
        held = frozenset(value)
        return (
            self.has <= held
            and self.lacks.isdisjoint(held)
            and (self.only is None or held <= self.only)
        )

    def meet(self, other: Sets) -> Sets:
        """The sets that are in both."""
        only = self.only if other.only is None else other.only
        if self.only is not None and other.only is not None:
            only = self.only & other.only
        return Sets(self.has | other.has, self.lacks | other.lacks, only)

    def closest(self, asked: Asked, attribute: Attribute) -> Closest | None:
        """The set with the fewest names added and left out."""
        if not isinstance(asked, frozenset):
            return None
        value = (asked | self.has) - self.lacks
        if self.only is not None:
            value &= self.only
        return Closest(value, Fraction(len(value ^ asked))) if value in self else None

    @property
    def room(self) -> int:
        """The fewer conditions, the more sets there are."""
        return ENDLESS - len(self.has) - len(self.lacks) - (self.only is not None)


Region: TypeAlias = Numbers | Names | Sets


def meet(first: Region, second: Region) -> Region:
    """The values in both of two regions of one attribute."""
    if isinstance(first, Numbers) and isinstance(second, Numbers):
        return first.meet(second)
    if isinstance(first, Names) and isinstance(second, Names):
        return first.meet(second)
    if isinstance(first, Sets) and isinstance(second, Sets):
        return first.meet(second)
    raise TypeError("two regions of one attribute are of one kind")
