"""What a page needs to play streams, our script and hls.js, and the icon of its tab."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, HTTPException, Response

router = APIRouter(include_in_schema=False)

SCRIPTS = ("stream.js", "hls.light.min.js")

KEPT = {"Cache-Control": "public, max-age=3600"}
"""An hour: long enough for a session, short enough for an update of the service."""


@router.get("/favicon.ico")
def icon() -> Response:
    """What browsers show in the tab of every page; they ask for it by themselves."""
    content = files("clearmix.service").joinpath("assets", "icon.svg").read_bytes()
    return Response(content, media_type="image/svg+xml", headers=KEPT)


@router.get("/assets/{name}")
def script(name: str) -> Response:
    """One of the scripts; there is nothing else here."""
    if name not in SCRIPTS:
        raise HTTPException(404, "There is no such script.")
    content = files("clearmix.service").joinpath("assets", name).read_bytes()
    return Response(content, media_type="text/javascript", headers=KEPT)
