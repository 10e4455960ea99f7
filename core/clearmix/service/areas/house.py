"""The house itself: who one is here, plugins, readiness, and the schema of specs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from clearmix.access import Scope
from clearmix.catalogue.models import Role
from clearmix.doctor import examine
from clearmix.entitlement.plans import Plan
from clearmix.errors import CatalogueError
from clearmix.service.callers import Listening, Operating, Rooms
from clearmix.service.threads import slow
from clearmix.spec import schema

router = APIRouter(tags=["house"])


class Me(BaseModel):
    """Who calls, what the session or token may do, and the plan of its listener."""

    user: str
    role: Role
    party: str | None = Field(description="whom the log-in speaks for")
    scopes: list[Scope]
    token: str | None = Field(description="id of the access token, if it is one")
    tier: str | None
    plan: Plan | None = Field(description="null for a log-in that is no listener")
    used: int | None = Field(description="renders of this month, those on their way included")


@router.get("/api/me", response_model=Me)
def me(caller: Listening, kernel: Rooms) -> dict[str, Any]:
    """Who one is here, what one may do, and what is left of one's plan."""
    said = {
        "user": caller.user,
        "role": caller.login.role,
        "party": caller.login.party,
        "scopes": sorted(caller.scopes),
        "token": caller.token,
        "tier": None,
        "plan": None,
        "used": None,
    }
    try:
        listener = kernel.catalogue.listener(caller.user)
    except CatalogueError:
        return said
    return said | {
        "tier": listener.tier,
        "plan": kernel.entitlement.plan(listener),
        "used": kernel.entitlement.used(listener.id),
    }


@router.get("/api/plugins")
def plugins(caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Plugins, what they hand over, and the problems of those left out."""
    return kernel.listing()


@router.get("/api/doctor")
@slow
def doctor(caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Whether this machine is ready, finding by finding, with remedies."""
    findings = examine(kernel)
    return {
        "ok": all(finding.ok for finding in findings),
        "findings": [vars(finding) for finding in findings],
    }


@router.get("/api/spec/schema")
def spec_schema() -> dict[str, Any]:
    """The JSON Schema of a remix spec, with the vocabulary."""
    return schema()
