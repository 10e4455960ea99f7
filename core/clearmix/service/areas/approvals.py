"""Approvals: requests that wait for a party's yes, for whoever speaks for it."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from clearmix.errors import NoStreamError
from clearmix.service.callers import Consenting, Rooms
from clearmix.service.once import ONCE, Once
from clearmix.service.pages import Page, Paged, page

router = APIRouter(tags=["approvals"], route_class=Once)


class Answer(BaseModel):
    """A party's yes or no."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"answer": "approve"}]}
    )

    answer: Literal["approve", "refuse"]


class ApprovalShown(BaseModel):
    """What a party was asked, and what became of it."""

    model_config = ConfigDict(extra="allow")

    id: str
    party: str
    listener: str
    state: Literal["waiting", "approved", "refused", "lapsed"]
    spec: dict[str, Any]
    deadline: str | None
    job: str | None


class Answered(BaseModel):
    """What came of an answer: the answers of the request, and the decision after the last yes."""

    approvals: list[ApprovalShown]
    decision: dict[str, Any] | None = Field(description="null while others are waited for")


@router.get("/api/approvals", response_model=Page[ApprovalShown])
def listed(
    caller: Consenting,
    kernel: Rooms,
    paging: Paged,
    every: bool = Query(False, alias="all", description="also what was answered or has lapsed"),
) -> dict[str, Any]:
    """What waits for an answer: of the caller's party, or of all for the operator."""
    found = [
        one
        for one in kernel.clearance.approvals.listed()
        if caller.acts_for(one.party) and (every or one.state == "waiting")
    ]
    return page(found, paging, id_of=lambda one: one.id, shown=lambda one: one.as_json())


@router.post("/api/approvals/{id}/answer", dependencies=ONCE, response_model=Answered)
def answer(id: str, said: Answer, caller: Consenting, kernel: Rooms) -> dict[str, Any]:
    """Answers a request, once; when everybody has said yes, the remix is made or shared."""
    approvals = kernel.clearance.approvals
    asked = next((one for one in approvals.listed() if one.id == id), None)
    if asked is None or not caller.acts_for(asked.party):
        raise NoStreamError(f"nothing of the id `{id}` waits", help="`/api/approvals` lists them")
    cleared = kernel.answer_approval(id, said.answer)
    same = [one for one in approvals.listed() if one.request == asked.request]
    return {
        "approvals": [one.as_json() for one in same],
        "decision": cleared.as_json() if cleared else None,
    }
