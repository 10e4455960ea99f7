"""Running the service: uvicorn in front, a render worker beside it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clearmix.errors import ClearmixError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from clearmix.catalogue.models import Login
    from clearmix.kernel import Kernel


def serve(
    kernel: Kernel,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    offered_logins: Sequence[Login] = (),
    pages: bool = True,
    processes: int = 1,
) -> None:
    """Serves until stopped, and sees to it that somebody renders.

    Without `pages` there are streams and API only; these may be served by several processes.

    Raises:
        ClearmixError: the port is taken, or pages would be served by several processes.
    """
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from clearmix.service.app import create_app

    if pages and processes > 1:
        raise ClearmixError(
            f"pages are served by one process, not by {processes}",
            help="serve them by one, and add `--no-pages` to the others",
            place="--processes",
        )
    _require_free(host, port)
    kernel.rendering.ensure_worker()
    config = uvicorn.Config(
        create_app(kernel, offered_logins=offered_logins, pages=pages)
        if processes == 1
        else f"{__name__}:{without_pages.__name__}",
        factory=processes > 1,
        workers=processes,
        host=host,
        port=port,
        log_level="warning",
        log_config=None,  # whoever starts the process says how it logs
        access_log=False,
        forwarded_allow_ips=kernel.settings.proxies,
        timeout_keep_alive=30,  # players ask again every few seconds
        timeout_graceful_shutdown=2,
        timeout_worker_healthcheck=60,  # a process that has much to do is not dead
    )
    if processes > 1:
        os.environ.update(kernel.settings.as_environment())
        Multiprocess(config, sockets=[config.bind_socket()]).run()
        return
    server = uvicorn.Server(config)
    if open_browser:
        _open_when_ready(server, f"http://{host}:{port}/")
    _settle()
    server.run()


def without_pages() -> FastAPI:
    """The service without pages, as one process of several makes it of its environment."""
    from clearmix.kernel import Kernel
    from clearmix.observing import logs, tracing
    from clearmix.service.app import create_app

    kernel = Kernel()
    logs.configure(kernel.settings)
    tracing.start()
    app = create_app(kernel, pages=False)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _settle()
    return app


def _end_with_parent() -> None:
    """Ends this process when the one that began it is gone: else it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _settle() -> None:
    """Takes what was loaded so far for good.

    Else now and then all of it is searched for garbage, and every listener waits 150 ms meanwhile.
    """
    gc.collect()
    gc.freeze()


def _require_free(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ClearmixError(
                f"cannot serve at {host}:{port}: {error.strerror}",
                help=f"stop what is using the port, or give another: --port {port + 1}",
                place="clearmix serve",
            ) from error


def _open_when_ready(server: object, address: str) -> None:
    def wait() -> None:
        for _ in range(600):
            if getattr(server, "started", False):
                webbrowser.open(address)
                return
            threading.Event().wait(0.1)

    threading.Thread(target=wait, daemon=True).start()
