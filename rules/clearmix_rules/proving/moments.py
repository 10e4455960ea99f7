"""Moments as terms: a day and a time of day, which a solver compares far faster than one number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import z3

from clearmix_rules.proving.terms import Term, every, no, some
from clearmix_rules.tree import Op

DAY = 86_400_000_000
"""Microseconds: times of day are counted in them, and how far a clock is ahead of UTC."""
HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC: the number of its day, counted from 1 as Python does, and its time."""

    day: Any
    time: Any

    @classmethod
    def of(cls, at: datetime) -> Moment:
        """A known moment."""
        there = at.astimezone(UTC)
        midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(there.toordinal(), (there - midnight) // timedelta(microseconds=1))

    def reached(self, other: Moment) -> Term:
        """Whether this moment is the other or comes after it."""
        return some((self.day > other.day, every((self.day == other.day, self.time >= other.time))))

    def date(self, ahead: Any) -> z3.ArithRef:
        """The number of the day that a clock shows which is so far ahead of UTC."""
        clock = self.time + ahead
        return self.day + z3.If(clock >= DAY, 1, z3.If(clock < 0, -1, 0))

    def on_clock(self, ahead: Any) -> Moment:
        """What a clock shows which is so far ahead of UTC, as if it were UTC."""
        clock = self.time + ahead
        return Moment(self.date(ahead), clock + z3.If(clock >= DAY, -DAY, z3.If(clock < 0, DAY, 0)))


COMPARE: Mapping[Op, Callable[[Moment, Moment], Term]] = {
    Op.BEFORE: lambda a, b: no(a.reached(b)),
    Op.AFTER: lambda a, b: no(b.reached(a)),
    Op.ON_OR_BEFORE: lambda a, b: b.reached(a),
    Op.ON_OR_AFTER: lambda a, b: a.reached(b),
    Op.EXACTLY: lambda a, b: every((a.reached(b), b.reached(a))),
}


def datetime_of(day: int, time: int) -> datetime:
    """The moment with these numbers."""
    return datetime.fromordinal(day).replace(tzinfo=UTC) + timedelta(microseconds=time)
