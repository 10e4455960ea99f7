"""`clearmix backup`, `restore`, `retention` and `listeners`: what an operator does now and then."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clearmix.cli.output import Json, progress_bar, show

if TYPE_CHECKING:
    from clearmix.operations.backup import Backup

Folder = Annotated[Path, typer.Argument(help="Folder of the backup.", metavar="DIR")]

_retention = typer.Typer(help="Taking away what is kept no longer.", no_args_is_help=True)
_listeners = typer.Typer(help="Listeners as persons.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(backup)
    app.command()(restore)
    app.add_typer(_retention, name="retention")
    app.add_typer(_listeners, name="listeners")


def backup(path: Folder, as_json: Json = False) -> None:
    """Keep the database, the store and the keys in a new folder, while the service runs."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        made = Kernel().operations.backup(path, progress)
    _show(made, "backed up", as_json=as_json)


def restore(path: Folder, as_json: Json = False) -> None:
    """Bring a backup back into an empty database and home; nothing is ever written over."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        made = Kernel().operations.restore(path, progress)
    _show(made, "restored", as_json=as_json)


@_retention.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would be.")] = False,
    as_json: Json = False,
) -> None:
    """Take away what `retention.toml` says is kept no longer; run it every day."""
    from clearmix.kernel import Kernel

    done = Kernel().operations.retain(dry_run=dry_run)
    what = "would be taken away" if dry_run else "taken away"
    text = (
        f"{what}: {done.listenings} listenings, {done.conversations} conversations, "
        f"{done.renders} renders; {done.files} files of sound, {done.copies} copies"
    )
    show({**asdict(done), "dry_run": dry_run}, text, as_json=as_json)


@_listeners.command()
def erase(
    id: Annotated[str, typer.Argument(help="Id of the listener.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Forget who a listener was; what is owed for what they heard and had made stays exact."""
    from clearmix.kernel import Kernel

    if not yes:
        typer.confirm(f"forget `{id}`, and take their renders down for good?", abort=True, err=True)
    erased = Kernel().operations.erase(id)
    value = {"listener": id, "erased_at": erased.at.isoformat(), "renders": erased.renders}
    show(value, f"`{id}` is erased; {erased.renders} renders came down", as_json=as_json)


def _show(made: Backup, done: str, *, as_json: bool) -> None:
    value = {**asdict(made), "path": str(made.path)}
    text = f"{done}: {made.rows} rows, {made.files} files, {made.size / 2**20:.1f} MiB\n{made.hash}"
    show(value, text, as_json=as_json)
