"""Watching for what may end a stream: one look at the database for all streams of a process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from fastapi.concurrency import run_in_threadpool

LOOK_SECONDS = 1.0
"""How often the database is looked at while anybody listens."""

AGAIN_SECONDS = 30.0
"""How often every stream is asked again although nothing was recorded: days and hours pass too."""


class Watch:
    """Tells whoever listens that something was recorded that may end their stream."""

    def __init__(self, state: Callable[[], object]) -> None:
        self._state = state
        self._seen: object = None
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def changes(self) -> AsyncIterator[object]:
        """The state now, again after each change of it, and from time to time."""
        seen = await self._look()
        told_at = time.monotonic()
        yield seen
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = await self._look()
            if now != seen or time.monotonic() - told_at > AGAIN_SECONDS:
                seen, told_at = now, time.monotonic()
                yield now

    async def _look(self) -> object:
        async with self._looking:
            if time.monotonic() - self._looked_at > LOOK_SECONDS / 2:
                self._seen = await run_in_threadpool(self._state)
                self._looked_at = time.monotonic()
            return self._seen
