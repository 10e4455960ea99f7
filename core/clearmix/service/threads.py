"""Which threads answer requests: a few for quick work, others for what takes seconds."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import FastAPI

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

QUICK_THREADS = 3
"""Threads for quick work. Python runs one at a time; with forty of them that wait for their turn,
half of the processor's time went into taking turns (tests/core/service/test_load.py)."""

SLOW_THREADS = 8
"""Requests that take seconds and are worked on at once; more of them wait."""

TURN_SECONDS = 0.001
"""How long a thread runs while others wait: a fifth of Python's own choice, which is most of what
a quick answer takes."""


_slow: RunVar[CapacityLimiter] = RunVar("clearmix.slow")


@asynccontextmanager
async def few_threads(app: FastAPI) -> AsyncIterator[None]:
    """Lets a few threads answer for as long as the service runs."""
    to_thread.current_default_thread_limiter().total_tokens = QUICK_THREADS
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    yield
    sys.setswitchinterval(before)


async def apart(
    work: Callable[Given, Answer], /, *args: Given.args, **kwargs: Given.kwargs
) -> Answer:
    """What a piece of work comes to that may take seconds; quick ones need not wait for it."""
    try:
        limiter = _slow.get()
    except LookupError:  # each event loop has its own
        limiter = CapacityLimiter(SLOW_THREADS)
        _slow.set(limiter)
    return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=limiter)


def slow(handler: Callable[Given, Answer]) -> Callable[Given, Awaitable[Answer]]:
    """A handler of requests that may take seconds."""

    @wraps(handler)
    async def handled(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        return await apart(handler, *args, **kwargs)

    return handled
