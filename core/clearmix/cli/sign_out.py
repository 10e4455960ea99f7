"""`clearmix sign-out`: ends the sessions of somebody who signed in to the pages."""

from __future__ import annotations

from typing import Annotated

import typer

from clearmix.cli.output import Json, show


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("sign-out")(sign_out)


def sign_out(
    user: Annotated[str, typer.Argument(help="The log-in whose sessions end.")],
    as_json: Json = False,
) -> None:
    """End every session of a log-in, on all devices; `tokens revoke` ends access tokens."""
    from clearmix.kernel import Kernel

    Kernel().sign_ins.end_all(user)
    text = f"every session of `{user}` has ended; signing in again begins a new one"
    show({"user": user, "signed_out": True}, text, as_json=as_json)
