"""Errors over HTTP: problem details (RFC 9457), in the same words as everywhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from clearmix.errors import (
    AccessError,
    AudioError,
    BusyError,
    CatalogueError,
    ClearanceError,
    ClearmixError,
    EntitlementError,
    LinkError,
    NoStreamError,
    PlanError,
    PluginError,
    RenderError,
    RepeatError,
    RoyaltyError,
    SpecError,
    StorageError,
    WithdrawnError,
)

_log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    status: int = Field(examples=[422])
    title: str = Field(examples=["Not a remix spec"])
    detail: str = Field(description="what is wrong", examples=["Unknown era `80z`."])
    help: str = Field(description="the remedy", examples=["Did you mean `1980s`?"])
    place: str | None = Field(None, description="where in the request it lies")


RESPONSES: dict[int | str, dict[str, Any]] = {
    f"{kind}XX": {
        "description": said,
        "content": {PROBLEM: {"schema": Problem.model_json_schema()}},
    }
    for kind, said in ((4, "Refused, and why."), (5, "Not possible right now."))
}
"""What every route may answer with besides its own."""

STATUSES: tuple[tuple[type[ClearmixError], int, str], ...] = (
    (NoStreamError, 404, "Not found"),
    (LinkError, 403, "This link is not valid"),
    (WithdrawnError, 451, "Withdrawn by a rights-holder"),
    (BusyError, 429, "Too many requests"),
    (EntitlementError, 402, "Not in your plan"),
    (AccessError, 403, "Not for you"),
    (RepeatError, 409, "Sent twice"),
    (SpecError, 422, "Not a remix spec"),
    (AudioError, 422, "Not usable as audio"),
    (CatalogueError, 422, "Does not fit the catalogue"),
    (ClearanceError, 422, "Cannot be decided or recorded"),
    (RoyaltyError, 422, "Cannot be settled or read"),
    (PluginError, 422, "Not installed"),
    (PlanError, 422, "Not a plan of this remix"),
    (RenderError, 404, "No such render"),
    (StorageError, 503, "Not available right now"),
)
"""HTTP status and title of each kind of error, the most specific first."""

ABSENT: tuple[type[ClearmixError], ...] = (CatalogueError, ClearanceError, RoyaltyError)
"""Kinds that mean, where something is only read, that it is not there."""


async def of_error(request: Request, error: Exception) -> JSONResponse:
    """The problem details of our own errors: message, remedy, and the place in what was sent."""
    if not isinstance(error, ClearmixError):
        return await of_crash(request, error)
    status, title = 400, "Not possible"
    for kind, found, name in STATUSES:
        if isinstance(error, kind):
            status, title = found, name
            break
    if isinstance(error, ABSENT) and request.method in ("GET", "HEAD"):
        status, title = 404, "Not found"
    return problem(status, title, error.message, error.help, place=_outside(error.place))


async def of_http(request: Request, error: Exception) -> JSONResponse:
    """The problem details of an answer that a route raised."""
    if not isinstance(error, HTTPException):
        return await of_crash(request, error)
    status = error.status_code
    return problem(status, HTTPStatus(status).phrase, str(error.detail), headers=error.headers)


async def of_crash(request: Request, error: Exception) -> JSONResponse:
    """The answer when we are at fault: what went wrong is for the log and nobody else."""
    # The route and not the path, which may hold what opens a stream.
    route = getattr(request.scope.get("route"), "path", "")
    _log.error("%s %s failed", request.method, route, exc_info=error)
    return problem(
        500, "Something went wrong", "this is our fault", "try again; the operator finds it logged"
    )


async def of_validation(request: Request, error: Exception) -> JSONResponse:
    """The problem details of a request whose fields are wrong, each of them named."""
    rows = error.errors() if isinstance(error, RequestValidationError) else ()
    places = [".".join(str(step) for step in row["loc"]) for row in rows]
    said = "; ".join(f"{place}: {row['msg']}" for place, row in zip(places, rows, strict=True))
    help = "compare the request with `/openapi.json`"
    return problem(422, "A field is wrong", said, help, place=places[0] if places else "")


def problem(
    status: int,
    title: str,
    detail: str,
    help: str = "",
    *,
    place: str = "",
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """One answer of type `application/problem+json`."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "title": title,
        "detail": _sentence(detail),
        "help": _sentence(help),
    }
    return JSONResponse(
        {**said, "place": place} if place else said,
        status_code=status,
        media_type=PROBLEM,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _outside(place: str) -> str:
    """A place in what was sent; nothing where it is a path of this machine or an address.

    INVARIANT: no answer tells where files lie here, or the address of the database.
    """
    return "" if "/" in place or "\\" in place else place


def _sentence(text: str) -> str:
    said = text[:1].upper() + text[1:]
    return said if not said or said.endswith((".", "!", "?")) else f"{said}."
