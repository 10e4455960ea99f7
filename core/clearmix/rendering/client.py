"""The client's side of the jobs: starting a worker when none lives, and waiting for a job."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clearmix.errors import RenderError
from clearmix.rendering.jobs import Jobs
from clearmix.rendering.models import Job
from clearmix.rendering.worker import lock_path
from clearmix.settings import Settings

IDLE_EXIT_SECONDS = 300.0
"""How long a worker that a client started outlives its last job."""

WAIT_SECONDS = 0.15
"""How often a waiting client looks at its job."""

LOOK_SECONDS = 1.0
"""How often a waiting client makes sure that a worker lives."""

MOST_RESTARTS = 12
"""Workers that a waiting client starts before it gives up: one job can bring down ten."""

STARTING_SECONDS = 15.0
"""How long a worker may take to come up before another one is started."""


class Workers:
    """Starts workers for one configuration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.started: int | None = None
        """Process id of the worker that was started last, which may have found another one up."""
        self._started_at = 0.0
        self.starts = 0

    def ensure(self) -> None:
        """Starts a worker unless one lives; of two clients that do so at once, one worker stays.

        Where workers run apart, on machines of their own, that is nothing to be seen to here.
        """
        if self._settings.workers == "apart" or self.alive() or self._coming_up():
            return
        self.started = self._start()
        self._started_at = time.monotonic()
        self.starts += 1

    def alive(self) -> bool:
        """Whether a worker holds its lock."""
        path = lock_path(self._settings)
        if not path.exists():
            return False
        with path.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _coming_up(self) -> bool:
        if self.started is None:
            return False
        try:
            ended, _ = os.waitpid(self.started, os.WNOHANG)
        except ChildProcessError:
            return False
        return not ended and time.monotonic() - self._started_at < STARTING_SECONDS

    def _start(self) -> int:
        """The process id of a worker of its own session, which outlives this process."""
        command = [sys.executable, "-m", "clearmix.rendering.worker"]
        log = str(log_path(self._settings))
        appending = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.posix_spawn(
            sys.executable,
            [*command, "--idle-exit", f"{IDLE_EXIT_SECONDS:g}"],
            os.environ | self._settings.as_environment(),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, log, appending, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )


def log_path(settings: Settings) -> Path:
    """The log of workers that clients start."""
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "worker.log"


def wait(
    jobs: Jobs, workers: Workers, id: str, on_change: Callable[[Job], None], settings: Settings
) -> Job:
    """The job when it has ended; `on_change` is told of every change, the first state included.

    A worker that died is replaced.

    Raises:
        RenderError: there is no such job, or workers die as soon as they are started.
    """
    seen: Job | None = None
    looked = time.monotonic()
    while True:
        job = jobs.job(id)
        if job != seen:
            seen = job
            on_change(job)
        if job.ended:
            return job
        if time.monotonic() - looked > LOOK_SECONDS:
            looked = time.monotonic()
            if workers.starts > MOST_RESTARTS:
                raise RenderError(
                    "the render worker does not stay up",
                    help=f"its log says why: {log_path(settings)}",
                )
            workers.ensure()
        time.sleep(WAIT_SECONDS)
