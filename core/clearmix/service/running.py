"""Running the service: uvicorn in front, a render worker beside it."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clearmix.errors import ClearmixError

if TYPE_CHECKING:
    from clearmix.catalogue.models import Login
    from clearmix.kernel import Kernel


def serve(
    kernel: Kernel,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    offered_logins: Sequence[Login] = (),
) -> None:
    """Serves until stopped, and sees to it that somebody renders.

    Raises:
        ClearmixError: the port is taken.
    """
    import uvicorn

    from clearmix.service.app import create_app

    _require_free(host, port)
    app = create_app(kernel, offered_logins=offered_logins)
    kernel.rendering.ensure_worker()
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        log_config=None,  # whoever starts the process says how it logs
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    if open_browser:
        _open_when_ready(server, f"http://{host}:{port}/")
    server.run()


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
