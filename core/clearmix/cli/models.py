"""`clearmix models`: weights of trained models, fetched only when the operator says so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearmix.cli.output import Json, columns, progress_bar, show

app = typer.Typer(help="Weights of trained models.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the weights that plugins can use, and which are here."""
    from clearmix.kernel import Kernel

    models = Kernel().models
    value = [
        {
            "id": id,
            "version": model.version,
            "about": model.about,
            "path": str(model.fetched) if model.fetched else None,
        }
        for id, model in models.items()
    ]
    rows = [("model", "version", "here", "about")]
    rows += [
        (id, model.version, "yes" if model.fetched else "no", model.about)
        for id, model in models.items()
    ]
    text = columns(rows) if models else "no plugin uses a trained model"
    show({"models": value}, text, as_json=as_json)


@app.command()
def fetch(
    id: Annotated[str, typer.Argument(help="A model of `clearmix models list`.")],
    archive: Annotated[
        Path | None,
        typer.Option("--from", help="The archive, when it was fetched by other means."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch the weights of one model, check what they are, and make them ready for use."""
    from clearmix.kernel import Kernel

    model = Kernel().model(id)
    with progress_bar(quiet=as_json) as progress:
        path = model.fetch(progress, archive)
    show({"id": id, "version": model.version, "path": str(path)}, f"{id}: {path}", as_json=as_json)
