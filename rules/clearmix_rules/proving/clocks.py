"""Windows of policies as terms: in force, in doubt, ended; and the days that it may be."""

from __future__ import annotations

from datetime import UTC, date, datetime

from clearmix_rules.deciding.windows import Window
from clearmix_rules.proving.moments import Moment
from clearmix_rules.proving.terms import Term, every, no, some
from clearmix_rules.proving.world import EARLIEST, LATEST, OFFSETS, ZONE_KNOWN, World
from clearmix_rules.zones import zone

DOUBTFUL = (LATEST, "UTC", EARLIEST)
"""The places whose days stand for all days that it may be where nobody knows the zone."""


class Clock:
    """Reads windows at the `now` of a world, for its listener."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = world.holds(*ZONE_KNOWN)

    def is_open(self, window: Window) -> Term:
        """Whether a window is surely open: an unknown zone opens last and closes first."""
        if window.fixed:
            return self._within(window, window.fixed, window.fixed)
        if window.opens is None and window.closes is None:
            return True
        return self._listener(window, LATEST, EARLIEST)

    def may_be_open(self, window: Window) -> Term:
        """Whether a window is open, or may be."""
        if window.fixed:
            return self._within(window, window.fixed, window.fixed)
        if window.opens is None and window.closes is None:
            return True
        return some((self._listener(window, LATEST, EARLIEST),
                     self._listener(window, EARLIEST, LATEST)))  # fmt: skip

    def ended(self, window: Window) -> Term:
        """Whether a window has closed for good, at the earliest that it may have."""
        if window.closes is None:
            return False
        if window.fixed:
            return no(self._before_end(window.closes, window.fixed))
        return some(
            (
                every((self.known, no(self._before_end(window.closes, "listener")))),
                every((no(self.known), no(self._before_end(window.closes, EARLIEST)))),
            )
        )

    def days(self, window: Window) -> list[tuple[Term, tuple[str, ...]]]:
        """The places whose days must all be tried, each list under its condition."""
        if window.fixed:
            return [(True, (window.fixed,))]
        return [(self.known, ("listener",)), (no(self.known), DOUBTFUL)]

    def _listener(self, window: Window, first: str, last: str) -> Term:
        return some(
            (
                every((self.known, self._within(window, "listener", "listener"))),
                every((no(self.known), self._within(window, first, last))),
            )
        )

    def _within(self, window: Window, first: str, last: str) -> Term:
        began = True if window.opens is None else self._after_start(window.opens, first)
        return every((began, window.closes is None or self._before_end(window.closes, last)))

    def _after_start(self, point: date | datetime, where: str) -> Term:
        if isinstance(point, datetime):
            return self._reached(point, where)
        return self.world.today(where) >= point.toordinal()

    def _before_end(self, point: date | datetime, where: str) -> Term:
        if isinstance(point, datetime):
            return no(self._reached(point, where))
        return self.world.today(where) <= point.toordinal()

    def _reached(self, point: datetime, where: str) -> Term:
        """Whether a moment has come; one without a zone is on the clock of a place."""
        now = self.world.now
        if point.tzinfo is not None:
            return now.reached(Moment.of(point))
        if where == "listener" or where in OFFSETS:
            return now.on_clock(self.world.ahead(where)).reached(
                Moment.of(point.replace(tzinfo=UTC))
            )
        return now.reached(Moment.of(point.replace(tzinfo=zone(where) or UTC)))
