"""Each request under an id of its own: logged when it is answered, and counted.

Plain ASGI, so that streams of events pass through as they come.
"""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clearmix.observing import bound
from clearmix.observing.metrics import Answers

log = logging.getLogger("clearmix.requests")

HEADER = "X-Request-Id"

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""An id that a proxy has given already is kept, if it can do no harm in a log."""


class Observed:
    """Logs and counts every answer."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        began = time.monotonic()
        status = 500
        first_byte: float | None = None

        async def watched(message: Message) -> None:
            nonlocal status, first_byte
            if message["type"] == "http.response.start":
                status, first_byte = message["status"], time.monotonic() - began
                MutableHeaders(scope=message)[HEADER] = id
            await send(message)

        with bound(request=id):
            try:
                await self._app(scope, receive, watched)
            finally:
                self._tell(scope, status, first_byte or time.monotonic() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        # INVARIANT: never the path itself, which may be a link that plays.
        route = route_of(scope)
        self._answers.count(scope["method"], route, status, seconds)
        fields = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        level = logging.WARNING if status >= 500 else logging.INFO
        log.log(level, "answered", extra={"fields": fields})


def route_of(scope: Scope) -> str:
    """The pattern that a request's path matched; of what is mounted, where that begins."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    root: str = scope.get("root_path", "")
    return f"{root}/*" if root else "*"
