"""Whether the service is well."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from clearmix.service.callers import Rooms

router = APIRouter(tags=["house"])


@router.get("/healthz")
def health(kernel: Rooms) -> dict[str, Any]:
    """Whether the database answers, and which plugins were left out."""
    recordings = kernel.catalogue.count()
    problems = [f"{problem.plugin}: {problem.reason}" for problem in kernel.problems]
    return {"ok": True, "recordings": recordings, "problems": problems}
