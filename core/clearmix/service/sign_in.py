"""Signing in and out: a page, and the cookie that it leads to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from clearmix.service.sessions import COOKIE, SESSION_DAYS, SIGN_IN_PATH, Attempts, Sessions

if TYPE_CHECKING:
    from clearmix.catalogue.models import Login
    from clearmix.kernel import Kernel

COOKIE = "clearmix_session"

SESSION_DAYS = 14
"""How long a sign-in lasts."""

SIGN_IN_PATH = "/sign-in"

START_PATH = "/"
"""Where whoever signed in goes who did not come for another page."""


class Sessions:
    """Signed cookies that say who signed in."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    @cached_property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(signing_key(self._keys), salt="clearmix.session")

    def cookie(self, user: str) -> str:
        """The value of a new session's cookie."""
        return str(self._serializer.dumps(user))

    def user(self, request: HTTPConnection) -> str | None:
        """Who is signed in, or None; a cookie that was changed or is too old is none."""
        try:
            said = self._serializer.loads(
                request.cookies.get(COOKIE, ""), max_age=SESSION_DAYS * 86_400
            )
        except BadSignature:
            return None
        return said if isinstance(said, str) else None


def signed_in(request: Request) -> str:
    """Who is signed in, for routes that need to know; 401 when nobody is."""
    sessions: Sessions = request.app.state.sessions
    user = sessions.user(request)
    if user is None:
        raise HTTPException(401, "Sign in first.")
    return user


def router(offered_logins: Sequence[Login]) -> APIRouter:
    """The routes of signing in and out."""
    routes = APIRouter(include_in_schema=False)
    attempts = Attempts()

    @routes.get(SIGN_IN_PATH)
    def page(request: Request, next: str = START_PATH) -> Response:
        sessions: Sessions = request.app.state.sessions
        if sessions.user(request):
            return RedirectResponse(own_path(next), status_code=303)
        return _page(request, offered_logins, next=next)

    @routes.post(SIGN_IN_PATH)
    def enter(
        request: Request,
        user: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = START_PATH,
    ) -> Response:
        kernel: Kernel = request.app.state.kernel
        address = request.client.host if request.client else ""
        wait = attempts.wait(user.strip(), address)
        if wait:
            minutes = math.ceil(wait / 60)
            said = f"Too many wrong passwords. Try again in {minutes} min."
            page = _page(request, offered_logins, trouble=said, user=user, status=429)
            page.headers["Retry-After"] = str(math.ceil(wait))
            return page
        login = kernel.catalogue.login(user.strip(), password)
        if login is None:
            attempts.failed(user.strip(), address)
            return _page(
                request,
                offered_logins,
                trouble="That name and password do not go together. Check both and try again.",
                user=user,
                next=next,
                status=401,
            )
        sessions: Sessions = request.app.state.sessions
        response = RedirectResponse(own_path(next), status_code=303)
        response.set_cookie(
            COOKIE,
            sessions.cookie(login.user),
            max_age=SESSION_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=_encrypted(request, kernel.settings.public_url),
        )
        return response

    @routes.post("/sign-out")
    def leave() -> Response:
        response = RedirectResponse(SIGN_IN_PATH, status_code=303)
        response.delete_cookie(COOKIE)
        return response

    return routes


def sign_in_path(wanted: str) -> str:
    """The sign-in page, from where the wanted page of the service is gone on to.

    >>> sign_in_path("/app/?hear=1")
    '/sign-in?next=%2Fapp%2F%3Fhear%3D1'
    """
    return f"{SIGN_IN_PATH}?next={quote(wanted, safe='')}"


def own_path(wanted: str) -> str:
    """A path of this service, or the start for whatever would lead elsewhere.

    >>> own_path("/app/?hear=1"), own_path("//elsewhere"), own_path("https://elsewhere")
    ('/app/?hear=1', '/', '/')
    """
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and re.match(r"/(?!/)", wanted) else START_PATH


def _page(
    request: Request,
    offered_logins: Sequence[Login],
    *,
    trouble: str = "",
    user: str = "",
    next: str = START_PATH,
    status: int = 200,
) -> HTMLResponse:
    kernel: Kernel = request.app.state.kernel
    template = Template(files("clearmix.service").joinpath("sign_in.html").read_text("utf-8"))
    chips = "".join(
        f'<button type="button" data-user="{escape(login.user)}">{escape(login.user)}'
        f"<small>{escape(login.role.replace('-', ' '))}</small></button>"
        for login in offered_logins
    )
    offered = f"<h2>Demonstration log-ins</h2><div class='logins'>{chips}</div>" if chips else ""
    text = template.substitute(
        service=escape(kernel.settings.service),
        user=escape(user),
        next=escape(own_path(next)),
        trouble=f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else "",
        offered=offered,
    )
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
