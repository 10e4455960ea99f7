"""Who comes in: a session or a token, from our own pages, with a body that is not too large.

Plain ASGI and in front of everything: nobody makes the service read a body, or reaches the queue
and file routes of a page's framework, who has not said who they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import HTTPException
from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clearmix.access import Caller
from clearmix.service.problems import problem
from clearmix.service.sessions import SIGN_IN_PATH, Sessions, sign_in_path

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

CALLER = "clearmix.caller"
"""Where the caller stands in the scope of a request."""

PUBLIC = (
    "/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/verify", "/api/spec/schema",
    "/favicon.ico", SIGN_IN_PATH, "/sign-out",
)  # fmt: skip
"""Paths for everybody."""

PUBLIC_BELOW = ("/assets/", "/verify/")

SAFE = ("GET", "HEAD", "OPTIONS")

KILOBYTE, MEGABYTE = 2**10, 2**20

MOST_BYTES = 1 * MEGABYTE
"""Largest body of a request that is no upload."""

MOST_PAGE_BYTES = 16 * MEGABYTE
"""Largest body of what a page sends, which holds what it shows."""

UPLOADS = {
    "/api/recordings": 512 * MEGABYTE,  # a song of twenty minutes with its stems
    "/api/catalogue/imports": 2048 * MEGABYTE,
    "/api/plays/imports": 512 * MEGABYTE,
    "/app/verify/file": 65 * MEGABYTE,
    "/verify": 65 * MEGABYTE,  # which says itself what is too large
}
"""Largest bodies of what takes files."""


class Admission:
    """Lets in who may come in, and tells the routes who it is."""

    def __init__(
        self, app: ASGIApp, kernel: Kernel, sessions: Sessions, pages: Sequence[str]
    ) -> None:
        self._app = app
        self._kernel = kernel
        self._sessions = sessions
        self._pages = tuple(page.rstrip("/") for page in pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or says why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = await self._refusal(connection)
        if refusal is None:
            if scope["type"] == "http":
                receive = _limited(receive, self._most(scope["path"]))
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, connection: HTTPConnection) -> Response | None:
        """Why a request is not let in; None when it is, and the scope then has its caller."""
        path: str = connection.scope["path"]
        secret = bearer(connection)
        if secret is None and _from_elsewhere(connection, self._kernel.settings.public_url):
            return problem(
                403,
                "From another page",
                "this came from a page that is not ours",
                "do it on our own pages, or use an access token",
            )
        said = connection.headers.get("content-length", "")
        if said.isdecimal() and int(said) > (most := self._most(path)):
            return problem(
                413, "Too large", f"the most here are {most // KILOBYTE} KB", "send less at a time"
            )
        if path in PUBLIC or path.startswith(PUBLIC_BELOW):
            return None
        inside = self._inside(path)
        caller = await run_in_threadpool(caller_of, connection, self._kernel, self._sessions)
        if caller is not None and not (inside and caller.token):
            connection.scope[CALLER] = caller
            return None
        followed = secret is None and connection.scope.get("method") == "GET"  # a link, by somebody
        if (inside or followed) and "text/html" in connection.headers.get("accept", ""):
            url = connection.url
            wanted = f"{url.path}?{url.query}" if url.query else url.path
            return RedirectResponse(sign_in_path(wanted), status_code=303)
        if secret is not None and caller is None:
            words = ("this access token is not valid any more", "make another one")
        elif inside:
            words = ("sign in first", f"open {SIGN_IN_PATH}")
        else:
            words = ("sign in first", f"open {SIGN_IN_PATH}, or send an access token")
        return problem(401, "Not signed in", *words, headers={"WWW-Authenticate": "Bearer"})

    def _inside(self, path: str) -> bool:
        """Whether a path is that of a page, or below it."""
        return any(path == page or path.startswith(f"{page}/") for page in self._pages)

    def _most(self, path: str) -> int:
        """The largest body that is taken in."""
        return UPLOADS.get(path, MOST_PAGE_BYTES if self._inside(path) else MOST_BYTES)


def caller_of(connection: HTTPConnection, kernel: Kernel, sessions: Sessions) -> Caller | None:
    """Who asks, by access token or by session; None if that is not known or not any more."""
    secret = bearer(connection)
    if secret is not None:
        return kernel.tokens.caller(secret)
    session = sessions.session(connection)
    if session is None:
        return None
    login = kernel.sign_ins.login(session.user, session.cookie, session.generation)
    return Caller.signed_in(login) if login else None


def bearer(connection: HTTPConnection) -> str | None:
    """The access token of a request, or None if it comes with none."""
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def _limited(receive: Receive, most: int) -> Receive:
    """The body, as long as it stays within its limit: a length may be missing or wrong."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413, f"the most here are {most // KILOBYTE} KB")
        return message

    return limited


def _from_elsewhere(connection: HTTPConnection, public_url: str | None) -> bool:
    """Whether a browser sends a change on behalf of another site's page.

    Cookies go with such a request in old browsers, whatever SameSite says. Who sends neither
    header is no browser, and has no cookies that another site could use.
    """
    if connection.scope["type"] == "http" and connection.scope["method"] in SAFE:
        return False
    fetched = connection.headers.get("sec-fetch-site")
    if fetched is not None and fetched not in ("same-origin", "none"):
        return True
    origin = connection.headers.get("origin")
    ours = {connection.headers.get("host", ""), urlsplit(public_url or "").netloc}
    return origin is not None and urlsplit(origin).netloc not in ours - {""}
