"""Usage periods: calendar months in UTC, half-open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from clearmix.errors import RoyaltyError

_MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month; a play belongs to the month in which it was heard, in UTC.

    >>> Period("2026-10").end.isoformat()
    '2026-11-01T00:00:00+00:00'
    """

    text: str

    def __post_init__(self) -> None:
        if not _MONTH.fullmatch(self.text):
            raise RoyaltyError(
                f"`{self.text}` is not a month", help="write year and month, such as `2026-10`"
            )

    @property
    def start(self) -> datetime:
        """The first instant of the month."""
        return datetime(int(self.text[:4]), int(self.text[5:]), 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant after the month."""
        year, month = int(self.text[:4]), int(self.text[5:])
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)

    @classmethod
    def of(cls, time: datetime) -> Period:
        """The month of an aware time."""
        return cls(time.astimezone(UTC).strftime("%Y-%m"))

    def __contains__(self, time: datetime) -> bool:
        return self.start <= time < self.end

    def __str__(self) -> str:
        return self.text
