"""The tree of commands; each module of this folder holds one branch."""

from __future__ import annotations

from typing import Annotated

import typer

from clearmix.cli import (
    amending,
    approvals,
    catalogue,
    consent,
    listening,
    models,
    operations,
    plugins,
    royalties,
    rules,
    service,
    session,
    sign_out,
    tokens,
    verifying,
)

app = typer.Typer(
    name="clearmix",
    help="Licensed AI remixes: words become a cleared, labelled remix that pays.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"clearmix {version('clearmix')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Licensed AI remixes: words become a cleared, labelled remix that pays."""


service.add_to(app)
listening.add_to(app)
amending.add_to(app)
session.add_to(app)
verifying.add_to(app)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(consent.app, name="consent")
app.add_typer(approvals.app, name="approvals")
app.add_typer(rules.app, name="rules")
royalties.add_to(app)
plugins.add_to(app)
operations.add_to(app)
app.add_typer(models.app, name="models")
app.add_typer(tokens.app, name="tokens")
sign_out.add_to(app)
