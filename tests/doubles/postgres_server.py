"""A real PostgreSQL in a folder of its own: Debian's program, run as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

USER = "clearmix"


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is: on the path, or where Debian keeps it."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(newest[0]) if newest else shutil.which(name)


def why_not() -> str:
    """What is missing, or nothing."""
    if program("initdb") is None or program("postgres") is None:
        return "needs PostgreSQL: apt-get install postgresql"
    return ""


class PostgresServer:
    """One server; its data stay when it is stopped or killed, and are there when it starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root; Debian's package brings a user for it.
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user:
            found = pwd.getpwnam(self._user)
            os.chown(folder, found.pw_uid, found.pw_gid)
        # Sorting words is left to ICU, whose order is not that of bytes: what relies on the
        # order in which SQLite sorts is found out here.
        self._run(
            "initdb", "-D", str(self.data), "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8",
            "--locale=C", "--locale-provider=icu", "--icu-locale=en",
        )  # fmt: skip

    def start(self) -> None:
        """Starts it, and comes back when it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(program("postgres")), "-D", str(self.data), "-p", str(self.port),
                    "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1",
                    "-c", "fsync=off", "-c", "max_connections=400",
                ],
                stdout=log, stderr=log, user=self._user, start_new_session=True,
                cwd=self.folder,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._sql("postgres", "SELECT 1", check=False) == 0:
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def stop(self, number: int = signal.SIGINT) -> None:
        """Ends it: by SIGINT connections are cut and data kept, by SIGQUIT it crashes."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=60)
            self._process = None

    def create(self, name: str, template: str = "template0") -> str:
        """The URL of a new database."""
        self._sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def _sql(self, name: str, statement: str, *, check: bool = True) -> int:
        import psycopg

        try:
            with psycopg.connect(
                host="127.0.0.1", port=self.port, user=USER, dbname=name, autocommit=True
            ) as connection:
                connection.execute(statement)  # type: ignore[call-overload]  # a plain text
        except psycopg.OperationalError:
            if check:
                raise
            return 1
        return 0

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [str(program(name)), *arguments],
            check=True, capture_output=True, user=self._user, cwd=self.folder,
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
