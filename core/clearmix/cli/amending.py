"""`clearmix plan`, `clearmix amend`: the arrangement of a render, and a render of an edited one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from clearmix.cli.listening import decision_text, published, read_json
from clearmix.cli.output import Json, show

RenderId = Annotated[str, typer.Argument(help="Id of a render.", metavar="RENDER_ID")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(plan)
    app.command()(amend)


def plan(render: RenderId, as_json: Json = False) -> None:
    """Print the arrangement plan that a render was made from, to be read or edited."""
    from clearmix.errors import RenderError
    from clearmix.kernel import Kernel

    found = Kernel().rendering.plan(render)
    if found is None:
        raise RenderError(
            f"no plan of render `{render}` is kept",
            help="its generator makes none; `studio` does",
        )
    show(dict(found), json.dumps(found, indent=2, ensure_ascii=False), as_json=as_json)


def amend(
    render: RenderId,
    plan: Annotated[
        Path, typer.Option("--plan", help="JSON file of its edited plan, or - for stdin.")
    ],
    listener: Annotated[
        str | None, typer.Option("--listener", help="Who asks; its maker by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a copy of the result.")] = None,
    as_json: Json = False,
) -> None:
    """Render a remix anew from its edited plan, within the spec that it was permitted for.

    The rights are decided anew; a plan that does more than the spec says is refused with reasons.
    """
    from clearmix.kernel import Kernel

    kernel = Kernel()
    submission = kernel.rendering.amend(render, read_json(plan), listener_id=listener)
    value = {**submission.cleared.as_json(), "amends": render, "render": None}
    if submission.job is None:
        show(value, decision_text(submission.cleared), as_json=as_json)
        return
    made = published(kernel, submission.job, out, quiet=as_json, told=submission.notes)
    show(value | {"render": made.json}, made.text, as_json=as_json)
