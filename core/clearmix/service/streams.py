"""Streams and plays: byte ranges behind signed links, and listenings that count once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from clearmix.delivery import Delivery
from clearmix.delivery.room import FILE_NAME
from clearmix.service.sign_in import signed_in

router = APIRouter()

Listener = Annotated[str, Depends(signed_in)]


class Listened(BaseModel):
    """What a player reports of one listening."""

    model_config = ConfigDict(extra="forbid")

    play_token: str = Field(max_length=2_000)
    seconds: float = Field(ge=0, le=86_400, allow_inf_nan=False)


def _delivery(request: Request) -> Delivery:
    delivery: Delivery = request.app.state.kernel.delivery
    return delivery


@router.post("/api/streams/{item}")
def open_item(request: Request, item: str, listener: Listener) -> dict[str, Any]:
    """A fresh link to one item, and what a player shows of it."""
    delivery = _delivery(request)
    link = delivery.link(item, listener)
    about = delivery.about(item, listener)
    return {
        **vars(about),
        "url": link.url_path,
        "play_token": link.play_token,
        "expires_at": link.expires_at.isoformat(),
    }


@router.get(f"/stream/{{expires}}/{{signed}}/{{item}}/{FILE_NAME}")
def stream(
    request: Request, expires: str, signed: str, item: str, listener: Listener
) -> FileResponse:
    """The bytes behind a link; consent is asked for again at every request."""
    found = _delivery(request).open(expires, signed, item, listener)
    return FileResponse(
        found.path,
        media_type=found.media_type,
        content_disposition_type="inline",
        headers={"Cache-Control": "private, no-store"},
    )


@router.post("/plays", status_code=204)
def listened(request: Request, report: Listened, listener: Listener) -> Response:
    """Counts a listening of 30 seconds or more, once; a shorter one is no error."""
    _delivery(request).record_play(report.play_token, report.seconds, listener_id=listener)
    return Response(status_code=204)
