"""The addresses that an open page asks: who is signed in by now, and what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import StreamingResponse

from clearmix.service.watching import Watch

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import HTTPConnection

    from clearmix import Kernel

UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def add_presence(
    app: FastAPI, path: str, kernel: Kernel, user: Callable[[HTTPConnection], str | None]
) -> None:
    """Adds the addresses under the path of the pages; as all there, they are for the signed-in."""
    watch = Watch(lambda: (*kernel.clearance.state(), *kernel.discovery.newest()))

    @app.get(f"{path}/who", include_in_schema=False)
    def who(request: Request) -> dict[str, str | None]:
        return {"user": user(request)}

    @app.get(f"{path}/news", include_in_schema=False)
    async def news() -> StreamingResponse:
        return StreamingResponse(_told(watch), media_type="text/event-stream", headers=UNBUFFERED)


async def _told(watch: Watch) -> AsyncIterator[str]:
    """A word for how things stand, now and again: another one whenever something has changed.

    It says that rights, or what is shared, are not what they were, and nothing about them.
    """
    async for state in watch.changes():
        yield f"data: {hashlib.sha256(repr(state).encode()).hexdigest()[:16]}\n\n"
