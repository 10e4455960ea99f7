"""What listeners ask for: words, decisions, prices, and the jobs that make remixes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from clearmix.conversation.understanding import conversation_of, source_id, understood
from clearmix.errors import NoStreamError, RenderError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job
from clearmix.service.callers import Listener, Listening, Rooms
from clearmix.service.once import ONCE, Once
from clearmix.service.pages import Page, Paged, page
from clearmix.service.threads import slow
from clearmix.spec import RemixSpec

if TYPE_CHECKING:
    from clearmix.rendering.room import Submission

router = APIRouter(tags=["remixes"], route_class=Once)

SPEC: dict[str, Any] = {"sources": ["open-road"], "styles": ["house"], "tempo": {"bpm": 124}}


class Words(BaseModel):
    """What a listener says, and the conversation so far."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"words": "make Open Road an upbeat 80s club remix"}]},
    )

    words: str = Field(min_length=1, max_length=4_000)
    source: str | None = Field(None, max_length=200, description="id, ISRC or title of the song")
    versions: list[dict[str, Any]] = Field(
        [], max_length=200, description="specs of the turns before; the last one is refined"
    )
    turns: list[str] = Field([], max_length=200, description="what was said before")
    interpreter: str | None = Field(None, max_length=80)


class Wish(BaseModel):
    """A remix, as a spec or in words."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"spec": SPEC}]})

    spec: dict[str, Any] | None = Field(
        None, description="a remix spec; `/api/spec/schema` describes it"
    )
    words: str | None = Field(None, min_length=1, max_length=4_000)
    source: str | None = Field(None, max_length=200, description="id, ISRC or title of the song")
    generator: str | None = Field(None, max_length=80)
    seed: int | None = Field(None, ge=0, lt=2**63, description="same seed, same audio")
    listener: str | None = Field(
        None, max_length=80, description="who it is for; for the operator only"
    )

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if (self.spec is None) == (self.words is None):
            raise ValueError("give either `spec` or `words`")
        return self

    def meant(self, kernel: Kernel) -> RemixSpec:
        """The spec that is asked for."""
        if self.words is not None:
            spec = understood(kernel, self.words, self.source)
        else:
            spec = RemixSpec.from_json(self.spec or {}, place="spec")
            if self.source is not None:
                spec = spec.merged({"sources": [source_id(kernel, self.source)]})
        return spec if self.seed is None else spec.merged({"seed": self.seed})


class Question(Wish):
    """A remix to be decided on, as of now or of another time."""

    at: datetime | None = Field(None, description="decide as of this time; UTC without a zone")
    known_at: datetime | None = Field(None, description="with what was known at this time")
    explain: bool = Field(False, description="say why, party by party")


class Order(Wish):
    """A remix to be made, and what it may cost."""

    most_micro: int = Field(
        0,
        ge=0,
        lt=2**63,
        description="what you agree to pay, in millionths of the currency; `/api/quotes` says the "
        "price",
    )


class JobShown(BaseModel):
    """How far a remix is."""

    id: str
    state: str = Field(examples=["running"])
    step: str = Field(examples=["generate"])
    fraction: float = Field(ge=0, le=1)
    message: str
    render_id: str | None = Field(description="there when it is published")
    error: str | None
    help: str | None


class Asked(BaseModel):
    """The decision on a remix; `job` makes it, when it is permitted."""

    model_config = ConfigDict(extra="allow")

    outcome: str = Field(examples=["permitted"])
    hash: str
    number: int
    notes: list[str] = []
    quote: dict[str, Any] | None = None
    approvals: list[dict[str, Any]] = []
    job: JobShown | None = None


@router.post("/api/interpretations")
@slow
def interpret(said: Words, caller: Listening, kernel: Rooms) -> dict[str, Any]:
    """What words ask for, what was not understood, and what to ask back; nothing is decided."""
    fields = {"versions": said.versions, "turns": said.turns, "source": said.source}
    conversation = conversation_of(kernel, fields, place="versions")
    return kernel.interpret(said.words, conversation, interpreter=said.interpreter).as_json()


@router.post("/api/decisions")
def decide(wish: Question, caller: Listening, kernel: Rooms) -> dict[str, Any]:
    """Whether a remix may be made, on what duties, and why; nothing is rendered."""
    cleared = kernel.decide(
        wish.meant(kernel),
        caller.acting_as(wish.listener),
        generator=wish.generator,
        at=_in_utc(wish.at),
        known_at=_in_utc(wish.known_at),
    )
    explained = {"explanation": cleared.decision.explain()} if wish.explain else {}
    return cleared.as_json() | explained


@router.post("/api/quotes")
def quote(wish: Wish, caller: Listening, kernel: Rooms) -> dict[str, Any]:
    """What a remix would cost, before it is asked for."""
    return vars(kernel.rendering.quote(wish.meant(kernel), caller.acting_as(wish.listener)))


@router.post(
    "/api/jobs",
    status_code=202,
    dependencies=ONCE,
    response_model=Asked,
    responses={200: {"model": Asked, "description": "Not permitted, or referred."}},
)
def remix(wish: Order, caller: Listening, kernel: Rooms, response: Response) -> dict[str, Any]:
    """Has a remix made: the decision and, when it is permitted, the job (202).

    A refusal or a referral is an answer too (200): `job` is null, and `reasons` say why. What costs
    more than `most_micro` is not made (402).
    """
    submission = kernel.rendering.submit(
        wish.meant(kernel),
        caller.acting_as(wish.listener),
        generator=wish.generator,
        most_micro=wish.most_micro,
    )
    response.status_code = 202 if submission.job else 200
    return submitted(submission)


@router.get("/api/jobs", response_model=Page[JobShown])
def jobs(listener: Listener, kernel: Rooms, paging: Paged) -> dict[str, Any]:
    """The jobs of whoever asks, newest first."""
    found = kernel.rendering.jobs.listed(listener)
    return page(found, paging, id_of=lambda job: job.id, shown=vars)


@router.get("/api/jobs/{id}", response_model=JobShown)
def job(id: str, listener: Listener, kernel: Rooms) -> dict[str, Any]:
    """How far a job of whoever asks is; `render_id` is there when it has been published."""
    return vars(_own_job(kernel, id, listener))


@router.delete("/api/jobs/{id}", response_model=JobShown)
def cancel(id: str, listener: Listener, kernel: Rooms) -> dict[str, Any]:
    """Cancels a job of whoever asks; one that has ended stays as it is."""
    return vars(kernel.rendering.cancel(_own_job(kernel, id, listener).id))


def submitted(submission: Submission) -> dict[str, Any]:
    """The answer to a request for a remix, in JSON's types."""
    return {
        **submission.cleared.as_json(),
        "notes": list(submission.notes),
        "quote": vars(submission.quote) if submission.quote else None,
        "approvals": [
            {"party": one.party, "deadline": one.deadline} for one in submission.approvals
        ],
        "job": vars(submission.job) if submission.job else None,
    }


def _own_job(kernel: Kernel, id: str, listener: str) -> Job:
    with suppress(RenderError):
        row = kernel.rendering.jobs.row(id)
        if row.listener == listener:
            return kernel.rendering.job(id)
    raise NoStreamError(f"no job `{id}`", help="`/api/jobs` lists yours")


def _in_utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
