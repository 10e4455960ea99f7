"""The time that an answer may take."""

from __future__ import annotations

import time

from clearmix_rules.errors import RightsError


class OutOfTimeError(RightsError):
    """The time for an answer is over; it never leaves this room."""


class Deadline:
    """A moment after which no more is tried."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def check(self) -> None:
        """Raises OutOfTimeError if the time is over."""
        if time.monotonic() > self.end:
            raise OutOfTimeError("the time is over")

    @property
    def milliseconds_left(self) -> int:
        """What is left; raises OutOfTimeError if nothing is."""
        self.check()
        return max(1, int((self.end - time.monotonic()) * 1_000))
