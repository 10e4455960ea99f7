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
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from clearmix.errors import RenderError, UnreachableError
from clearmix.guarding import left_behind
from clearmix.observing import logs, tracing
from clearmix.rendering.ahead import Ahead
from clearmix.rendering.workfolder import clean_stale
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now

if TYPE_CHECKING:
    from clearmix.entitlement import Entitlement
    from clearmix.kernel import Kernel
    from clearmix.rendering.jobs import Jobs
    from clearmix.rendering.room import Rendering

log = logging.getLogger("clearmix.worker")

POLL_SECONDS = 0.15
"""How often the worker looks for new jobs."""

LOCK_SECONDS = 2.0
"""How long a worker tries for the lock: whoever only asks if it is held, holds it for a moment."""

LOOK_AFTER_SECONDS = 2.0
"""How often open jobs are looked after."""

OVER = ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR", "SUCCESS", "CANCELLED")
"""States in which DBOS does nothing more for a workflow, so that its job must have ended."""

LEASE = timedelta(seconds=90)
"""On PostgreSQL: a running job of which nothing was heard for so long is taken back."""


PATIENCE_SECONDS = 300.0
"""How long a worker waits for a database that is away before a step, or the worker, gives up."""


def run_worker(
    kernel: Kernel, *, idle_exit_seconds: float | None, generators: Collection[str] = ()
) -> None:
    """Renders queued jobs until SIGTERM, or until there was nothing to do for so many seconds.

    On SQLite a lock file lets one worker of a home run at a time, and a second one returns at
    once. On PostgreSQL there may be one for each set of generators in each home.

    Args:
        kernel: with the configuration in force.
        idle_exit_seconds: None to stay.
        generators: take only jobs of these; of all, if none is given.

    Raises:
        PluginError: there is no such generator here.
    """
    for generator in generators:
        kernel.generator(generator)
    many_machines = kernel.database.engine.dialect.name != "sqlite"
    serving = tuple(sorted(set(generators)))
    lock = _locked(lock_path(kernel.settings, serving if many_machines else ()))
    if lock is None:
        log.info("another worker is running")
        return
    kernel.database.patience_seconds = PATIENCE_SECONDS
    with lock:
        _work(kernel, idle_exit_seconds, lock, serving)


def lock_path(settings: Settings, generators: Collection[str] = ()) -> Path:
    """The file that a living worker holds locked; it holds the worker's process id."""
    return settings.home / f"{'-'.join(('worker', *generators))}.lock"


def _locked(path: Path) -> IO[str] | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("a")
    deadline = time.monotonic() + LOCK_SECONDS
    while not _take(lock):
        if time.monotonic() > deadline:
            lock.close()
            return None
        time.sleep(0.05)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _work(
    kernel: Kernel, idle_exit_seconds: float | None, lock: IO[str], generators: tuple[str, ...]
) -> None:
    from dbos import DBOS, DBOSConfig

    from clearmix.rendering.previewing import warm
    from clearmix.rendering.workflow import VERSION, queue_of, register

    steps = kernel.rendering.steps
    clean_stale(kernel.settings.work, kernel.rendering.jobs.open())
    config: DBOSConfig = {
        "name": "clearmix",
        "system_database_url": system_database_url(kernel.settings),
        "application_version": VERSION,
        "executor_id": executor_id(kernel.settings, generators),
        "log_level": "WARNING",
        "notification_listener_polling_interval_sec": 0.2,
    }
    DBOS(config=config)
    render = register(steps)
    if generators:
        DBOS.listen_queues([queue_of(generator) for generator in generators])
    DBOS.launch()
    # Several machines share PostgreSQL, so there a dead one's jobs are taken back by the others;
    # on SQLite the lock lets one worker live, which has taken all of them back at its launch.
    many_machines = kernel.database.engine.dialect.name != "sqlite"
    desk = Desk(
        kernel.rendering.jobs,
        steps.running,
        render,
        Afterwards(kernel.rendering, kernel.entitlement),
        generators=generators,
        many_machines=many_machines,
    )
    stop = threading.Event()
    with suppress(ValueError):  # signals belong to the main thread, and a worker may run in another
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    steps.spare.prepare(generators[0] if generators else kernel.settings.generator)
    threading.Thread(target=warm, name="warming up", daemon=True).start()
    covers = kernel.settings.cover_generator
    ahead = Ahead(
        kernel.settings,
        steps.spare,
        lambda: (kernel.catalogue.newest(), kernel.rendering.state()),
        covers=not generators or covers in generators,
    )
    _serve(desk, ahead, idle_exit_seconds, stop, lock)
    ahead.close()
    steps.spare.close()
    if _should_begin_anew() and not stop.is_set():
        log.warning("%d calls of plugins hang: the worker begins anew", left_behind())
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # itself
    if steps.running:
        # A step is under way in another thread. It must not see its database closed, which it
        # would write down as its failure: the next worker runs it again.
        os._exit(0)
    DBOS.destroy(workflow_completion_timeout_sec=10)


def _should_begin_anew() -> bool:
    """Whether a call of a plugin hangs in this process, which is the worker's own.

    It cannot be ended from within, and holds its memory until the process is replaced.
    """
    return left_behind() > 0 and threading.current_thread() is threading.main_thread()


