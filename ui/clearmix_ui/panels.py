"""Pages whose middle is one piece of HTML that the server writes, with a player beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from clearmix_ui import cards
from clearmix_ui.navigation import masthead
from clearmix_ui.session import Session, SignedOutError
from clearmix_ui.top import masthead_block

if TYPE_CHECKING:
    from clearmix import Kernel

Act = Callable[[str, Mapping[str, str]], Iterator[str]]
"""From who is signed in, and what the browser sent, to the middle of the page, step by step."""

HANDLERS_AT_ONCE = 16
"""Messages that are answered at the same time, on all pages of this kind together."""

FIELDS_AT_MOST = 24
LETTERS_AT_MOST = 2_000


def add_panel(page: gr.Blocks, kernel: Kernel, name: str, path: str, act: Act) -> None:
    """Adds a page; each of its handlers finds out anew who is asking.

    INVARIANT: a handler takes no component of the page as its input, so the browser can send
    nothing but words, and `act` is told who is signed in by the service alone.
    """
    with (
        page.route(name, path, show_in_navbar=False),
        gr.Column(elem_id="cm-page", elem_classes=f"is-{path}"),
    ):
        top = masthead_block()
        with gr.Row(elem_id="cm-shell"):
            panel = gr.HTML(
                "",
                elem_id="cm-panel",
                html_template='<p class="cm-sr" role="status"></p><div class="cm-panel"></div>',
                js_on_load="window.clearmix.panel(element, props, watch, trigger); 'act'",
                apply_default_css=False,
            )
            with gr.Column(elem_id="cm-stage"):
                player = gr.HTML(
                    "",
                    elem_id="cm-player",
                    html_template=cards.html("player.html"),
                    js_on_load="window.clearmix.mount(element, props, watch, trigger); 'opened'",
                    apply_default_css=False,
                )
                details = gr.HTML(
                    "", elem_id="cm-details", js_on_load=None, apply_default_css=False
                )

        def arrive(request: gr.Request) -> Iterator[tuple[Any, str]]:
            user = signed_in(request)
            head = masthead(kernel, user, name)
            for html in act(user, words_of(dict(request.query_params))):
                yield head, html
                head = gr.skip()

        def answer(event: gr.EventData, request: gr.Request) -> Iterator[str]:
            yield from act(signed_in(request), words_of(event._data))

        def opened(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
            session, item = Session(kernel, request.username), words_of(event._data).get("item", "")
            return session.timeline(item), session.details(item)

        quiet: dict[str, Any] = {
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_limit": HANDLERS_AT_ONCE,
            "concurrency_id": "panels",
        }
        page.load(arrive, None, [top, panel], **quiet)
        panel.act(answer, None, panel, trigger_mode="multiple", **quiet)
        player.opened(opened, None, [player, details], trigger_mode="always_last", **quiet)


def signed_in(request: gr.Request) -> str:
    """Who is asking; raises SignedOutError for nobody."""
    if not request.username:
        raise SignedOutError
    return str(request.username)


def words_of(sent: object) -> dict[str, str]:
    """What the browser sent, as short text only; it may have sent anything.

    >>> words_of({"kind": "open", "value": 3, 4: "x"})
    {'kind': 'open'}
    """
    if not isinstance(sent, Mapping):
        return {}
    said = [
        (name, value[:LETTERS_AT_MOST])
        for name, value in sent.items()
        if isinstance(name, str) and isinstance(value, str)
    ]
    return dict(said[:FIELDS_AT_MOST])
