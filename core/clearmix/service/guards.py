"""The headers of every answer.

Plain ASGI: a middleware that reads answers would hold back the events that pages wait for.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clearmix.service.problems import problem
from clearmix.service.sign_in import SIGN_IN_PATH, Sessions, sign_in_path

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio evaluates its templates
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "frame-ancestors 'self'",
        "form-action 'self'",
        "base-uri 'self'",
    )
)
"""Content-Security-Policy of every answer: a page can neither load nor tell anything elsewhere."""

HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class WithHeaders:
    """Adds headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    found.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class SignedInOnly:
    """Lets nobody under some paths who is not signed in, whatever is mounted there.

    INVARIANT: the queue, file and configuration routes of a page's framework are behind it too.
    """

    def __init__(self, app: ASGIApp, paths: Sequence[str], sessions: Sessions) -> None:
        self._app = app
        self._paths = tuple(path.rstrip("/") for path in paths)
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or sends it to the sign-in page."""
        inside = scope["type"] in ("http", "websocket") and any(
            scope["path"] == path or scope["path"].startswith(f"{path}/") for path in self._paths
        )
        if not inside or self._sessions.user(HTTPConnection(scope)) is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
        elif "text/html" in HTTPConnection(scope).headers.get("accept", ""):
            url = HTTPConnection(scope).url
            wanted = f"{url.path}?{url.query}" if url.query else url.path
            await RedirectResponse(sign_in_path(wanted), status_code=303)(scope, receive, send)
        else:
            answer = problem(401, "Not signed in", "sign in first", f"open {SIGN_IN_PATH}")
            await answer(scope, receive, send)
