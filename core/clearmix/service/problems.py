"""Errors over HTTP: problem details (RFC 9457), in the same words as everywhere else."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from clearmix.errors import (
    BusyError,
    CatalogueError,
    ClearmixError,
    EntitlementError,
    LinkError,
    NoStreamError,
    PlanError,
    RenderError,
    SpecError,
    StorageError,
    WithdrawnError,
)

STATUSES: tuple[tuple[type[ClearmixError], int, str], ...] = (
    (NoStreamError, 404, "Not found"),
    (LinkError, 403, "This link is not valid"),
    (WithdrawnError, 451, "Withdrawn by a rights-holder"),
    (BusyError, 429, "Too many requests"),
    (EntitlementError, 402, "Not in your plan"),
    (SpecError, 422, "Not a remix spec"),
    (CatalogueError, 404, "Not in the catalogue"),
    (PlanError, 422, "Not a plan of this remix"),
    (RenderError, 404, "No such render"),
    (StorageError, 503, "Not available right now"),
)
"""HTTP status and title of each kind of error, the most specific first."""


async def of_error(request: Request, error: Exception) -> JSONResponse:
    """The problem details of our own errors; where they lie is for the operator and left out."""
    status, title = 400, "Not possible"
    for kind, found, name in STATUSES:
        if isinstance(error, kind):
            status, title = found, name
            break
    help = error.help if isinstance(error, ClearmixError) else ""
    message = error.message if isinstance(error, ClearmixError) else "something went wrong"
    return problem(status, title, message, help)


async def of_http(request: Request, error: Exception) -> JSONResponse:
    """The problem details of an answer that a route raised."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else "something went wrong"
    return problem(status, HTTPStatus(status).phrase, detail)


async def of_validation(request: Request, error: Exception) -> JSONResponse:
    """The problem details of a request whose fields are wrong, each of them named."""
    rows = error.errors() if isinstance(error, RequestValidationError) else ()
    said = "; ".join(f"{'.'.join(str(step) for step in row['loc'])}: {row['msg']}" for row in rows)
    return problem(422, "A field is wrong", said, "compare the request with `/openapi.json`")


def problem(status: int, title: str, detail: str, help: str = "") -> JSONResponse:
    """One answer of type `application/problem+json`."""
    return JSONResponse(
        {
            "type": "about:blank",
            "status": status,
            "title": title,
            "detail": _sentence(detail),
            "help": _sentence(help),
        },
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def _sentence(text: str) -> str:
    said = text[:1].upper() + text[1:]
    return said if not said or said.endswith((".", "!", "?")) else f"{said}."
