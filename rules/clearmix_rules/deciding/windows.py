"""When policies and consents are in force, also where nobody knows the listener's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import Enum

from clearmix_rules import tree
from clearmix_rules.zones import EARLIEST, LATEST, day_begins, day_ends, zone


class State(Enum):
    """IN_DOUBT: in force in some of the zones that the listener may be in, not in all."""

    OPEN = "in force"
    IN_DOUBT = "in doubt"
    CLOSED = "not in force"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when. A day counts whole; None is without end."""

    opens: date | datetime | None = None
    closes: date | datetime | None = None
    fixed: str | None = None
    """The zone that the window itself names; otherwise the listener's counts."""

    @classmethod
    def of(cls, said: tree.InForce | None) -> Window:
        """The window of a policy; without an `in force` line it is always open."""
        if said is None:
            return cls()
        return cls(_point(said.opens), _point(said.closes), said.zone)

    def where(self, listener: tzinfo | None) -> tzinfo | None:
        """The zone whose calendar counts; None if nobody knows it."""
        return zone(self.fixed) if self.fixed else listener

    def state(self, now: datetime, listener: tzinfo | None) -> State:
        """Whether the window is open at a moment, for a listener in a zone or in an unknown one.

        An unknown zone opens last and closes first: only OPEN lets a permit speak.
        """
        where = self.where(listener)
        first, last = (where, where) if where else (LATEST, EARLIEST)
        if self._within(now, first, last):
            return State.OPEN
        if where is None and self._within(now, EARLIEST, LATEST):
            return State.IN_DOUBT
        return State.CLOSED

    def ended(self, now: datetime, listener: tzinfo | None) -> bool:
        """Whether the window has closed for good, at the earliest that it may have."""
        where = self.where(listener)
        return self.closes is not None and now >= _ends(self.closes, where or EARLIEST)

    def boundaries(self, listener: tzinfo | None) -> Iterator[datetime]:
        """Every moment at which the state changes or may change."""
        where = self.where(listener)
        for each in (where,) if where else (LATEST, EARLIEST):
            if self.opens is not None:
                yield _begins(self.opens, each)
            if self.closes is not None:
                yield _ends(self.closes, each)

    def _within(self, now: datetime, first: tzinfo | None, last: tzinfo | None) -> bool:
        first, last = first or UTC, last or UTC
        if self.opens is not None and now < _begins(self.opens, first):
            return False
        return self.closes is None or now < _ends(self.closes, last)

    def words(self) -> str:
        """The window in words."""
        opens = f" from {_plain(self.opens)}" if self.opens else ""
        closes = f" until {_plain(self.closes)}" if self.closes else ""
        where = f", in {self.fixed}" if self.fixed else ""
        return f"in force{opens}{closes}{where}" if opens or closes else "always in force"


def _point(point: tree.Day | tree.Moment | None) -> date | datetime | None:
    if point is None:
        return None
    return point.day if isinstance(point, tree.Day) else point.at


def _begins(point: date | datetime, where: tzinfo) -> datetime:
    try:
        if isinstance(point, datetime):
            return (point if point.tzinfo else point.replace(tzinfo=where)).astimezone(UTC)
        return day_begins(point, where)
    except OverflowError:
        return _edge(point)


def _ends(point: date | datetime, where: tzinfo) -> datetime:
    """The first moment after the window: a day is included whole, a moment is not included."""
    if isinstance(point, datetime):
        return _begins(point, where)
    try:
        return day_ends(point, where)
    except OverflowError:
        return _edge(point)


def _edge(point: date) -> datetime:
    """The end of the calendar that a point is beyond once it is taken to UTC."""
    return (datetime.min if point.year < 5_000 else datetime.max).replace(tzinfo=UTC)


def _plain(point: date | datetime) -> str:
    if not isinstance(point, datetime):
        return point.isoformat()
    utc = " UTC" if point.tzinfo else ""
    return f"{point.replace(tzinfo=None).isoformat(' ', 'minutes')}{utc}"


def days(now: datetime, where: tzinfo | None) -> tuple[date, ...]:
    """The calendar day in a zone, or every day it may be where nobody knows the zone."""
    if where is not None:
        return (day_in(now, where),)
    return tuple(sorted({day_in(now, each) for each in (LATEST, UTC, EARLIEST)}))


def day_in(now: datetime, where: tzinfo) -> date:
    """The calendar day in a zone."""
    try:
        return now.astimezone(where).date()
    except OverflowError:  # on the first and the last day of the calendar
        return now.date()
