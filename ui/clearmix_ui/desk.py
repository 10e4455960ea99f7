"""The page Desk: what a rights-holder allows, hears, earns and answers; and statements as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from fastapi import HTTPException, Response

from clearmix.service.callers import Earning
from clearmix_ui import cards
from clearmix_ui.desk_session import DeskSession
from clearmix_ui.panels import add_panel

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from clearmix import Kernel

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
"""Media type of each form in which a statement is handed out."""


def add_desk(page: gr.Blocks, kernel: Kernel) -> None:
    """Adds the page Desk."""
    add_panel(page, kernel, "Desk", "desk", partial(desk, kernel))


def desk(kernel: Kernel, user: str, message: Mapping[str, str]) -> Iterator[str]:
    """The desk of whom a user signs in for, after a message; a word on whose it is to others."""
    party = kernel.catalogue.party_of(user)
    # INVARIANT: whose desk it is comes from the sign-in alone, never from what the browser sent.
    if party is None:
        yield cards.html("no_desk.html")
        return
    yield from DeskSession(kernel, party).act(message)


def add_statements(app: FastAPI, kernel: Kernel) -> None:
    """Adds the address under which a rights-holder fetches its own statements."""

    @app.get("/desk/statement.{form}", include_in_schema=False)
    def statement(
        form: Literal["csv", "pdf", "html"],
        caller: Earning,
        period: str | None = None,
    ) -> Response:
        party = kernel.catalogue.party_of(caller.user)
        if party is None:
            raise HTTPException(403, "Statements are for whoever they are about.")
        content = kernel.reports.statement(party, period or None, form)
        name = f"clearmix-{party}-{period or 'all'}.{form}"
        shown = "inline" if form == "html" else "attachment"
        return Response(
            content,
            media_type=MEDIA[form],
            headers={
                "Cache-Control": "private, no-store",
                "Content-Disposition": f'{shown}; filename="{name}"',
            },
        )
