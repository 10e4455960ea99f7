"""The page Rules: an editor for policies, and beside it what the text means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from clearmix_ui.cards import html
from clearmix_ui.navigation import masthead as masthead_of
from clearmix_ui.playground.desk import Answer, Desk
from clearmix_ui.top import masthead_block

if TYPE_CHECKING:
    from clearmix import Kernel

NAME = "Rules"

TABS = (
    ("english", "In English"),
    ("try", "Try it"),
    ("test", "Tests"),
    ("compare", "What changes"),
)
"""The panels beside the editor, by id."""

AT_ONCE = {"read": 4, "ask": 4, "compare": 1}
"""How many messages of each kind are answered at a time: a proof takes seconds of a processor."""


def add_rules_page(pages: gr.Blocks, kernel: Kernel) -> None:
    """Adds the page; each handler finds out anew who is asking and what they may see."""
    with pages.route(NAME, "/rules", show_in_navbar=False), gr.Column(elem_id="cm-page"):
        masthead = masthead_block()
        desk = gr.HTML(
            html("rules.html", tabs=TABS),
            elem_id="cm-rules",
            js_on_load="window.clearmix.rules.mount(element, trigger); 'read'; 'ask'; 'compare'",
            apply_default_css=False,
        )
        answers = [
            gr.HTML(
                {},
                html_template="",
                js_on_load="window.clearmix.rules.listen(props, watch)",
                apply_default_css=False,
            )
            for _ in range(3)
        ]

        def arrive(request: gr.Request) -> tuple[str, Answer]:
            at = Desk(kernel, request.username)
            return masthead_of(kernel, at.viewer.user, NAME), at.arrive()

        def answer(event: gr.EventData, request: gr.Request) -> Answer:
            message = _message(event)
            echo = {name: message.get(name, "") for name in ("kind", "stamp")}
            return {**Desk(kernel, request.username).answer(message), **echo}

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        pages.load(arrive, None, [masthead, answers[0]], **quiet)
        # Apart from each other, so that a proof holds up no keystroke. Every message is answered,
        # and the page passes over what is older than its last: `always_last` may lose that one.
        quiet |= {"trigger_mode": "multiple"}
        for event, place, (name, limit) in zip(
            (desk.read, desk.ask, desk.compare), answers, AT_ONCE.items(), strict=True
        ):
            event(
                answer, None, place, concurrency_limit=limit, concurrency_id=f"rules-{name}",
                **quiet,
            )  # fmt: skip


def _message(event: gr.EventData) -> dict[str, str]:
    """What the browser sent, as text only; it may have sent anything."""
    sent = event._data if isinstance(event._data, Mapping) else {}
    return {str(name): str(value) for name, value in sent.items() if isinstance(value, str)}
