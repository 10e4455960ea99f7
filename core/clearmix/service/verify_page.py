"""The page on which everybody can ask what a file is: a form, and the answer under it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import HTMLResponse

if TYPE_CHECKING:
    from clearmix.kernel import Kernel
    from clearmix.verification import Verification

PAGE = "text/html"


def wants_page(request: Request) -> bool:
    """Whether a browser asks, and not a program."""
    return PAGE in request.headers.get("accept", "")


def verify_page(
    request: Request, *, found: Verification | None = None, trouble: str = "", status: int = 200
) -> HTMLResponse:
    """The page: empty, with an answer, or with what went wrong."""
    kernel: Kernel = request.app.state.kernel
    template = Template(files("clearmix.service").joinpath("verify.html").read_text("utf-8"))
    text = template.substitute(
        service=escape(kernel.settings.service),
        trouble=f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else "",
        answer="".join(_answer(found)) if found else "",
    )
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def _answer(found: Verification) -> Iterator[str]:
    yield '<section aria-live="polite">'
    if found.entry is not None and found.ai_made:
        yield f'<p class="badge">{escape(found.entry.display.badge)}</p>'
    yield f"<h2>{escape(found.statement)}</h2>"
    yield "<table><thead><tr><th>Layer</th><th>Found</th><th>How sure</th></tr></thead><tbody>"
    for mark in found.marks:
        sure = f"{100 * mark.confidence:.0f} %" if mark.reading else ""
        cells = (mark.labeler, found.standing(mark), sure)
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</tbody></table>"
    if found.entry is not None:
        yield "<ul>"
        for source in found.entry.sources:
            by = f" by {', '.join(source.artists)}" if source.artists else ""
            code = f", ISRC {source.isrc}" if source.isrc else ""
            yield f"<li>Made from {escape(f'“{source.title}”{by}{code}')}</li>"
        licence = found.entry.licence
        if licence is not None:
            link = f"/verify/{found.entry.render.id}"
            said = f"Licence: decision {licence.decision}, {licence.outcome}"
            yield f'<li><a href="{escape(link)}">{escape(said)}</a></li>'
        yield "</ul>"
    yield "</section>"
