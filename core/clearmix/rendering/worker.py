"""The worker: the only process that launches DBOS, and so the only one that renders.

It is made to be killed: every step is recorded when it ends, the generator dies with its parent,
and a job that was under way is taken up by the next worker where it stood. So SIGTERM needs no
more than a clean exit.
"""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from clearmix.errors import RenderError
from clearmix.rendering.workfolder import clean_stale
from clearmix.settings import Settings

if TYPE_CHECKING:
    from clearmix.kernel import Kernel
    from clearmix.rendering.jobs import Jobs

log = logging.getLogger("clearmix.worker")

POLL_SECONDS = 0.15
"""How often the worker looks for new jobs."""

LOCK_SECONDS = 2.0
"""How long a worker tries for the lock: whoever only asks if it is held, holds it for a moment."""

LEASE = timedelta(seconds=90)
"""On PostgreSQL: a running job of which nothing was heard for so long is taken back."""


def run_worker(kernel: Kernel, *, idle_exit_seconds: float | None) -> None:
    """Renders queued jobs until SIGTERM, or until there was nothing to do for so many seconds.

    On one machine a lock file lets one worker run at a time; a second one returns at once.
    """
    settings = kernel.settings
    stop = threading.Event()
    with suppress(ValueError):  # signals belong to the main thread; tests run it in others
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    lock = _locked(settings)
    if lock is None:
        log.info("another worker is running")
        return
    try:
        _work(kernel, idle_exit_seconds, stop, lock)
    finally:
        lock.close()
    if kernel.rendering.jobs.open("running"):
        os._exit(0)  # a step is under way in another thread: it is taken up by the next worker


def lock_path(settings: Settings) -> Path:
    """The file that a living worker holds locked."""
    return settings.home / "worker.lock"


def _locked(settings: Settings) -> IO[str] | None:
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = lock_path(settings).open("a")
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                return None
            time.sleep(0.05)


def _work(
    kernel: Kernel, idle_exit_seconds: float | None, stop: threading.Event, lock: IO[str]
) -> None:
    from dbos import DBOS, DBOSConfig

    from clearmix.rendering.workflow import QUEUE, VERSION, enqueue, register

    rendering = kernel.rendering
    jobs = rendering.jobs
    clean_stale(kernel.settings.work, jobs.open())
    config: DBOSConfig = {
        "name": "clearmix",
        "system_database_url": system_database_url(kernel.settings),
        "application_version": VERSION,
        "executor_id": executor_id(kernel.settings),
        "log_level": "WARNING",
        "notification_listener_polling_interval_sec": 0.2,
    }
    DBOS(config=config)
    render = register(rendering.steps)
    DBOS.launch()
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=max(1, (os.cpu_count() or 1) // 2),
        polling_interval_sec=POLL_SECONDS,
        on_conflict="always_update",
    )
    try:
        _serve(jobs, partial(enqueue, render), idle_exit_seconds, stop, lock)
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=0)


def _serve(
    jobs: Jobs,
    enqueue: Callable[[str], None],
    idle_exit_seconds: float | None,
    stop: threading.Event,
    lock: IO[str],
) -> None:
    """Hands jobs of the table to the queue until it is time to go.

    The table is the outbox: a job that a client wrote is found here even when that client died at
    once, and no client needs to know DBOS or its database.
    """
    handed_over: set[str] = set()
    busy_at = time.monotonic()
    while not stop.wait(POLL_SECONDS):
        open_jobs = jobs.open()
        for id in open_jobs:
            if id not in handed_over:
                enqueue(id)
                handed_over.add(id)
        handed_over.intersection_update(open_jobs)
        _give_up_on_the_deadly(jobs, open_jobs)
        if open_jobs:
            busy_at = time.monotonic()
        elif idle_exit_seconds is not None and time.monotonic() - busy_at > idle_exit_seconds:
            # A client that wrote a job while the lock was held relies on this worker: the lock is
            # given back first, and only then is the last look taken.
            fcntl.flock(lock, fcntl.LOCK_UN)
            if not jobs.open():
                return
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # another worker was quicker
            busy_at = time.monotonic()


def _give_up_on_the_deadly(jobs: Jobs, ids: tuple[str, ...]) -> None:
    from dbos import DBOS

    if not ids:
        return
    for status in DBOS.list_workflows(
        workflow_ids=list(ids), status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", load_input=False
    ):
        jobs.fail(
            status.workflow_id,
            RenderError(
                "this render brought the worker down again and again",
                help="ask for something else, and tell the operator",
            ),
        )


def system_database_url(settings: Settings) -> str:
    """Where DBOS keeps its books: a file of its own beside SQLite, else the same PostgreSQL."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{settings.home / 'dbos.sqlite'}"
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def executor_id(settings: Settings) -> str:
    """Who this worker is: the same after a restart, so that it takes back what it left."""
    return f"{socket.gethostname()}:{settings.home}"


def main() -> None:
    """A worker with the settings of the environment, as clients start it."""
    from clearmix.kernel import Kernel

    parser = argparse.ArgumentParser(prog="clearmix worker")
    parser.add_argument("--idle-exit", type=float, default=None)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    run_worker(Kernel(Settings.from_environment()), idle_exit_seconds=parser.parse_args().idle_exit)


if __name__ == "__main__":
    main()
