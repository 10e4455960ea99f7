"""The page itself: a place to drop a file, and the answer under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from clearmix.service.verifying import MOST_BYTES
from clearmix_ui.cards import html
from clearmix_ui.navigation import masthead as masthead_of
from clearmix_ui.top import masthead_block
from clearmix_ui.viewer import Viewer

if TYPE_CHECKING:
    from clearmix import Kernel

NAME = "Verify"


def add_verify_page(pages: gr.Blocks, kernel: Kernel) -> None:
    """Adds the page."""
    with pages.route(NAME, "/verify", show_in_navbar=False), gr.Column(elem_id="cm-page"):
        masthead = masthead_block()
        gr.HTML(
            html("verify.html", most_bytes=MOST_BYTES),
            elem_id="cm-verify",
            js_on_load="window.clearmix.verify(element)",
            apply_default_css=False,
        )

        def arrive(request: gr.Request) -> str:
            return masthead_of(kernel, Viewer.of(kernel, request.username).user, NAME)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        pages.load(arrive, None, masthead, **quiet)
