"""A conversation whose renders are made when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event as Flag
from threading import Lock

from clearmix import RemixSpec
from clearmix.conversation import (
    Choice,
    Conversations,
    Thread,
)
from clearmix.entitlement.room import Quote
from clearmix.errors import RenderError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job
from clearmix.rendering.room import Submission

SHORT = """\
policy "Ada Wren, conditions" version 1
by artist ada
in force from 2020-01-01
consent: opt-in

rule short: permit remix of tracks by ada
  when length is at most 12 seconds
  reason "Ada Wren lets listeners make remixes of 12 seconds or less."
"""


class Workshop:
    """A rendering room whose renders are made when the test says so."""

    def __init__(self, kernel: Kernel, publish: Callable[..., str]) -> None:
        self._kernel = kernel
        self._publish = publish
        self.specs: list[RemixSpec] = []
        self.jobs: dict[str, Job] = {}
        self._one_maker = Lock()
        self.go_on = Flag()
        self.go_on.set()
        self.fails: RenderError | None = None
        self.raises: Exception | None = None
        self.price_micro = 0

    def quote(self, spec: RemixSpec, listener: str) -> Quote:
        said = f"{self.price_micro / 1e6:.2f} GBP" if self.price_micro else "included in `studio`"
        return Quote(self.price_micro, "GBP", None, said)

    def submit(self, spec: RemixSpec, listener: str, *, most_micro: int) -> Submission:
        if self.raises:
            raise self.raises
        cleared = self._kernel.decide(spec, listener)
        if not cleared.decision.permitted:
            return Submission(cleared, None, ())
        assert self.price_micro <= most_micro
        self.specs.append(cleared.spec)
        job = Job(f"job-{len(self.specs)}", "queued", "decide", 0.0, "waiting")
        self.jobs[job.id] = job
        return Submission(cleared, job, ("the reverb is left out",), self.quote(spec, listener))

    def wait(self, id: str, on_change: Callable[[Job], None]) -> Job:
        on_change(self.jobs[id])
        self.go_on.wait(10)
        with self._one_maker:
            return self._made(id, on_change)

    def _made(self, id: str, on_change: Callable[[Job], None]) -> Job:
        job = self.jobs[id]
        if job.ended:
            pass
        elif self.fails:
            job = replace(job, state="failed", error=self.fails.message, help=self.fails.help)
        else:
            on_change(replace(job, state="running", step="generate", fraction=0.5))
            number = int(id.removeprefix("job-"))
            render = self._publish("mia", id=f"{number:016x}", spec=self.specs[number - 1])
            job = replace(job, state="published", fraction=1.0, render_id=render)
        self.jobs[id] = job
        on_change(job)
        return job

    def job(self, id: str) -> Job:
        return self.jobs[id]

    def cancel(self, id: str) -> Job:
        self.jobs[id] = replace(self.jobs[id], state="cancelled")
        return self.jobs[id]

    def render(self, id: str) -> object:
        return self._kernel.rendering.render(id)


@dataclass
class Chat:
    """Talks as `mia` and remembers what came of the last words."""

    conversations: Conversations
    workshop: Workshop

    def say(self, words: str, choice: Choice | None = None) -> tuple[object, ...]:
        *_, thread = self.conversations.say("mia", words, choice)
        return thread.turns[-1].events

    @property
    def thread(self) -> Thread:
        return self.conversations.thread("mia")


def kinds(events: tuple[object, ...]) -> list[str]:
    return [type(event).__name__ for event in events]
