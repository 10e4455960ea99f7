"""The page House: what is ready on this machine, what is missing, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from clearmix.doctor import examine
from clearmix_ui.cards import html
from clearmix_ui.navigation import masthead as masthead_of
from clearmix_ui.top import masthead_block
from clearmix_ui.viewer import Viewer

if TYPE_CHECKING:
    from clearmix import Kernel

NAME = "House"


def add_house_page(pages: gr.Blocks, kernel: Kernel) -> None:
    """Adds the page, which is empty for whoever does not run the service."""
    with pages.route(NAME, "/house", show_in_navbar=False), gr.Column(elem_id="cm-page"):
        masthead = masthead_block()
        found = gr.HTML("", elem_id="cm-house", js_on_load=None, apply_default_css=False)

        def arrive(request: gr.Request) -> tuple[str, str]:
            viewer = Viewer.of(kernel, request.username)
            return masthead_of(kernel, viewer.user, NAME), house_of(kernel, viewer)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        pages.load(arrive, None, [masthead, found], **quiet)


def house_of(kernel: Kernel, viewer: Viewer) -> str:
    """The findings for the operator, and a sentence for everybody else."""
    if not viewer.operates:
        return html("not_house.html")
    # What there is to do comes first.
    findings = sorted(examine(kernel), key=lambda one: (one.ok, not one.help))
    return html("house.html", findings=findings, ready=all(one.ok for one in findings))
