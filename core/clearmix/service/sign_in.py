"""Signing in: a page, a signed cookie, and who is asking."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection

from clearmix.delivery.signing import signing_key

if TYPE_CHECKING:
    from clearmix.catalogue.models import Login
    from clearmix.kernel import Kernel

COOKIE = "clearmix_session"

SESSION_DAYS = 14
"""How long a sign-in lasts."""

SIGN_IN_PATH = "/sign-in"


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

    @routes.get(SIGN_IN_PATH)
    def page(request: Request) -> Response:
        sessions: Sessions = request.app.state.sessions
        if sessions.user(request):
            return RedirectResponse("/", status_code=303)
        return _page(request, offered_logins)

    @routes.post(SIGN_IN_PATH)
    def enter(
        request: Request, user: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        kernel: Kernel = request.app.state.kernel
        login = kernel.catalogue.login(user.strip(), password)
        if login is None:
            return _page(
                request,
                offered_logins,
                trouble="That name and password do not go together. Check both and try again.",
                user=user,
                status=401,
            )
        sessions: Sessions = request.app.state.sessions
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(
            COOKIE,
            sessions.cookie(login.user),
            max_age=SESSION_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    @routes.post("/sign-out")
    def leave() -> Response:
        response = RedirectResponse(SIGN_IN_PATH, status_code=303)
        response.delete_cookie(COOKIE)
        return response

    return routes


def _page(
    request: Request,
    offered_logins: Sequence[Login],
    *,
    trouble: str = "",
    user: str = "",
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
        trouble=f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else "",
        offered=offered,
    )
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
