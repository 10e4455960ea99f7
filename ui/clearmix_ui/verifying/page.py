"""The page itself, and the address that a dropped file goes to.

The file goes round Gradio, whose upload keeps what it gets in a cache that every signed-in person
can read: here it lies in a folder of its own for as long as it is read.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse

from clearmix.service.verifying import MOST_BYTES, verified
from clearmix_ui.cards import html
from clearmix_ui.playground.viewer import Viewer
from clearmix_ui.verifying.answers import answer, trouble

if TYPE_CHECKING:
    from fastapi import FastAPI

    from clearmix import Kernel

NAME = "Verify"


def add_verify_page(pages: gr.Blocks, kernel: Kernel) -> None:
    """Adds the page: a place to drop a file, and the answer under it."""
    with pages.route(NAME, "/verify", show_in_navbar=False), gr.Column(elem_id="cm-page"):
        masthead = gr.HTML("", elem_id="cm-masthead", js_on_load=None, apply_default_css=False)
        gr.HTML(
            html("verify.html", most_bytes=MOST_BYTES),
            elem_id="cm-verify",
            js_on_load="window.clearmix.verify(element)",
            apply_default_css=False,
        )

        def arrive(request: gr.Request) -> str:
            viewer = Viewer.of(kernel, request.username)
            return html("page_top.html", here=NAME, name=viewer.user, role=viewer.role)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        pages.load(arrive, None, masthead, **quiet)


def add_verify_address(app: FastAPI, path: str) -> None:
    """Adds the address that a file is sent to; as all under `path`, it is for the signed-in."""

    @app.post(f"{path}/verify/file", include_in_schema=False)
    async def verify_file(request: Request) -> HTMLResponse:
        # Read before the file is: only the last part of what the browser calls it is shown.
        name = PurePosixPath(request.query_params.get("name", "").replace("\\", "/")).name[:120]
        try:
            found = await verified(request)
        except HTTPException as error:
            return HTMLResponse(trouble(str(error.detail)), status_code=error.status_code)
        return HTMLResponse(answer(found, name), headers={"Cache-Control": "no-store"})
