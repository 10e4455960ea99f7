"""What a monitor asks the service: whether it lives, whether it is ready, how it does."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from clearmix.errors import ClearmixError
from clearmix.observing.metrics import MEDIA_TYPE, Answers, metrics

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

router = APIRouter(tags=["operations"])

HERE = ("127.0.0.1", "::1")
"""Addresses of this machine, from which metrics are read without a token."""


@router.get("/readyz")
def ready(request: Request) -> Response:
    """Whether requests can be answered: 200 with all checks passed, 503 with what fails."""
    kernel: Kernel = request.app.state.kernel
    checks: dict[str, Callable[[], object]] = {
        "database": kernel.clearance.state,
        "store": lambda: next(kernel.store.all_keys(), None),
        "generator": lambda: kernel.generator(None),
    }
    found: dict[str, Any] = {}
    for name, check in checks.items():
        try:
            check()
            found[name] = "ok"
        except (ClearmixError, OSError) as error:
            found[name] = (
                error.message if isinstance(error, ClearmixError) else type(error).__name__
            )
    ok = all(said == "ok" for said in found.values())
    return JSONResponse(
        {"ready": ok, "checks": found},
        status_code=200 if ok else 503,
        headers={"Cache-Control": "no-store"},
    )


@router.get("/metrics", include_in_schema=False)
def read_metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format, for this machine or whoever has the token."""
    kernel: Kernel = request.app.state.kernel
    answers: Answers = request.app.state.answers
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = kernel.settings.metrics_token
    here = request.client is not None and request.client.host in HERE
    # Behind a proxy on this machine everybody seems to be here; then a token is set.
    allowed = hmac.compare_digest(given.encode(), token.encode()) if token else here
    if not allowed:
        raise HTTPException(403, "Metrics are for this machine, or with CLEARMIX_METRICS_TOKEN.")
    text = metrics(kernel.database, worker_lives=kernel.rendering.worker_lives(), answers=answers)
    return Response(text, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
