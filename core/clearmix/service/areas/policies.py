"""The policies of the house: which are in force, what each says, and adding one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from clearmix.clearance.describing import described_policies, described_version
from clearmix.service.callers import Judging, Operating, Rooms
from clearmix.service.once import ONCE, Once
from clearmix.service.pages import Page, Paged, page
from clearmix.service.threads import slow
from clearmix_rules import PolicySource

router = APIRouter(tags=["policies"], route_class=Once)

NAME = r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,79}\.rights$"
TEXT = 'policy "Ada Wren" version 1\nby artist ada-wren\n\nconsent to remix opt-in\n'


class Policy(BaseModel):
    """The text of a policy under the name of its file."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "ada-wren.rights", "text": TEXT}]},
    )

    name: str = Field(pattern=NAME)
    text: str = Field(max_length=400_000)


@router.get("/api/policies", response_model=Page[dict[str, Any]])
def listed(caller: Judging, kernel: Rooms, paging: Paged) -> dict[str, Any]:
    """The policies of the house: whose, which version, when in force, and from where."""
    found = described_policies(kernel.policies)
    return page(found, paging, id_of=lambda one: str(one["sha256"]), shown=lambda one: one)


@router.get("/api/policies/{title}")
def show(
    title: Annotated[str, Path(max_length=300)],
    caller: Judging,
    kernel: Rooms,
    version: Annotated[int | None, Query(ge=0, lt=2**31, description="one of the past")] = None,
) -> dict[str, Any]:
    """What a policy says, in plain English and as its text."""
    kernel.policies.current()
    found = kernel.policies.versions.titled(title, version)
    return {"policies": [described_version(kernel.policies, one) for one in found]}


@router.post("/api/policies", status_code=201, dependencies=ONCE)
@slow
def add(policy: Policy, caller: Operating, kernel: Rooms) -> dict[str, Any]:
    """Adds a policy to the house; it is in force at once, within its dates."""
    path = kernel.policies.add(PolicySource(policy.name, policy.text))
    return next(
        one
        for one in described_policies(kernel.policies)
        if one["plugin"] is None and one["file"] == path.name
    )
