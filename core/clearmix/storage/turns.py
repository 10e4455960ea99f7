"""Turns of processes that write to one SQLite file."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LOOK_AGAIN_SECONDS = 0.001
"""How often a process that waits looks whether it is its turn: about as long as a turn takes."""


@contextmanager
def turn_of_processes(database: str | None, patience_seconds: float) -> Iterator[None]:
    """Waits until no other process has its turn, or patience is at its end.

    The turn is a lock on a file beside the database, which the system takes back from a process
    that dies. Without a file, as of a database in memory or where none can be made, nobody waits.
    """
    if database in (None, "", ":memory:"):
        yield
        return
    opened: int | None = None
    with suppress(OSError):  # a folder that cannot be written: the database will say so
        opened = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if opened is None:
        yield
        return
    try:
        _wait(opened, patience_seconds)
        yield
    finally:
        os.close(opened)  # which ends the turn


def _wait(opened: int, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        except OSError:  # a file system without locks
            return
        else:
            return
