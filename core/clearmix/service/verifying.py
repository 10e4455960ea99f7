"""Verification for everyone: whoever has a file may ask what it is, without signing in.

The keys stay here, so this is how third parties read the watermark.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path, PurePosixPath
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from clearmix.errors import AudioError, NoStreamError
from clearmix.kernel import Kernel
from clearmix.service.threads import apart
from clearmix.service.verify_page import verify_page, wants_page
from clearmix.verification import Verification

MOST_BYTES = 64 * 2**20
"""Largest upload: twenty minutes of FLAC seldom fit, an excerpt of any length does."""

AT_ONCE = 2
"""Files that are read at the same time; each takes some seconds of a processor."""

WAIT_SECONDS = 20.0
"""How long an upload waits for its turn before it is told to come back later."""

MULTIPART = "multipart/form-data"

MANIFEST_SUFFIX = ".c2pa"
"""After the name of a file, that of the manifest beside it."""

router = APIRouter(tags=["verification"])


@router.get("/verify", include_in_schema=False)
def page(request: Request) -> Response:
    """The page with the form."""
    return verify_page(request)


@router.post("/verify", response_model=None)
async def verify(request: Request) -> dict[str, Any] | Response:
    """What every mark of an uploaded file says, and what registry and sound say of them.

    The file is the field `file` of a form, or the whole body with its name in `?name=song.m4a`; a
    C2PA manifest that stands beside it is the field `manifest`. Both are forgotten as soon as they
    have been read. A browser gets a page, a program JSON.
    """
    try:
        found = await verified(request)
    except (HTTPException, AudioError) as error:
        if not wants_page(request):
            raise
        if isinstance(error, AudioError):
            return verify_page(request, trouble=f"{error.message}; {error.help}", status=422)
        return verify_page(request, trouble=str(error.detail), status=error.status_code)
    return verify_page(request, found=found) if wants_page(request) else found.as_json()


@router.get("/verify/{render_id}")
def entry(request: Request, render_id: str) -> dict[str, Any]:
    """What the registry knows of a render: its sources, the decision, the licence.

    Marks link to it. It does not say who asked for the render, and does not let anybody hear it.
    """
    kernel: Kernel = request.app.state.kernel
    found = kernel.registry.entry(render_id)
    if found is None:
        raise NoStreamError(
            f"no render `{render_id}`", help="a render id is 16 hexadecimal digits; check it"
        )
    return found.as_json()


async def verified(request: Request) -> Verification:
    """The verification of the uploaded file, when it is its turn.

    Raises:
        HTTPException: 413 for more than `MOST_BYTES`, 422 without a file, 503 when many files wait.
        AudioError: the file cannot be read as audio.
    """
    kernel: Kernel = request.app.state.kernel
    turns: asyncio.Semaphore = request.app.state.verifying
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        path = await _received(request, Path(name))
        try:
            await asyncio.wait_for(turns.acquire(), WAIT_SECONDS)
        except TimeoutError:
            raise HTTPException(503, "many files are waiting; try again in a minute") from None
        try:
            return await apart(kernel.verify, path)
        finally:
            turns.release()


async def _received(request: Request, folder: Path) -> Path:
    """The uploaded file in a folder, under a name with its own suffix and nothing else of it."""
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise _too_large()
    if MULTIPART not in request.headers.get("content-type", ""):
        path = _path(folder, request.query_params.get("name", ""))
        with path.open("wb") as kept:
            async for chunk in _limited(request):
                kept.write(chunk)
        return path
    try:
        form = await MultiPartParser(
            request.headers, _limited(request), max_files=2, max_fields=4
        ).parse()
    except MultiPartException as error:
        raise HTTPException(422, f"the form cannot be read: {error.message}") from error
    try:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise HTTPException(422, "no file; send it as the field `file` of a form")
        path = _path(folder, upload.filename or "")
        await _keep(upload, path)
        beside = form.get("manifest")
        if isinstance(beside, UploadFile) and beside.size:
            await _keep(beside, path.with_name(path.name + MANIFEST_SUFFIX))
    finally:
        await form.close()
    return path


async def _keep(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as kept:
        while chunk := await upload.read(2**20):
            kept.write(chunk)


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, as long as it stays within its limit: a length may be missing or wrong."""
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > MOST_BYTES:
            raise _too_large()
        yield chunk


def _path(folder: Path, name: str) -> Path:
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return folder / f"upload{suffix if suffix[1:].isalnum() else ''}"


def _too_large() -> HTTPException:
    return HTTPException(
        413, f"the file is larger than {MOST_BYTES // 2**20} MB; cut out 15 seconds or more of it"
    )
