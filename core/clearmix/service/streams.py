"""Streams and plays: playlists and segments behind signed links, listenings that count once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from clearmix.delivery import Delivery, Held, StreamLink
from clearmix.display import MadeBy
from clearmix.errors import BusyError, ClearmixError, UnreadyError
from clearmix.service.callers import Listener
from clearmix.service.problems import problem
from clearmix.service.threads import apart, slow
from clearmix.service.watching import Watch

router = APIRouter(tags=["streams"])

NOT_KEPT = {"Cache-Control": "private, no-store"}
"""Nothing of a stream is kept: what was withdrawn must not play on from a cache."""

MOST_HELD_SECONDS = 8.0
"""How long a request waits for its segment's time; players give up after ten."""


Answer = TypeVar("Answer")


class Listened(BaseModel):
    """What a player reports of one listening."""

    model_config = ConfigDict(extra="forbid")

    play_token: str = Field(max_length=2_000)
    seconds: float = Field(ge=0, le=86_400, allow_inf_nan=False)


class StreamShown(BaseModel):
    """A link to an item for one play of it, and what a player shows."""

    model_config = ConfigDict(extra="allow")

    item: str = Field(examples=["open-road"])
    kind: Literal["original", "remix"]
    title: str
    artists: list[str]
    label: str = Field(description="how it is disclosed that AI made it; empty where it did not")
    made_by: MadeBy = Field(description="the class that it is shown as")
    badge: str = Field(examples=["AI-made"])
    sentence: str = Field(description="the sentence that goes with the badge")
    seconds: float
    url: str = Field(description="the main playlist")
    opus_url: str | None
    events: str = Field(description="where the service says that the stream has to stop")
    manifests: dict[str, str] = Field(
        description="by codec, the C2PA manifest signed for its initialisation and segments in turn"
    )
    play_token: str
    expires_at: datetime


def _content(*types: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "What is heard.", "content": {type: {} for type in types}}}


def _delivery(request: Request) -> Delivery:
    delivery: Delivery = request.app.state.kernel.delivery
    return delivery


@router.post("/api/streams/{item}", response_model=StreamShown)
async def open_item(request: Request, item: str, listener: Listener) -> dict[str, Any]:
    """A fresh link to one item, and what a player shows of it."""
    delivery = _delivery(request)
    address = request.client.host if request.client else ""
    link, shown = await _answered(partial(delivery.play, address=address), item, listener)
    return {**vars(shown), **_link(link)}


@router.post("/api/previews/{job}", responses={202: {"description": "Too little to hear yet."}})
def open_preview(request: Request, job: str, listener: Listener) -> Response:
    """A link to what can be heard of a render on its way; 202 while that is too little."""
    link = _delivery(request).preview_link(job, listener)
    if link is None:
        return Response(status_code=202, headers={"Retry-After": "1"})
    from fastapi.responses import JSONResponse

    return JSONResponse(_link(link), headers=NOT_KEPT)


@router.get(
    "/stream/{expires}/{signed}/{listening}/events",
    response_class=StreamingResponse,
    responses=_content("text/event-stream"),
)
async def events(
    request: Request, expires: str, signed: str, listening: str, listener: Listener
) -> StreamingResponse:
    """One event, `stop`, as soon as the stream may not go on, with the reason in words."""
    delivery, watch = _delivery(request), _watch(request)

    def trouble() -> str | None:
        try:
            delivery.require_going_on(expires, signed, listening, listener)
        except ClearmixError as error:
            return error.message
        return None

    async def told() -> AsyncIterator[str]:
        async for _ in watch.changes():
            reason = await run_in_threadpool(trouble)
            if reason is not None:
                said = " ".join(reason.split())
                yield f"event: stop\ndata: {said}\n\n"
                return
            yield ": going on\n\n"

    return StreamingResponse(
        told(), media_type="text/event-stream", headers={**NOT_KEPT, "X-Accel-Buffering": "no"}
    )


@router.get(
    "/stream/{expires}/{signed}/{listening}/{file}",
    response_class=Response,
    responses=_content("application/vnd.apple.mpegurl", "audio/mp4", "application/c2pa"),
)
async def stream(
    request: Request, expires: str, signed: str, listening: str, file: str, listener: Listener
) -> Response:
    """A playlist, a segment or a manifest; consent is asked for again at every request.

    A segment that lies too far ahead of play is held until its time has come.
    """
    delivery = _delivery(request)
    waited = 0.0
    while True:
        found = await _answered(delivery.open, expires, signed, listening, file, listener)
        if not isinstance(found, Held):
            return Response(found.content, media_type=found.media_type, headers=NOT_KEPT)
        if waited + found.seconds > MOST_HELD_SECONDS:
            answer = problem(
                429,
                "Too far ahead",
                BusyError("this segment lies too far ahead of what was played", help="").message,
                "ask for it again when the song has got there",
            )
            answer.headers["Retry-After"] = str(int(found.seconds) + 1)
            return answer
        waited += found.seconds
        await asyncio.sleep(found.seconds)


FILES = next(one for one in router.routes if getattr(one, "endpoint", None) is stream)
"""The route of the files of streams."""


@router.get("/api/renders/{id}/audio.m4a", response_class=Response, responses=_content("audio/mp4"))
@slow
def export(request: Request, id: str, listener: Listener) -> Response:
    """A render as a file, where its rights-holders permit the use `export`."""
    exported = _delivery(request).export(id, listener)
    if exported.path is None:
        decision = exported.cleared.decision
        reasons = " ".join(dict.fromkeys(reason.text for reason in decision.reasons))
        return problem(
            403, "May not be taken out", reasons or "this may not be taken out", "stream it instead"
        )
    return FileResponse(
        exported.path, media_type="audio/mp4", filename=f"{id}.m4a", headers=NOT_KEPT
    )


@router.post("/plays", status_code=204)
def listened(request: Request, report: Listened, listener: Listener) -> Response:
    """Counts a listening of 30 seconds or more, once; a shorter one is no error."""
    _delivery(request).record_play(report.play_token, report.seconds, listener_id=listener)
    return Response(status_code=204)


async def _answered(ask: Callable[..., Answer], *args: str) -> Answer:
    """What delivery answers; what has to be encoded or drawn first does not hold up the others."""
    try:
        return await run_in_threadpool(ask, *args, patient=False)
    except UnreadyError:
        return await apart(ask, *args, patient=True)


def _link(link: StreamLink) -> dict[str, Any]:
    return {
        "url": link.url_path,
        "opus_url": link.opus_path,
        "events": link.events_path,
        "manifests": link.manifest_paths,
        "play_token": link.play_token,
        "expires_at": link.expires_at.isoformat(),
    }


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch
