"""`clearmix tokens`: personal access tokens for the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from clearmix.cli.output import Json, columns, show

app = typer.Typer(help="Personal access tokens for the HTTP API.", no_args_is_help=True)


@app.command()
def create(
    user: Annotated[str, typer.Argument(help="The log-in that it acts as.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="listen, consent, earnings, rules, operate; by default all of the role."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How long it lives.")] = 90,
    as_json: Json = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    from clearmix.kernel import Kernel

    secret, token = Kernel().tokens.create(user, name=name, scopes=scope or (), days=days)
    text = (
        f"{secret}\n  acts as {user}, may {', '.join(token.scopes)}, until "
        f"{token.expires_at:%Y-%m-%d}; keep it now, it is not shown again"
    )
    show({**token.as_json(), "secret": secret}, text, as_json=as_json)


@app.command("list")
def list_(
    user: Annotated[str | None, typer.Option(help="Only those of this log-in.")] = None,
    as_json: Json = False,
) -> None:
    """List tokens, also those that have ended; what opens the door is not shown."""
    from clearmix.kernel import Kernel

    found = Kernel().tokens.listed(user)
    rows = [("id", "user", "state", "until", "scopes", "name")]
    rows += [
        (one.id, one.user, one.state, f"{one.expires_at:%Y-%m-%d}", " ".join(one.scopes), one.name)
        for one in found
    ]
    text = columns(rows) if found else "no tokens: `clearmix tokens create USER` makes one"
    show({"tokens": [one.as_json() for one in found]}, text, as_json=as_json)


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(help="Id of a token; `tokens list` shows it.")],
    as_json: Json = False,
) -> None:
    """Take a token back; it opens nothing from the next request on."""
    from clearmix.kernel import Kernel

    token = Kernel().tokens.revoke(id)
    show(token.as_json(), f"{token.id} of {token.user} is revoked", as_json=as_json)
