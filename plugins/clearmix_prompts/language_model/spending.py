"""The spending limit: tokens of one day, counted in a file that all processes share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from clearmix import ClearmixError

SIGNS_PER_TOKEN = 3
"""Characters that are counted as a token where a server reports no usage; few, to be careful."""


class LimitReachedError(ClearmixError):
    """The tokens of the day are used up."""


class Spending:
    """Counts tokens; a line of the day's file is added for each amount, so that none is lost."""

    def __init__(
        self,
        folder: Path,
        limit: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder = folder
        self._limit = limit
        self._now = now

    @property
    def today(self) -> int:
        """Tokens used or set aside today."""
        path = self._path()
        lines = path.read_text(encoding="ascii").split() if path.exists() else []
        return sum(int(line) for line in lines)

    def set_aside(self, tokens: int) -> Callable[[int], None]:
        """A function that puts what was really used in place of what is set aside now.

        Raises:
            LimitReachedError: with these tokens the day's limit would be passed.
        """
        if self.today + tokens > self._limit:
            raise LimitReachedError(
                f"the limit of {self._limit} tokens a day is reached",
                help="raise CLEARMIX_OPENAI_DAILY_TOKENS, or wait until midnight UTC",
            )
        self._add(tokens)
        return lambda used: self._add(used - tokens)

    def _add(self, tokens: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._path().open("a", encoding="ascii") as file:
            file.write(f"{tokens}\n")

    def _path(self) -> Path:
        return self._folder / f"{self._now():%Y-%m-%d}.txt"
