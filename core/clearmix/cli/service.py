"""`clearmix demo`, `serve` and `worker`: the processes that listeners are served by."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from clearmix.cli.output import progress_bar

if TYPE_CHECKING:
    from clearmix.kernel import Kernel

Port = Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(demo)
    app.command()(serve)
    app.command()(worker)


def demo(
    port: Port = 7860,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only prepare the catalogue, then stop.")
    ] = False,
) -> None:
    """Prepare the example catalogue once and serve the pages on this machine."""
    from clearmix.kernel import Kernel
    from clearmix.settings import Settings

    settings = Settings.from_environment()
    if "CLEARMIX_SERVICE" not in os.environ:
        settings = replace(settings, service="Clearmix demo")
    kernel = Kernel(settings)
    with progress_bar() as progress:
        kernel.prepare_catalogue("demo", progress)
    typer.echo(f"the example catalogue is ready: {len(kernel.catalogue.recordings())} songs")
    if prepare:
        return
    typer.echo("log-ins (the password is the name):")
    for login in kernel.catalogue.logins():
        party = f" of {login.party}" if login.party else ""
        typer.echo(f"  {login.user} ({login.role}{party})")
    _serve(kernel, "127.0.0.1", port, open_browser=open_)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 7860,
    pages: Annotated[
        bool,
        typer.Option("--pages/--no-pages", help="Serve the pages too, or streams and API only."),
    ] = True,
    processes: Annotated[
        int,
        typer.Option(help="Processes that serve streams and API, without pages.", min=1, max=64),
    ] = 1,
) -> None:
    """Serve the pages, streams and API with the configuration in force.

    `/openapi.json` describes the API; `clearmix tokens create USER` makes a token for it. Behind a
    proxy, set CLEARMIX_PUBLIC_URL to the address that listeners use: if that speaks HTTPS, cookies
    are sent so only, and changes from the pages there are taken as ours. CLEARMIX_PROXIES names the
    proxies that are believed when they say where a listener comes from (127.0.0.1 if left out).
    """
    from clearmix.kernel import Kernel

    _serve(Kernel(), host, port, open_browser=False, pages=pages, processes=processes)


def worker(
    idle_exit: Annotated[
        float | None, typer.Option(help="Stop after so many seconds without work.", min=1)
    ] = None,
    generator: Annotated[
        list[str] | None,
        typer.Option(help="Take only jobs of this generator; may be given several times."),
    ] = None,
) -> None:
    """Render queued remixes until stopped.

    On PostgreSQL there may be many, on many machines, each for the generators that it has.
    """
    from clearmix.kernel import Kernel
    from clearmix.observing import logs, tracing
    from clearmix.rendering import run_worker

    kernel = Kernel()
    logs.configure(kernel.settings)
    tracing.start()
    run_worker(kernel, idle_exit_seconds=idle_exit, generators=generator or ())


def _serve(
    kernel: Kernel,
    host: str,
    port: int,
    *,
    open_browser: bool,
    pages: bool = True,
    processes: int = 1,
) -> None:
    from clearmix.observing import logs, tracing
    from clearmix.service import serve as run

    logs.configure(kernel.settings)
    tracing.start()
    typer.echo(f"serving at http://{host}:{port}/")
    run(
        kernel,
        host=host,
        port=port,
        open_browser=open_browser,
        pages=pages,
        processes=processes,
    )