def _serve(
    desk: Desk,
    ahead: Ahead,
    idle_exit_seconds: float | None,
    stop: threading.Event,
    lock: IO[str],
) -> None:
    """Looks for work until it is time to go."""
    busy_at = time.monotonic()
    while not stop.wait(POLL_SECONDS):
        try:
            has_work = desk.look()
            ahead.look(0.0 if has_work else time.monotonic() - busy_at)
        except (UnreachableError, sa.exc.OperationalError) as error:
            log.warning("the worker cannot look for jobs now: %s", str(error).splitlines()[0])
            has_work = True  # there may be some: it does not leave for having seen none
        if _should_begin_anew() and not desk.is_rendering():
            return
        if has_work:
            busy_at = time.monotonic()
        elif idle_exit_seconds is not None and time.monotonic() - busy_at > idle_exit_seconds:
            # A client that wrote a job while the lock was held relies on this worker: the lock is
            # given back first, and only then is the last look taken.
            fcntl.flock(lock, fcntl.LOCK_UN)
            if not desk.has_work() or not _take(lock):
                return
            busy_at = time.monotonic()


class Afterwards:
    """What follows from what was recorded meanwhile: jobs are stopped, renders charged for."""

    def __init__(self, rendering: Rendering, entitlement: Entitlement) -> None:
        self._rendering = rendering
        self._entitlement = entitlement
        self._state: object = None
        self._charged = False

    def look(self, *, ended: Collection[str]) -> None:
        """Stops what is not permitted any more, and charges for what was published.

        A worker that starts charges for what another one could not; after that, `ended` says when
        there may be more.
        """
        state = self._rendering.state()
        if state != self._state:
            self._state = state
            for id in self._rendering.stop_forbidden():
                log.info("job %s was stopped: it is not permitted any more", id)
        if ended or not self._charged:
            self._charged = True
            self._entitlement.charge_due()


class Desk:
    """Where jobs of the table are handed to the queue, and looked after.

    The table is the outbox: a job that a client wrote is found here even when that client died at
    once, and no client needs to know DBOS or its database.
    """

    def __init__(
        self,
        jobs: Jobs,
        running: Collection[str],
        render: Callable[[str], None],
        afterwards: Afterwards,
        *,
        generators: Collection[str],
        many_machines: bool,
    ) -> None:
        self._jobs = jobs
        self._running = running
        self._render = render
        self._afterwards = afterwards
        self._generators = generators
        self._many_machines = many_machines
        self._queues: set[str] = set()
        self._handed_over: set[str] = set()
        self._looked_after = 0.0
        self._were_open: set[str] = set()

    def is_rendering(self) -> bool:
        """Whether a render is under way in this process."""
        return bool(self._running)

    def has_work(self) -> bool:
        """Whether any job that is for this worker has not ended."""
        return bool(self._jobs.open_of(self._generators))

    def look(self) -> bool:
        """Hands new jobs over; whether any job that is for this worker has not ended."""
        from clearmix.rendering.workflow import enqueue

        open_jobs = self._jobs.open_of(self._generators)
        for id, generator in open_jobs.items():
            if id not in self._handed_over:
                self._open_queue(generator)
                enqueue(self._render, id, generator)
                self._handed_over.add(id)
        self._handed_over.intersection_update(open_jobs)
        if time.monotonic() - self._looked_after > LOOK_AFTER_SECONDS:
            self._looked_after = time.monotonic()
            if open_jobs:
                self._look_after(open_jobs)
            self._afterwards.look(ended=self._were_open - set(open_jobs))
            self._were_open = set(open_jobs)
        return bool(open_jobs)

    def _open_queue(self, generator: str) -> None:
        from dbos import DBOS

        from clearmix.rendering.workflow import queue_of

        if generator in self._queues:
            return
        DBOS.register_queue(
            queue_of(generator),
            worker_concurrency=max(1, (os.cpu_count() or 1) // 2),
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )
        self._queues.add(generator)

    def _look_after(self, open_jobs: Mapping[str, str]) -> None:
        from dbos import DBOS

        from clearmix.rendering.workflow import queue_of

        self._jobs.touch(tuple(self._running))
        for status in DBOS.list_workflows(
            workflow_ids=list(open_jobs), status=list(OVER), load_input=False, load_output=False
        ):
            deadly = status.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
            self._jobs.fail(
                status.workflow_id,
                RenderError(
                    "this render brought the worker down again and again"
                    if deadly
                    else "the render ended without a result",
                    help="ask for something else, and tell the operator",
                ),
            )
        if self._many_machines:
            for id in self._jobs.stale(utc_now() - LEASE):
                if id in open_jobs:
                    log.warning("taking back job %s, of which nothing was heard", id)
                    DBOS.resume_workflow(id, queue_name=queue_of(open_jobs[id]))
                    self._jobs.touch((id,))


def system_database_url(settings: Settings) -> str:
    """Where DBOS keeps its books: a file of its own beside SQLite, else the same PostgreSQL."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{settings.home / 'dbos.sqlite'}"
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def executor_id(settings: Settings, generators: Collection[str] = ()) -> str:
    """Who this worker is: the same after a restart, so that it takes back what it left."""
    return ":".join((socket.gethostname(), str(settings.home), *generators))


def main() -> None:
    """A worker with the settings of the environment, as clients start it."""
    from clearmix.kernel import Kernel

    parser = argparse.ArgumentParser(prog="clearmix worker")
    parser.add_argument("--idle-exit", type=float, default=None)
    parser.add_argument("--generator", action="append", default=[])
    given = parser.parse_args()
    settings = Settings.from_environment()
    logs.configure(settings)
    tracing.start()
    run_worker(
        Kernel(settings),
        idle_exit_seconds=given.idle_exit,
        generators=given.generator,
    )


if __name__ == "__main__":
    main()
