"""What an idle worker does ahead, so that nobody waits for it later.

A process of its own does it at a low priority, thing by thing, as long as there is nothing to
render: it writes scores of songs that may be covered, and compares shared remixes of earlier
versions. It begins when songs or rights were recorded, and is gone when nothing is left to do.
"""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from clearmix.rendering.spare import Spare
from clearmix.settings import Settings

log = logging.getLogger("clearmix.worker")

CHILD = "clearmix.rendering.idle"

IDLE_SECONDS = 5.0
"""How long there is nothing to render before anything is done ahead."""

LOOK_SECONDS = 2.0
"""How often is looked whether anything was recorded."""

REST_SECONDS = 600.0
"""How long no other look through the whole catalogue begins, unless songs were added."""

State = tuple[object, object]
"""What was added last, and what was recorded last that rights follow from."""


class Ahead:
    """Looked at in every turn of a worker's loop; it never keeps that waiting."""

    def __init__(
        self, settings: Settings, spare: Spare, state: Callable[[], State], *, covers: bool
    ) -> None:
        self._settings = settings
        self._spare = spare
        self._state = state
        self._covers = covers
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = False
        self._given_up: set[str] = set()
        self._seen: State | None = None
        self._looked = self._ended = float("-inf")

    def look(self, idle_seconds: float) -> None:
        """Goes on, if there has been nothing to render for so many seconds.

        What goes wrong here costs no render: it is told, and begun again after a rest.
        """
        try:
            self._go_on(idle_seconds)
        except (OSError, ValueError):
            log.exception("what is done ahead went wrong")
            self._died()

    def _go_on(self, idle_seconds: float) -> None:
        if self._busy:
            self._hear()
        if self._busy or idle_seconds < IDLE_SECONDS:
            return
        if self._is_due():
            self.close()
            if self._covers:
                self._spare.prepare(self._settings.cover_generator)
            self._process = self._start()
        elif self._process is not None:
            self._ask(self._process)

    def close(self) -> None:
        """Ends the process; what it was at is begun again another time."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process, self._busy = None, False

    def _is_due(self) -> bool:
        """Whether to look through the catalogue from its beginning."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return False
        self._looked = now
        state = self._state()
        added = self._seen is None or state[0] != self._seen[0]
        rested = self._process is None and now - self._ended > REST_SECONDS
        if not added and (state == self._seen or not rested):
            return False
        self._seen = state
        return True

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | self._settings.as_environment(),
            start_new_session=True,
        )
        scores = self._covers and self._settings.scores == "ahead"
        self._say(process, {"scores": scores, "left_alone": sorted(self._given_up)})
        return process

    def _ask(self, process: subprocess.Popen[bytes]) -> None:
        self._say(process, "next")
        self._busy = True

    def _say(self, process: subprocess.Popen[bytes], what: object) -> None:
        with suppress(BrokenPipeError):  # one that died is noticed by its silence
            if process.stdin is not None:
                process.stdin.write(json.dumps(what).encode() + b"\n")
                process.stdin.flush()

    def _hear(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        if not select.select([self._process.stdout], [], [], 0)[0]:
            return
        line = self._process.stdout.readline()
        self._busy = False
        answer = json.loads(line) if line else {}
        if "failed" in answer:
            self._given_up.add(answer["failed"])
        if "nothing" in answer:
            self.close()
            self._ended = time.monotonic()
        elif not line:
            self._died()

    def _died(self) -> None:
        """Begins again after a rest: there is something left to do."""
        self.close()
        self._ended = time.monotonic()
        if self._seen is not None:
            self._seen = self._seen[0], None
