"""`clearmix plugins` and `clearmix doctor`: what is installed and whether it is ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clearmix.cli.output import Json, columns, progress_bar, show
from clearmix.scaffolding import KINDS, NewPlugin, write_plugin

if TYPE_CHECKING:
    from clearmix.kernel import Kernel
    from clearmix.plugins import LoadedPlugin

_plugins = typer.Typer(help="Installed plugins.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_plugins, name="plugins")
    app.command()(doctor)


@_plugins.command("list")
def list_(as_json: Json = False) -> None:
    """List plugins, what they hand over, and the problems of those left out."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    value = kernel.listing()
    rows = [("plugin", "version", "from", "hands over")]
    rows += [
        (plugin.name, plugin.version, plugin.distribution, _handed_over(kernel, plugin))
        for plugin in kernel.plugins
    ]
    lines = [columns(rows)]
    if not kernel.plugins:
        lines = ["no plugins: entry points are read when a package is installed; reinstall it"]
    for problem in kernel.problems:
        lines += [f"problem: {problem.plugin}: {problem.reason}", f"  help: {problem.help}"]
    show(value, "\n".join(lines), as_json=as_json)


def _handed_over(kernel: Kernel, plugin: LoadedPlugin) -> str:
    """Each hook of a plugin, with the ids of what came through it."""
    ids = kernel.ids_of(plugin.name)
    return ", ".join(
        f"{hook} ({', '.join(ids[hook])})" if hook in ids else hook for hook in plugin.hooks
    )


@_plugins.command()
def new(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    name: Annotated[str, typer.Argument(help="Lower-case words with hyphens; it becomes the id.")],
    out: Annotated[Path, typer.Option(help="Folder to put it in.")] = Path(),
    as_json: Json = False,
) -> None:
    """Begin a plugin: a distribution with one small real plugin, its tests and a CI file."""
    begun = NewPlugin(kind, name)
    folder, written = write_plugin(begun, out)
    lines = [
        f"{folder}: {len(written)} files",
        f"  cd {folder}",
        "  pip install -e '.[dev]' && pytest",
        "  clearmix plugins list",
    ]
    value = {"folder": str(folder), "distribution": begun.distribution, "files": list(written)}
    show(value, "\n".join(lines), as_json=as_json)


@_plugins.command()
def setup(
    id: Annotated[str | None, typer.Argument(help="An environment; none lists them.")] = None,
    as_json: Json = False,
) -> None:
    """Make the virtual environment of a plugin whose libraries conflict with others."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    if id is not None:
        with progress_bar(quiet=as_json) as progress:
            python = kernel.environment(id).set_up(progress)
        show({"id": id, "python": str(python)}, f"{id}: {python}", as_json=as_json)
        return
    found = kernel.environments
    value = {
        "environments": [
            {"id": id, "about": one.about, "python": str(one.python) if one.python else None}
            for id, one in found.items()
        ]
    }
    rows = [("environment", "made", "about")]
    rows += [(id, "yes" if one.python else "no", one.about) for id, one in found.items()]
    show(value, columns(rows) if found else "no plugin needs one", as_json=as_json)


def doctor(as_json: Json = False) -> None:
    """Check that this machine is ready: plugins, folders, database, encoder, disk space.

    A `note` is something that could be there and is not needed.
    """
    from clearmix.doctor import examine
    from clearmix.kernel import Kernel

    findings = examine(Kernel())
    lines = []
    for finding in findings:
        standing = "NOT OK" if not finding.ok else "note" if finding.help else "ok"
        lines.append(f"{standing:7} {finding.name}: {finding.said}")
        if finding.help:
            lines.append(f"        help: {finding.help}")
    value = {
        "ok": all(finding.ok for finding in findings),
        "findings": [vars(finding) for finding in findings],
    }
    show(value, "\n".join(lines), as_json=as_json)
    if not value["ok"]:
        raise typer.Exit(1)
