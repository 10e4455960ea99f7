"""Answers that stand: the same question is not worked out again while nothing has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

STANDS_SECONDS = 5.0
"""How long an answer stands though nothing was recorded: hours pass, catalogues are corrected."""

MOST_STANDING = 10_000
"""Answers that are kept at once, some kilobytes each at most."""


class Standing(Generic[Answer]):
    """Answers by question, each for as long as the state stays what it was when it was worked out.

    The state is looked up at every question, so that an answer falls with whatever is committed
    before the question is asked.
    """

    def __init__(
        self,
        state: Callable[[], Hashable],
        clock: Callable[[], float] = time.monotonic,
        *,
        seconds: float = STANDS_SECONDS,
    ) -> None:
        self._state = state
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[Hashable, tuple[Hashable, float, Answer]] = {}

    def answer(self, question: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer that stands, or the one that is worked out now."""
        state, now = self._state(), self._clock()
        kept = self._kept.get(question)
        if kept is not None and kept[0] == state and now < kept[1] + self._seconds:
            return kept[2]
        found = work_out()
        if len(self._kept) >= MOST_STANDING:
            self._kept = {}
        self._kept[question] = state, now, found
        return found
