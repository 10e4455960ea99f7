"""The FastAPI application: what it answers itself, and what plugins mount on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from clearmix.errors import ClearmixError
from clearmix.guarding import asked
from clearmix.observing.metrics import Answers
from clearmix.service import (
    api,
    mcp,
    operating,
    player,
    problems,
    producing,
    sign_in,
    streams,
    verifying,
)
from clearmix.service.admission import Admission
from clearmix.service.areas import ROUTERS
from clearmix.service.at_once import AtOnce
from clearmix.service.describing import DESCRIPTION, TAGS
from clearmix.service.guards import HEADERS, WithHeaders
from clearmix.service.observing import Observed
from clearmix.service.sessions import Sessions
from clearmix.service.threads import few_threads
from clearmix.service.watching import Watch

if TYPE_CHECKING:
    from clearmix.catalogue.models import Login
    from clearmix.contracts import WebApp
    from clearmix.kernel import Kernel

log = logging.getLogger("clearmix.service")


def create_app(
    kernel: Kernel, *, offered_logins: Sequence[Login] = (), pages: bool = True
) -> FastAPI:
    """The service of a kernel, with every web application that its plugins bring.

    A web application that has a `path` is the start page, and is for the signed-in only.
    `offered_logins` are shown on the sign-in page to be chosen from: for a demonstration only,
    whose passwords are the names. Without `pages`, there are streams and API only.
    """
    sessions = Sessions(kernel.settings.keys)
    app = FastAPI(
        title=kernel.settings.service,
        description=DESCRIPTION,
        version=version("clearmix"),
        openapi_tags=TAGS,
        docs_url=None,  # their scripts lie elsewhere
        redoc_url=None,
        responses=problems.RESPONSES,
        lifespan=few_threads,
    )
    app.state.kernel = kernel
    app.state.sessions = sessions
    app.state.verifying = asyncio.Semaphore(verifying.AT_ONCE)
    app.state.answers = Answers()
    app.state.watch = Watch(kernel.clearance.state)
    app.add_exception_handler(ClearmixError, problems.of_error)
    app.add_exception_handler(HTTPException, problems.of_http)
    app.add_exception_handler(RequestValidationError, problems.of_validation)
    app.add_exception_handler(Exception, problems.of_crash)
    app.include_router(sign_in.router(offered_logins))
    app.include_router(streams.router)
    app.include_router(player.router)
    routers = (
        *ROUTERS,
        producing.router,
        verifying.router,
        api.router,
        operating.router,
        mcp.router,
    )
    for router in routers:
        app.include_router(router)
    mounted = [page for _, page in sorted(kernel.web_apps.items())] if pages else []
    paths = [str(path) for page in mounted if (path := getattr(page, "path", None))]

    @app.get("/", include_in_schema=False)
    def start() -> Response:
        return RedirectResponse(f"{paths[0]}/" if paths else "/healthz", status_code=303)

    for page in mounted:
        _mount(page, app, kernel)
    app.add_middleware(Admission, kernel=kernel, sessions=sessions, pages=paths)
    app.add_middleware(AtOnce, kernel=kernel, sessions=sessions, route=streams.FILES)
    app.add_middleware(WithHeaders, headers=HEADERS)
    app.add_middleware(Observed, answers=app.state.answers)
    return app


def _mount(page: WebApp, app: FastAPI, kernel: Kernel) -> None:
    """Mounts a page; one that cannot be mounted is named, and the service starts without it."""
    try:
        asked("page", page, lambda: page.mount(app, kernel), expect=type(None))
    except ClearmixError as error:
        log.error("%s; %s", error.message, error.help)
        kernel.report(page.id, error.message, error.help)
