"""The page Feed: what people made, apart from what was made with AI, and a shared remix alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from clearmix_ui.feed_session import FeedSession
from clearmix_ui.panels import add_panel

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from clearmix import Kernel


def add_feed(page: gr.Blocks, kernel: Kernel) -> None:
    """Adds the page Feed, and the page that a link to a shared remix leads to."""
    add_panel(page, kernel, "Feed", "feed", partial(feed, kernel))
    add_panel(page, kernel, "Shared remix", "remix", partial(shared, kernel))


def feed(kernel: Kernel, user: str, message: Mapping[str, str]) -> Iterator[str]:
    """The feed of a user after what was done in it."""
    yield FeedSession(kernel, user).act(message)


def shared(kernel: Kernel, user: str, message: Mapping[str, str]) -> Iterator[str]:
    """The remix that a link names, if this user may hear it now; rights are asked each time."""
    yield FeedSession(kernel, user).shared(message.get("of", ""))


def add_share_links(app: FastAPI) -> None:
    """Adds the short address that is passed around: it leads to the page, which asks for rights."""
    from urllib.parse import quote

    from fastapi.responses import RedirectResponse

    @app.get("/remix/{id}", include_in_schema=False)
    def remix(id: str) -> RedirectResponse:
        return RedirectResponse(f"/app/remix?of={quote(id, safe='')}", status_code=303)
