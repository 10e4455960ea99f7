"""For producers: the plan of a render, a render of its edited plan, and a render in parts.

Everything here belongs to whoever made the render; another's is as good as absent.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse
from starlette.background import BackgroundTask

from clearmix.errors import NoStreamError, RenderError
from clearmix.kernel import Kernel
from clearmix.rendering.jobs import job_of
from clearmix.rendering.models import Job
from clearmix.service.callers import Listener
from clearmix.service.problems import problem

if TYPE_CHECKING:
    from clearmix.clearance import Cleared

router = APIRouter()

_one_at_a_time = threading.Lock()
"""A session takes a generator's memory and minutes of a core, so the service makes one at once."""


@router.get("/api/renders/{id}/plan")
def plan(request: Request, id: str, listener: Listener) -> Mapping[str, Any]:
    """The arrangement plan that a render was made from."""
    kernel = _kernel(request)
    _require_maker(kernel, id, listener)
    found = kernel.rendering.plan(id)
    if found is None:
        raise RenderError(f"no plan of render `{id}` is kept", help="its generator makes none")
    return found


@router.post("/api/renders/{id}/amendments", status_code=202)
def amend(request: Request, id: str, plan: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """The decision on rendering an edited plan, and the job if it is permitted.

    A plan that does more than the spec of the render says is refused with reasons (422).
    """
    kernel = _kernel(request)
    _require_maker(kernel, id, listener)
    submission = kernel.rendering.amend(id, plan, listener_id=listener)
    return {
        **_decision(submission.cleared),
        "notes": list(submission.notes),
        "job": _job(submission.job) if submission.job else None,
    }


@router.get("/api/jobs/{id}")
def job(request: Request, id: str, listener: Listener) -> dict[str, Any]:
    """How far a job of whoever asks is; `render_id` is there when it has been published."""
    row = None
    with suppress(RenderError):
        row = _kernel(request).rendering.jobs.row(id)
    if row is None or row.listener != listener:
        raise NoStreamError(f"no job `{id}`", help="ask for the remix again")
    return _job(job_of(row))


@router.post("/api/renders/{id}/session", response_model=None)
def session(request: Request, id: str, listener: Listener) -> FileResponse | JSONResponse:
    """The render in parts as one ZIP archive: stems, mix, plan, MIDI file, DAW project.

    Rights-holders decide on it as the use `export`; where they refuse, nothing is made (403).
    """
    kernel = _kernel(request)
    _require_maker(kernel, id, listener)
    if not _one_at_a_time.acquire(blocking=False):
        return problem(503, "Busy", "another session is being made", "ask again in a minute")
    folder = Path(tempfile.mkdtemp(dir=_room(kernel), prefix=f"{id}-out-"))
    try:
        handed = kernel.rendering.session(id, folder, listener_id=listener)
        if handed.session is None:
            shutil.rmtree(folder, ignore_errors=True)
            said = _decision(handed.cleared)
            reasons = " ".join(said["reasons"]) or "this may not leave the service"
            help = "nothing was made; the render can still be heard here"
            return problem(403, said["outcome"].replace("-", " ").capitalize(), reasons, help)
        made = Path(shutil.make_archive(str(folder / "session"), "zip", folder, id))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        _one_at_a_time.release()
    return FileResponse(
        made,
        media_type="application/zip",
        filename=f"{id}.zip",
        headers={"Cache-Control": "private, no-store"},
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


def _kernel(request: Request) -> Kernel:
    kernel: Kernel = request.app.state.kernel
    return kernel


def _room(kernel: Kernel) -> Path:
    """Where sessions are made: what a killed service leaves there is taken away with the rest."""
    room = kernel.settings.home / "sessions"
    room.mkdir(parents=True, exist_ok=True)
    return room


def _require_maker(kernel: Kernel, id: str, listener: str) -> None:
    found = kernel.rendering.find(id)
    if found is None or found.listener != listener:
        raise NoStreamError(f"no render `{id}`", help="`/api/renders` lists yours")


def _decision(cleared: Cleared) -> dict[str, Any]:
    return {
        "outcome": cleared.decision.outcome.value,
        "reasons": [reason.text for reason in cleared.decision.reasons],
        "hash": cleared.decision.hash,
    }


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "step": job.step,
        "fraction": job.fraction,
        "message": job.message,
        "render_id": job.render_id,
        "error": job.error,
        "help": job.help,
    }
