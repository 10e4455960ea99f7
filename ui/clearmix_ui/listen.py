"""The page Listen: songs, a conversation that makes remixes, and a player."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from clearmix_ui import cards
from clearmix_ui.session import Session
from clearmix_ui.top import masthead_block

if TYPE_CHECKING:
    from clearmix import Kernel

CHATS_AT_ONCE = 100
"""Conversations that are answered at the same time; each mostly waits for its render."""

LOG = (
    '<p class="cm-sr" role="status"></p>'
    '<ol class="cm-log" tabindex="0" aria-label="Conversation"></ol>'
)
"""The frame of the conversation; `listen.js` patches the turns into it."""


def listen_page(kernel: Kernel) -> gr.Blocks:
    """The page's blocks; each handler finds out anew who is asking and what they may see."""
    with (
        gr.Blocks(title="Clearmix", analytics_enabled=False, fill_width=True) as page,
        gr.Column(elem_id="cm-page"),
    ):
        masthead = masthead_block()
        with gr.Row(elem_id="cm-shell"):
            with gr.Column(elem_id="cm-library"):
                find = gr.HTML(
                    cards.html("find.html"),
                    elem_id="cm-finder",
                    js_on_load="window.clearmix.find(element, trigger); 'find'",
                    apply_default_css=False,
                )
                shelf = gr.HTML(
                    "",
                    elem_id="cm-shelf",
                    html_template='<div class="cm-shelf"></div>',
                    js_on_load="window.clearmix.shelf(element, props, watch)",
                    apply_default_css=False,
                )
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
                    "",  # the timeline, which `listen.js` puts under the waveform
                    elem_id="cm-player",
                    html_template=cards.html("player.html"),
                    js_on_load="window.clearmix.mount(element, props, watch, trigger); 'opened'",
                    apply_default_css=False,
                )
                details = gr.HTML(
                    "", elem_id="cm-details", js_on_load=None, apply_default_css=False
                )

        async def arrive(request: gr.Request) -> AsyncIterator[tuple[Any, Any, list[str]]]:
            session = Session(kernel, request.username)
            masthead, shelf = session.masthead(), session.shelf()
            async for turns in _in_threads(session.resume()):
                yield masthead, shelf, turns
                masthead = shelf = gr.skip()

        async def say(event: gr.EventData, request: gr.Request) -> AsyncIterator[tuple[Any, Any]]:
            session = Session(kernel, request.username)
            async for turns in _in_threads(session.say(_message(event))):
                yield gr.skip(), turns
            yield session.masthead(), gr.skip()  # what is left of the plan has changed

        def look_for(event: gr.EventData, request: gr.Request) -> str:
            session, message = Session(kernel, request.username), _message(event)
            return session.shelf(message.get("find", ""), remixable=message.get("only") == "yes")

        def opened(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
            session, item = Session(kernel, request.username), _message(event).get("item", "")
            return session.timeline(item), session.details(item)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(
            arrive, None, [masthead, shelf, log], concurrency_limit=CHATS_AT_ONCE,
            concurrency_id="chat", **quiet,
        )  # fmt: skip
        composer.say(
            say, None, [masthead, log], trigger_mode="multiple", concurrency_limit=CHATS_AT_ONCE,
            concurrency_id="chat", **quiet,
        )  # fmt: skip
        find.find(look_for, None, shelf, trigger_mode="always_last", **quiet)
        player.opened(opened, None, [player, details], trigger_mode="always_last", **quiet)
    blocks: gr.Blocks = page
    return blocks


async def _in_threads(steps: Iterator[list[str]]) -> AsyncIterator[list[str]]:
    """The steps, each waited for in a thread, of which a page that is left leaves none behind."""
    limiter = _limiter()
    while True:
        step = await to_thread.run_sync(next, steps, None, limiter=limiter, abandon_on_cancel=True)
        if step is None:
            return
        yield step


@cache
def _limiter() -> CapacityLimiter:
    # Its own threads: those of the framework would all be taken by listeners who wait.
    return CapacityLimiter(CHATS_AT_ONCE)


def _message(event: gr.EventData) -> dict[str, str]:
    """What the browser sent, as text only; it may have sent anything."""
    sent = event._data if isinstance(event._data, Mapping) else {}
    return {str(name): str(value) for name, value in sent.items() if isinstance(value, str)}
