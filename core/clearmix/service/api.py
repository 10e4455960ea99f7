"""The little of the kernel that is offered as JSON so far."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from clearmix.discovery.lanes import Lane
from clearmix.display import display_of_render
from clearmix.errors import NoStreamError
from clearmix.kernel import Kernel
from clearmix.service.callers import Listener
from clearmix.spec import RemixSpec

router = APIRouter()


def _kernel(request: Request) -> Kernel:
    kernel: Kernel = request.app.state.kernel
    return kernel


@router.get("/healthz")
def health(request: Request) -> dict[str, Any]:
    """Whether the database answers, and which plugins were left out."""
    kernel = _kernel(request)
    recordings = len(kernel.catalogue.recordings())
    problems = [f"{problem.plugin}: {problem.reason}" for problem in kernel.problems]
    return {"ok": True, "recordings": recordings, "problems": problems}


@router.get("/api/renders")
def renders(request: Request, listener: Listener) -> list[dict[str, Any]]:
    """The renders of whoever asks, newest first."""
    kernel = _kernel(request)
    return [_render(kernel, render.id) for render in kernel.rendering.renders(listener)]


@router.get("/api/renders/{id}")
def render(request: Request, id: str, listener: Listener) -> dict[str, Any]:
    """One render of whoever asks."""
    kernel = _kernel(request)
    if not kernel.delivery.may_hear(id, listener):
        raise NoStreamError(f"no render `{id}`", help="`/api/renders` lists yours")
    return _render(kernel, id)


@router.get("/api/feeds/{lane}")
def feed(request: Request, lane: Lane, listener: Listener, limit: int = 50) -> dict[str, Any]:
    """What whoever asks finds in one lane; lanes never mix."""
    found = _kernel(request).feed(listener, lane, limit=max(1, min(limit, 200)))
    return {"lane": found.lane, "entries": [vars(entry) for entry in found.entries]}


@router.post("/api/quotes")
def quote(request: Request, spec: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """What a spec would cost whoever asks, before it is asked for."""
    return vars(_kernel(request).rendering.quote(RemixSpec.from_json(spec), listener))


@router.put("/api/renders/{id}/shared")
def share(request: Request, id: str, listener: Listener) -> dict[str, Any]:
    """Lets everybody hear a render of whoever asks, if its rights-holders permit that."""
    decision = _kernel(request).delivery.items.share(id, listener).decision
    return {"shared": decision.permitted, "reasons": [one.text for one in decision.reasons]}


@router.delete("/api/renders/{id}/shared", status_code=204)
def unshare(request: Request, id: str, listener: Listener) -> None:
    """Takes a render back, for its maker alone."""
    _kernel(request).delivery.items.unshare(id, listener)


@router.post("/api/decisions")
def decide(request: Request, spec: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """Whether whoever asks may have a spec rendered, and why; nothing is rendered."""
    cleared = _kernel(request).decide(RemixSpec.from_json(spec), listener)
    return {
        "outcome": cleared.decision.outcome.value,
        "reasons": [reason.text for reason in cleared.decision.reasons],
        "nearest_allowed": cleared.nearest.as_json() if cleared.nearest else None,
        "hash": cleared.decision.hash,
        "number": cleared.number,
    }


def _render(kernel: Kernel, id: str) -> dict[str, Any]:
    found = kernel.rendering.render(id)
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
