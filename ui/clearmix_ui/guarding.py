"""What Gradio serves besides the page: closed where the page needs it not, else each its owner's.

Who is signed in at all is asked before, by the service. Plain ASGI: events must not be held back.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED = (
    "proxy=", "upload", "monitoring", "vibe-", "undo-vibe-edit", "dev/", "process_recording",
    "run-history", "runs", "custom_component", "mcp", "deep_link", "login", "logout", "token",
)  # fmt: skip
"""What the page has no use for: proxying, uploads, recordings of runs, editing itself..."""

API = "gradio_api/"

MOST_SESSIONS = 100_000
"""Sessions of pages whose owner is remembered; the oldest are forgotten."""


class Guarded:
    """Lets a listener reach what its own page needs, under one path."""

    def __init__(
        self, app: ASGIApp, path: str, user: Callable[[HTTPConnection], str | None]
    ) -> None:
        self._app = app
        self._path = f"{path.rstrip('/')}/"
        self._user = user
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        below = scope["path"].removeprefix(self._path).removeprefix(API)
        if below.startswith(CLOSED):
            await _not_there(scope, receive, send)
            return
        if scope["method"] == "POST":
            body = await _whole(receive)
            receive = _again(body, receive)
            named = _in_body(body)
        else:
            named = _in_address(scope, below)
        if named is not None and not self._is_own(named, scope):
            await _not_there(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_own(self, session: str, scope: Scope) -> bool:
        """Whether a page's session belongs to who asks: the first who names it owns it.

        INVARIANT: what a handler answers is read by nobody but the listener whose page asked.
        """
        from starlette.requests import HTTPConnection

        user = self._user(HTTPConnection(scope)) or ""
        owner = self._owners.setdefault(session, user)
        self._owners.move_to_end(session)
        while len(self._owners) > MOST_SESSIONS:
            self._owners.popitem(last=False)
        return owner == user


def _in_address(scope: Scope, below: str) -> str | None:
    from starlette.datastructures import QueryParams

    kind, _, rest = below.partition("/")
    if kind in ("heartbeat", "stream"):
        return rest.partition("/")[0]
    return QueryParams(scope["query_string"]).get("session_hash")


def _in_body(body: bytes) -> str | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):  # a form, or nonsense that Gradio answers
        return None
    named = said.get("session_hash") if isinstance(said, dict) else None
    return named if isinstance(named, str) else None


async def _whole(receive: Receive) -> bytes:
    """The body; the service has limited how long it may be."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _not_there(scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import JSONResponse

    said: dict[str, Any] = {"status": 404, "title": "Not found", "detail": "There is nothing here."}
    answer = JSONResponse(said, 404, media_type="application/problem+json")
    await answer(scope, receive, send)
