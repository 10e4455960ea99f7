"""The child process of an idle worker: it does one thing for each line that it is sent.

Its first line says which scores it writes none of, since nothing could be written down of these
songs, or that it writes none at all. It answers each further line when something is done, and ends
when there is nothing left to do.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clearmix.errors import ClearmixError, UnreachableError
from clearmix.kernel import Kernel, quiet
from clearmix.observing import logs
from clearmix.settings import Settings
from clearmix.spec import RemixSpec

if TYPE_CHECKING:
    from clearmix.clearance.filtering import Openings

log = logging.getLogger("clearmix.worker")

COVER = RemixSpec(kind="cover")

STEPS_BACK = 10
"""How nice it is: beside somebody who wants a processor, it has a tenth of it."""

CURRENT_SECONDS = 60.0
"""How long what is known of rights counts as current: nothing is made here, only got ready."""

PATIENCE_SECONDS = 300.0
"""How long a database that is away is waited for."""

MOST_TERRITORIES = 5
"""In how many territories, those of most listeners, is asked whether a song may be covered."""


def main() -> None:
    """Does things as long as it is told to."""
    _step_back()
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # where a plugin prints, if it does
        settings = Settings.from_environment()
        logs.configure(settings)
        kernel = Kernel(settings)
        kernel.database.patience_seconds = PATIENCE_SECONDS
        said = json.loads(sys.stdin.readline() or "{}")
        things = doing(kernel, said.get("scores", False), said.get("left_alone", ()))
        for _ in sys.stdin:
            done = next(things, {"nothing": "left"})
            print(json.dumps(done), file=answers, flush=True)
            if "nothing" in done:
                return


def _step_back() -> None:
    """Leaves most of the processor to whoever else wants it.

    Linux weighs the sessions of processes first, and processes of one session by how nice they are.
    """
    os.nice(STEPS_BACK)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(STEPS_BACK), encoding="ascii")


def doing(
    kernel: Kernel, scores: bool, left_alone: Collection[str] = ()
) -> Iterator[Mapping[str, str]]:
    """Does one thing after the other, and says which."""
    while compared := kernel.delivery.items.compare_next():
        yield {"compared": compared}
    if scores:
        for id in to_write(kernel, left_alone):
            yield _written(kernel, id)


def to_write(kernel: Kernel, left_alone: Collection[str] = ()) -> Iterator[str]:
    """Ids of songs that have no score and may be covered somewhere, each when it is its turn."""
    openings: tuple[Openings, ...] = ()
    asked_at = float("-inf")
    for id in kernel.catalogue.scores.missing():
        if id in left_alone or kernel.catalogue.scores.kept(id) is not None:
            continue
        if time.monotonic() - asked_at > CURRENT_SECONDS:
            openings, asked_at = _openings(kernel), time.monotonic()
        recording = kernel.catalogue.recording(id)
        if any(one.allows(COVER, recording) for one in openings):
            yield id


def _openings(kernel: Kernel) -> tuple[Openings, ...]:
    """What the operator's own listener may do, there and where most listeners are."""
    here = kernel.clearance.openings("local", "cover")
    return (here, *map(here.in_territory, kernel.catalogue.territories(MOST_TERRITORIES)))


def _written(kernel: Kernel, id: str) -> dict[str, str]:
    """What became of a song: its score is there or somebody else is at it, or there can be none."""
    scratch = kernel.settings.work / f"score-{id}"
    try:
        with kernel.database.claimed(scratch.name) as ours:
            if ours:
                shutil.rmtree(scratch, ignore_errors=True)  # of one that was killed at it
                source = kernel.catalogue.source([id], scratch=scratch)
                kernel.catalogue.scores.score(source.first, quiet)
    except UnreachableError:
        raise  # which says nothing of the song
    except ClearmixError as error:
        log.warning("no score of %s was written ahead: %s", id, error)
        return {"failed": id}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {"written": id}


if __name__ == "__main__":
    main()
