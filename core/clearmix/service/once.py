"""Routes that carry a request out once, however often it is sent with the same key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from clearmix.access import Caller
from clearmix.access.repeats import Answered
from clearmix.service.admission import CALLER, UPLOADS
from clearmix.service.problems import problem

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 200

Key = Annotated[
    str | None,
    Header(
        alias=HEADER,
        max_length=LONGEST_KEY,
        description="Made up by you: sent again with the same key within 24 hours, a request is "
        f"not carried out again but answered as the first time, with `{REPLAYED}: true`.",
    ),
]


async def _described(key: Key = None) -> None:
    """The header, for the description of the API."""


ONCE = [Depends(_described)]
"""For routes of the class `Once`."""


class Once(APIRoute):
    """A route that keeps what it answered for whoever sends the same again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, asked once for each key."""
        carry_out = super().get_route_handler()

        async def handler(request: Request) -> Response:
            key = request.headers.get(HEADER)
            caller: Caller | None = request.scope.get(CALLER)
            if key is None or caller is None or request.method != "POST":
                return await carry_out(request)
            if not 1 <= len(key) <= LONGEST_KEY:
                said = f"an `{HEADER}` of {len(key)} characters"
                return problem(422, "A field is wrong", said, "make one of 1 to 200 characters")
            kernel: Kernel = request.app.state.kernel
            asked = await _digest(request)
            before = await run_in_threadpool(kernel.repeats.begin, caller.user, key, asked)
            if before is not None:
                return JSONResponse(before.content, before.status, {REPLAYED: "true"})
            answered = None
            try:
                response = await carry_out(request)
                answered = _kept(response)
                return response
            finally:
                await run_in_threadpool(kernel.repeats.end, caller.user, key, answered)

        return handler


async def _digest(request: Request) -> str:
    """What is asked for; of an upload, which may be large, only where to and how long it is."""
    path = request.url.path
    said = request.headers.get("content-length", "").encode()
    body = said if path in UPLOADS else await request.body()
    return hashlib.sha256(b"\n".join([path.encode(), request.url.query.encode(), body])).hexdigest()


def _kept(response: Response) -> Answered | None:
    """The answer, if something was done: what failed may be tried again with the same key."""
    if response.status_code >= 300:
        return None
    return Answered(response.status_code, json.loads(bytes(response.body)))
