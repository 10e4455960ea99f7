"""A spare generator process: it has loaded everything and waits for its request.

Loading plugins and libraries takes longer than making the first seconds of sound, so it is done
before anybody asks. A spare serves one request and is gone, like every generator process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Lock

from clearmix.settings import Settings

CHILD = "clearmix.rendering.generator_process"


class Spare:
    """At most one process in waiting; it ends by itself when this process does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._waiting: tuple[str, subprocess.Popen[bytes]] | None = None

    def prepare(self, generator: str) -> None:
        """Starts a process for a generator, unless one waits already."""
        with self._lock:
            if self._waiting is not None and self._waiting[1].poll() is None:
                return
            process = subprocess.Popen(
                [sys.executable, "-m", CHILD, "--warm", generator],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | self._settings.as_environment(),
                start_new_session=True,
            )
            self._waiting = generator, process

    def take(self, generator: str) -> subprocess.Popen[bytes] | None:
        """The process that waits for a request of this generator, or None when none does."""
        with self._lock:
            if self._waiting is None:
                return None
            prepared, process = self._waiting
            self._waiting = None
        if prepared == generator and process.poll() is None:
            return process
        _end(process)
        return None

    def close(self) -> None:
        """Ends the process in waiting."""
        with self._lock:
            if self._waiting is not None:
                _end(self._waiting[1])
            self._waiting = None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
