"""Finished remixes: one's own, sharing them, and the lanes in which everybody finds some."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from clearmix.discovery.lanes import Lane
from clearmix.display import display_of_render
from clearmix.errors import NoStreamError
from clearmix.rendering.models import Render
from clearmix.service.callers import Listener, Rooms
from clearmix.service.pages import MOST, Page, Paged, page
from clearmix.service.shown import DisplayShown
from clearmix.service.threads import slow

router = APIRouter(tags=["renders"])


class RenderShown(BaseModel):
    """A published remix, with what was measured of it and the marks read back from it."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["0123456789abcdef"])
    title: str
    kind: str
    spec: dict[str, Any]
    sources: list[str]
    label: str = Field(description="how it is disclosed that AI made it")
    display: DisplayShown
    seconds: float
    lufs: float
    true_peak_dbtp: float
    generator: str
    marks: list[str]
    created_at: str


class EntryShown(BaseModel):
    """Something to hear in a lane: a recording, or a remix that its maker shares."""

    model_config = ConfigDict(extra="allow")

    item: str = Field(examples=["open-road"])
    lane: Lane
    title: str
    original: str = Field(description="the recording that it comes from")
    since: datetime
    display: DisplayShown
    listeners: int = Field(description="how many people heard it in 28 days")
    folded: int = Field(description="how many near-equal ones stand behind it")


class FeedShown(BaseModel):
    """What is found in one lane, best first."""

    lane: Lane
    entries: list[EntryShown]


class Shared(BaseModel):
    """Whether a remix is shared now, and if not, why."""

    shared: bool
    reasons: list[str]


@router.get("/api/renders", response_model=Page[RenderShown])
def renders(listener: Listener, kernel: Rooms, paging: Paged) -> dict[str, Any]:
    """The renders of whoever asks, newest first."""
    found = kernel.rendering.renders(listener)
    return page(found, paging, id_of=lambda one: one.id, shown=_shown)


@router.get("/api/renders/{id}", response_model=RenderShown)
def render(id: str, listener: Listener, kernel: Rooms) -> dict[str, Any]:
    """One render of whoever asks, or one that is shared."""
    if not kernel.delivery.may_hear(id, listener):
        raise NoStreamError(f"no render `{id}`", help="`/api/renders` lists yours")
    return _shown(kernel.rendering.render(id))


@router.put("/api/renders/{id}/shared", response_model=Shared)
@slow
def share(id: str, listener: Listener, kernel: Rooms) -> dict[str, Any]:
    """Lets everybody hear a render of whoever asks, if its rights-holders permit that."""
    decision = kernel.delivery.items.share(id, listener).decision
    return {"shared": decision.permitted, "reasons": [one.text for one in decision.reasons]}


@router.delete("/api/renders/{id}/shared", status_code=204)
def unshare(id: str, listener: Listener, kernel: Rooms) -> None:
    """Takes a render back, for its maker alone."""
    kernel.delivery.items.unshare(id, listener)


@router.get("/api/feeds/{lane}", response_model=FeedShown)
def feed(
    lane: Lane,
    listener: Listener,
    kernel: Rooms,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 50,
) -> dict[str, Any]:
    """What whoever asks finds in one lane; lanes never mix."""
    found = kernel.feed(listener, lane, limit=limit)
    entries = [
        vars(entry) | {"display": entry.display and entry.display.as_json()}
        for entry in found.entries
    ]
    return {"lane": found.lane, "entries": entries}


def _shown(found: Render) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "kind": found.kind,
        "spec": found.spec.as_json(),
        "sources": list(found.sources),
        "label": found.label,
        "display": display_of_render(found.label).as_json(),
        "seconds": found.seconds,
        "lufs": found.lufs,
        "true_peak_dbtp": found.true_peak_dbtp,
        "generator": found.generator,
        "marks": [mark.labeler for mark in found.marks],
        "amends": found.amends,
        "decision_hash": found.decision_hash,
        "created_at": found.created_at.isoformat(),
    }
