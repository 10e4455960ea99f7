"""Signing in and out: a page, and the cookie that it leads to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from clearmix.access.sign_ins import SESSION_DAYS
from clearmix.service.sessions import (
    COOKIE,
    SIGN_IN_PATH,
    START_PATH,
    Session,
    Sessions,
    own_path,
)
from clearmix.service.threads import slow

if TYPE_CHECKING:
    from clearmix.catalogue.models import Login
    from clearmix.kernel import Kernel


def router(offered_logins: Sequence[Login]) -> APIRouter:
    """The routes of signing in and out."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(SIGN_IN_PATH)
    def page(request: Request, next: str = START_PATH) -> Response:
        if _going_on(request):
            return RedirectResponse(own_path(next), status_code=303)
        return _page(request, offered_logins, next=next)

    @routes.post(SIGN_IN_PATH)
    @slow
    def enter(
        request: Request,
        user: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1_000)] = "",
        next: Annotated[str, Form(max_length=1_000)] = START_PATH,
    ) -> Response:
        kernel: Kernel = request.app.state.kernel
        address = request.client.host if request.client else ""
        wait = kernel.wrong_passwords.wait(user.strip(), address)
        if wait:
            minutes = math.ceil(wait / 60)
            said = f"Too many wrong passwords. Try again in {minutes} min."
            page = _page(request, offered_logins, trouble=said, user=user, status=429, next=next)
            page.headers["Retry-After"] = str(math.ceil(wait))
            return page
        login = kernel.catalogue.login(user.strip(), password)
        if login is None:
            kernel.wrong_passwords.count(user.strip(), address)
            return _page(
                request,
                offered_logins,
                trouble="That name and password do not go together. Check both and try again.",
                user=user,
                status=401,
                next=next,
            )
        sessions: Sessions = request.app.state.sessions
        response = RedirectResponse(own_path(next), status_code=303)
        response.set_cookie(
            COOKIE,
            sessions.cookie(login.user, kernel.sign_ins.generation(login.user)),
            max_age=SESSION_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=_encrypted(request, kernel.settings.public_url),
        )
        return response

    @routes.post("/sign-out")
    def leave(request: Request, everywhere: Annotated[bool, Form()] = False) -> Response:
        kernel: Kernel = request.app.state.kernel
        # INVARIANT: nobody but who is signed in still ends a session, theirs or all of that user.
        if (session := _going_on(request)) is not None:
            if everywhere:
                kernel.sign_ins.end_all(session.user)
            else:
                kernel.sign_ins.end(session.cookie)
        response = RedirectResponse(SIGN_IN_PATH, status_code=303)
        response.delete_cookie(COOKIE)
        return response

    return routes


def _going_on(request: Request) -> Session | None:
    """The session of a request, unless it was ended."""
    kernel: Kernel = request.app.state.kernel
    session: Session | None = request.app.state.sessions.session(request)
    if session is None:
        return None
    known = kernel.sign_ins.login(session.user, session.cookie, session.generation)
    return session if known else None


def _encrypted(request: Request, public_url: str | None) -> bool:
    """Whether listeners come by HTTPS: to us, or to what stands in front of us."""
    return request.url.scheme == "https" or (public_url or "").startswith("https:")


def _page(
    request: Request,
    offered_logins: Sequence[Login],
    *,
    trouble: str = "",
    user: str = "",
    status: int = 200,
    next: str = START_PATH,
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
