"""For producers: the plan of a render, a render of its edited plan, and a render in parts.

Everything here belongs to whoever made the render; another's is as good as absent.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, JSONResponse
from starlette.background import BackgroundTask

from clearmix.errors import NoStreamError, RenderError
from clearmix.kernel import Kernel
from clearmix.service.areas.asking import Asked, submitted
from clearmix.service.callers import Listener, Rooms
from clearmix.service.once import ONCE, Once
from clearmix.service.problems import problem
from clearmix.service.threads import slow

router = APIRouter(tags=["renders"], route_class=Once)

ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The archive.", "content": {"application/zip": {}}}
}

_one_at_a_time = threading.Lock()
"""A session takes a generator's memory and minutes of a core, so the service makes one at once."""


@router.get("/api/renders/{id}/plan")
def plan(id: str, listener: Listener, kernel: Rooms) -> Mapping[str, Any]:
    """The arrangement plan that a render was made from."""
    _require_maker(kernel, id, listener)
    found = kernel.rendering.plan(id)
    if found is None:
        raise RenderError(f"no plan of render `{id}` is kept", help="its generator makes none")
    return found


@router.post(
    "/api/renders/{id}/amendments", status_code=202, dependencies=ONCE, response_model=Asked
)
def amend(
    id: str,
    plan: dict[str, Any],
    listener: Listener,
    kernel: Rooms,
    most_micro: Annotated[int, Query(ge=0, lt=2**63, description="what you agree to pay")] = 0,
) -> dict[str, Any]:
    """The decision on rendering an edited plan, and the job if it is permitted.

    A plan that does more than the spec of the render says is refused with reasons (422), and what
    costs more than `most_micro`, in millionths of the currency, is not made (402).
    """
    _require_maker(kernel, id, listener)
    submission = kernel.rendering.amend(id, plan, listener_id=listener, most_micro=most_micro)
    return submitted(submission)


@router.post("/api/renders/{id}/session", response_model=None, responses=ARCHIVE)
@slow
def session(id: str, listener: Listener, kernel: Rooms) -> FileResponse | JSONResponse:
    """The render in parts as one ZIP archive: stems, mix, plan, MIDI file, DAW project.

    Rights-holders decide on it as the use `export`; where they refuse, nothing is made (403).
    """
    _require_maker(kernel, id, listener)
    if not _one_at_a_time.acquire(blocking=False):
        return problem(503, "Busy", "another session is being made", "ask again in a minute")
    folder = Path(tempfile.mkdtemp(dir=_room(kernel), prefix=f"{id}-out-"))
    try:
        handed = kernel.rendering.session(id, folder, listener_id=listener)
        if handed.session is None:
            shutil.rmtree(folder, ignore_errors=True)
            decision = handed.cleared.decision
            reasons = " ".join(reason.text for reason in decision.reasons)
            said = decision.outcome.value.replace("-", " ").capitalize()
            help = "nothing was made; the render can still be heard here"
            return problem(403, said, reasons or "this may not leave the service", help)
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


def _room(kernel: Kernel) -> Path:
    """Where sessions are made: what a killed service leaves there is taken away with the rest."""
    room = kernel.settings.home / "sessions"
    room.mkdir(parents=True, exist_ok=True)
    return room


def _require_maker(kernel: Kernel, id: str, listener: str) -> None:
    found = kernel.rendering.find(id)
    if found is None or found.listener != listener:
        raise NoStreamError(f"no render `{id}`", help="`/api/renders` lists yours")
