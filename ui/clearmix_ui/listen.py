"""The page Listen: songs, a conversation that makes remixes, and a player."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from clearmix_ui import cards
from clearmix_ui.session import Session

if TYPE_CHECKING:
    from clearmix import Kernel

CHATS_AT_ONCE = 40
"""Conversations that are answered at the same time; each mostly waits for its render."""

LOG = '<p class="cm-sr" role="status"></p><ol class="cm-log" aria-label="Conversation"></ol>'
"""The frame of the conversation; `listen.js` patches the turns into it."""


def listen_page(kernel: Kernel) -> gr.Blocks:
    """The page's blocks; each handler finds out anew who is asking and what they may see."""
    with (
        gr.Blocks(title="Clearmix", analytics_enabled=False, fill_width=True) as page,
        gr.Column(elem_id="cm-page"),
    ):
        masthead = gr.HTML("", elem_id="cm-masthead", js_on_load=None, apply_default_css=False)
        with gr.Row(elem_id="cm-shell"):
            shelf = gr.HTML("", elem_id="cm-shelf", js_on_load=None, apply_default_css=False)
            with gr.Column(elem_id="cm-talk"):
                log = gr.HTML(
                    [],
                    elem_id="cm-log",
                    html_template=LOG,
                    js_on_load="window.clearmix.log(element, props, watch)",
                    apply_default_css=False,
                )
                composer = gr.HTML(
                    cards.html("composer.html"),
                    elem_id="cm-composer",
                    js_on_load="window.clearmix.composer(element, trigger); 'say'",
                    apply_default_css=False,
                )
            with gr.Column(elem_id="cm-stage"):
                player = gr.HTML(
                    cards.html("player.html"),
                    elem_id="cm-player",
                    js_on_load="window.clearmix.player(element, trigger); 'opened'",
                    apply_default_css=False,
                )
                details = gr.HTML(
                    "", elem_id="cm-details", js_on_load=None, apply_default_css=False
                )

        def arrive(request: gr.Request) -> Iterator[tuple[str, str, list[str]]]:
            session = Session(kernel, request.username)
            top = session.masthead()
            for turns in session.resume():
                yield top, session.shelf(), turns

        def say(event: gr.EventData, request: gr.Request) -> Iterator[tuple[str, list[str]]]:
            session = Session(kernel, request.username)
            for turns in session.say(_message(event)):
                yield session.shelf(), turns

        def opened(event: gr.EventData, request: gr.Request) -> str:
            return Session(kernel, request.username).details(_message(event).get("item", ""))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(
            arrive, None, [masthead, shelf, log], concurrency_limit=CHATS_AT_ONCE,
            concurrency_id="chat", **quiet,
        )  # fmt: skip
        composer.say(
            say, None, [shelf, log], trigger_mode="multiple", concurrency_limit=CHATS_AT_ONCE,
            concurrency_id="chat", **quiet,
        )  # fmt: skip
        player.opened(opened, None, details, trigger_mode="always_last", **quiet)
    blocks: gr.Blocks = page
    return blocks


def _message(event: gr.EventData) -> dict[str, str]:
    """What the browser sent, as text only; it may have sent anything."""
    sent = event._data if isinstance(event._data, Mapping) else {}
    return {str(name): str(value) for name, value in sent.items() if isinstance(value, str)}
