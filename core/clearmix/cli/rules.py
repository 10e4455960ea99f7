"""`clearmix rules`: the tools of the rights language, the same as `clearmix-rules`."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """Adds the command, which hands everything to the language's own tools."""

    @app.command(
        "rules",
        context_settings={
            "allow_extra_args": True,
            "ignore_unknown_options": True,
            "help_option_names": [],
        },
    )
    def rules(context: typer.Context) -> None:
        """Check and try rights policies; `clearmix rules --help` lists the tools."""
        from clearmix_rules.cli import main

        raise typer.Exit(main(list(context.args)))
