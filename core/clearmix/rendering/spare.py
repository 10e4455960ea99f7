"""Spare generator processes: they have loaded everything and wait for their request.

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


MOST = 2
"""Processes in waiting: each holds the libraries of its generator in memory."""


class Spare:
    """Processes in waiting, one for a generator; they end by themselves when this process does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._waiting: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self, generator: str) -> None:
        """Starts a process for a generator, unless one waits; the oldest makes room for it."""
        with self._lock:
            waiting = self._waiting.pop(generator, None)
            if waiting is not None and waiting.poll() is not None:
                _end(waiting)
                waiting = None
            self._waiting[generator] = waiting or self._start(generator)
            while len(self._waiting) > MOST:
                _end(self._waiting.pop(next(iter(self._waiting))))

    def take(self, generator: str) -> subprocess.Popen[bytes] | None:
        """The process that waits for a request of this generator, or None when none does."""
        with self._lock:
            process = self._waiting.pop(generator, None)
        if process is None or process.poll() is None:
            return process
        _end(process)
        return None

    def close(self) -> None:
        """Ends the processes in waiting."""
        with self._lock:
            while self._waiting:
                _end(self._waiting.popitem()[1])

    def _start(self, generator: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", CHILD, "--warm", generator],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | self._settings.as_environment(),
            start_new_session=True,
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
