"""The durable workflow: the steps in their order, on DBOS.

A step that has finished is never run again; one that was killed is. The workflow itself must be
the same function of its steps' answers each time, so it holds no clock, no chance and no storage.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dbos import DBOS, SetWorkflowID, StepOptions

from clearmix.errors import RenderError, UnreachableError
from clearmix.rendering.handing_on import Plan
from clearmix.rendering.jobs import Cancelled
from clearmix.rendering.steps import Steps
from clearmix.rendering.workfolder import WorkLost

WORKFLOW = "render"

VERSION = "render-3"
"""Version of the order of the steps and of what they hand each other.

DBOS gives a pending workflow only to a worker of the version that began it, so raise this when a
step is added, taken out or changes its arguments.
"""

MOST_RECOVERIES = 10
"""Workers that one job may bring down before nobody takes it up any more."""

MOST_STARTS = 3
"""Times that a job begins again from its generator because its work folder was lost."""

MOST_TRIES = 6
"""Times that a step is tried whose database went away under it, each wait twice as long as the
last; sessions wait for it besides."""

Result = TypeVar("Result")


def register(steps: Steps) -> Callable[[str], None]:
    """The workflow over these steps, made known to DBOS; once in a process, before its launch."""

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_RECOVERIES)
    def render(job_id: str) -> None:
        error: Exception | None = None
        steps.running.add(job_id)
        try:
            plan = _step(steps, steps.decide, job_id)
            _render(steps, job_id, plan)
        except Exception as caught:  # noqa: BLE001  # a step may raise anything: the job says so
            error = caught
        try:
            _step(steps, steps.end, job_id, error)
        finally:
            steps.running.discard(job_id)

    return render


def queue_of(generator: str) -> str:
    """The queue of a generator's jobs, which only workers that serve it take from."""
    return f"renders:{generator}"


def enqueue(render: Callable[[str], None], job_id: str, generator: str) -> None:
    """Hands a job to its queue; the workflow has the job's id, so twice is once."""
    with SetWorkflowID(job_id):
        DBOS.enqueue_workflow(queue_of(generator), render, job_id)


def _render(steps: Steps, job_id: str, plan: Plan) -> None:
    for _ in range(MOST_STARTS):
        try:
            generated = _step(steps, steps.generate, job_id, plan)
            mastered = _step(steps, steps.master, job_id, plan, generated)
            marked = _step(steps, steps.mark, job_id, plan, mastered)
            encoded = _step(steps, steps.encode, job_id, plan, mastered, marked)
            verified = _step(steps, steps.verify, job_id, plan, mastered, encoded)
            streamed = _step(steps, steps.stream, job_id, plan, marked, encoded)
            _step(steps, steps.publish, job_id, plan, mastered, encoded, verified, streamed)
            return
        except WorkLost:
            continue  # another machine began this render: it starts again on this one
        except Cancelled:
            raise
    raise RenderError(
        "the work folder was lost again and again",
        help="keep CLEARMIX_HOME on a disk that nobody cleans while renders are made",
    )


def _step(steps: Steps, step: Callable[..., Result], job_id: str, *arguments: object) -> Result:
    """What a step gives, or gave before this worker took the job over."""
    options: StepOptions = {
        "name": step.__name__,
        "retries_allowed": True,
        "max_attempts": MOST_TRIES,
        "interval_seconds": 1.0,
        "should_retry": _is_away,
    }
    return DBOS.run_step(options, steps.run, step, job_id, *arguments)


def _is_away(error: BaseException) -> bool:
    return isinstance(error, UnreachableError)
