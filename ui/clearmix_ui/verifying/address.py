"""The address that a dropped file goes to.

The file goes round Gradio, whose upload keeps what it gets in a cache that every signed-in person
can read: here it lies in a folder of its own for as long as it is read.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse

from clearmix.errors import AudioError
from clearmix.service.verifying import verified
from clearmix_ui.verifying.answers import answer, trouble

if TYPE_CHECKING:
    from fastapi import FastAPI

LONGEST_NAME = 120
"""How much of what the browser calls the file is shown."""


def add_verify_address(app: FastAPI, path: str) -> None:
    """Adds the address under the path of the pages; as all there, it is for the signed-in."""

    @app.post(f"{path}/verify/file", include_in_schema=False)
    async def verify_file(request: Request) -> HTMLResponse:
        sent = request.query_params.get("name", "").replace("\\", "/")
        name = PurePosixPath(sent).name[:LONGEST_NAME]
        try:
            found = await verified(request)
        except HTTPException as error:
            return HTMLResponse(trouble(str(error.detail), "", name), status_code=error.status_code)
        except AudioError as error:
            return HTMLResponse(trouble(error.message, error.help, name), status_code=422)
        shown = answer(found, name)
        return HTMLResponse(shown, headers={"Cache-Control": "no-store"})
