"""`clearmix session`: a render in parts, for producers who take it from there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clearmix.cli.listening import decision_text
from clearmix.cli.output import Json, columns, progress_bar, show

if TYPE_CHECKING:
    from clearmix.rendering.models import Session


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(session)


def session(
    render: Annotated[str, typer.Argument(help="Id of a render.", metavar="RENDER_ID")],
    out: Annotated[Path, typer.Option(help="Folder in which a folder of that id is made.")],
    listener: Annotated[
        str | None, typer.Option("--listener", help="Who takes it out; its maker by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take a render out in parts: stems, mix, plan, MIDI file and DAW project, all sound marked.

    Rights-holders decide on it as the use `export`.
    """
    from clearmix.kernel import Kernel

    kernel = Kernel()
    with progress_bar(quiet=as_json) as progress:
        handed = kernel.rendering.session(render, out, listener_id=listener, progress=progress)
    made = handed.session
    value = {**handed.cleared.as_json(), "session": _session_json(made) if made else None}
    text = _session_text(made) if made else decision_text(handed.cleared)
    show(value, text, as_json=as_json)


def _session_json(made: Session) -> dict[str, Any]:
    return {
        "path": str(made.folder),
        "files": [asdict(file) for file in made.files],
        "notes": list(made.notes),
    }


def _session_text(made: Session) -> str:
    rows = [(file.name, ", ".join(mark.labeler for mark in file.marks)) for file in made.files]
    return "\n".join([str(made.folder), columns(rows), *made.notes])
