"""The tools of the rights language over HTTP, on texts that are sent and on the house's own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from clearmix.access import Caller
from clearmix.clearance.exporting import split, write_catalogue, write_policies
from clearmix.errors import ClearanceError
from clearmix.kernel import Kernel
from clearmix.service.areas.policies import TEXT
from clearmix.service.callers import Judging, Rooms
from clearmix.service.rules_bench import Bench, bench
from clearmix.service.threads import slow
from clearmix.spec import RemixSpec
from clearmix_rules import Outcome, PolicySource

router = APIRouter(prefix="/api/rules", tags=["rules"])

NAME = r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,79}\.(rights|rights-test|rights-properties)$"
FILES = {"ada-wren.rights": TEXT}
SPEC = {"sources": ["open-road"], "styles": ["house"]}

Name = Annotated[str, Field(pattern=NAME)]
Text = Annotated[str, Field(max_length=400_000)]
Files = Annotated[
    dict[Name, Text],
    Field(max_length=200, description="texts by the names of their files", examples=[FILES]),
]
Seconds = Annotated[int, Field(ge=1, le=50, description="how long proofs may take")]


class Given(BaseModel):
    """Texts in the rights language."""

    model_config = ConfigDict(extra="forbid")

    files: Files = Field(min_length=1)


class Tested(Given):
    """Policies with their tests."""

    coverage: bool = Field(False, description="name what no test has tried")


class Beside(BaseModel):
    """Policies: those that are sent, or the house's if none are."""

    model_config = ConfigDict(extra="forbid")

    files: Files = Field({}, description="policies; those of the house if none are sent")

    def policies(self, kernel: Kernel, on: Bench) -> Path:
        """The folder with the policies."""
        sent = {name: text for name, text in self.files.items() if name.endswith(".rights")}
        if sent:
            return on.lay(sent, "policies")
        return write_policies(kernel.policies.current().sources, on.folder / "policies")


class Judged(Beside):
    """A request, as rules see it or as a spec that somebody asks for."""

    request: dict[str, Any] | None = Field(None, description="a request of the rights language")
    spec: dict[str, Any] | None = Field(None, description="a remix spec", examples=[SPEC])
    listener: str | None = Field(None, max_length=80, description="who asks; for the operator only")

    @model_validator(mode="after")
    def _one_request(self) -> Self:
        if (self.request is None) == (self.spec is None):
            raise ValueError("give either `request` or `spec`")
        return self

    def asked(self, kernel: Kernel, caller: Caller, on: Bench) -> Path:
        """The file with the request."""
        request = self.request
        if request is None:
            spec = RemixSpec.from_json(self.spec or {}, place="spec")
            request = kernel.clearance.request(spec, caller.acting_as(self.listener))
        return on.lay_json(request, "request.json")


class Decided(Judged):
    """A request to be decided."""

    at: datetime | None = Field(None, description="decide as of this time; UTC without a zone")
    explain: bool = Field(False, description="say why, in words")
    nearest: bool = Field(False, description="name the nearest request that would be permitted")


class Filtered(Judged):
    """A request with which the house's catalogue is gone through."""

    outcome: Outcome = Field(Outcome.PERMITTED, description="list the tracks with this outcome")
    limit: int = Field(100, ge=1, le=10_000)
    why_not: bool = Field(False, description="say what refuses the others")


class Compared(BaseModel):
    """Newer policies, and the older ones that they take the place of."""

    model_config = ConfigDict(extra="forbid")

    new: Files = Field(min_length=1)
    old: Files = Field({}, description="the house's versions if none are sent")
    seconds: Seconds = 30


class Proven(Beside):
    """Policies of which something is to be proven."""

    properties: Annotated[str | None, Field(max_length=400_000)] = Field(
        None, description="a .rights-properties text; the built-in properties without one"
    )
    seconds: Seconds = 30


@router.post("/check")
@slow
def check(given: Given, caller: Judging) -> dict[str, Any]:
    """Every mistake in these policies, with its place and a remedy."""
    with bench() as on:
        return on.run("check", on.lay(given.files, "files"))


@router.post("/fmt")
def fmt(given: Given, caller: Judging) -> dict[str, dict[str, str]]:
    """The same texts, laid out in the one way."""
    from clearmix_rules.errors import RightsError
    from clearmix_rules.reading.layout import format_policy
    from clearmix_rules.trying.layout import format_suite

    def laid_out(name: str, text: str) -> str:
        layout = format_suite if name.endswith(".rights-test") else format_policy
        try:
            return layout(text, name)
        except RightsError as error:
            raise ClearanceError(error.message, help=error.help, place=error.place) from None

    return {"files": {name: laid_out(name, text) for name, text in given.files.items()}}


@router.post("/test")
@slow
def test(given: Tested, caller: Judging) -> dict[str, Any]:
    """The results of policy tests, and what they cover."""
    with bench() as on:
        coverage = ("--coverage",) if given.coverage else ()
        return on.run("test", on.lay(given.files, "files"), *coverage)


@router.post("/decide")
def decide(given: Decided, caller: Judging, kernel: Rooms) -> dict[str, Any]:
    """One request against policies; nothing is recorded."""
    at = given.at and (given.at if given.at.tzinfo else given.at.replace(tzinfo=UTC)).isoformat()
    flags = [f"--{name}" for name in ("explain", "nearest") if getattr(given, name)]
    with bench() as on:
        return on.run(
            "decide",
            *("--request", given.asked(kernel, caller, on)),
            *("--policies", given.policies(kernel, on)),
            *(("--at", at) if at else ()),
            *flags,
        )


@router.post("/filter")
@slow
def filter_catalogue(given: Filtered, caller: Judging, kernel: Rooms) -> dict[str, Any]:
    """What of the catalogue a request may use."""
    with bench() as on:
        return on.run(
            "filter",
            *("--request", given.asked(kernel, caller, on)),
            *("--policies", given.policies(kernel, on)),
            *("--catalogue", write_catalogue(kernel.clearance.tracks(), on.folder / "c.jsonl")),
            *("--outcome", given.outcome.value, "--limit", given.limit),
            *(("--why-not",) if given.why_not else ()),
        )


@router.post("/diff")
@slow
def diff(given: Compared, caller: Judging, kernel: Rooms) -> dict[str, Any]:
    """What changes from older policies to newer ones, with an example of each change."""
    with bench() as on:
        old: dict[str, str] = given.old
        others: tuple[PolicySource, ...] = ()
        if not old:
            if len(given.new) != 1:
                raise ClearanceError(
                    "several policies are compared with the house's one by one",
                    help="send one policy in `new`, or the older ones in `old`",
                )
            ((name, text),) = given.new.items()
            before, others = split(kernel.policies.current().sources, PolicySource(name, text))
            if before is None:
                raise ClearanceError(
                    f"the house has no earlier version of `{name}`", help="send it in `old`"
                )
            old = {name: before.text}
        beside = ("--others", write_policies(others, on.folder / "others")) if others else ()
        return on.run(
            "diff",
            on.lay(old, "old"),
            on.lay(given.new, "new"),
            *beside,
            *("--seconds", given.seconds),
        )


@router.post("/prove")
@slow
def prove(given: Proven, caller: Judging, kernel: Rooms) -> dict[str, Any]:
    """What holds of every request under policies, or a request for which it does not."""
    with bench() as on:
        properties: tuple[object, ...] = ()
        if given.properties is not None:
            laid = on.lay({"sent.rights-properties": given.properties}, "properties")
            properties = ("--properties", laid / "sent.rights-properties")
        return on.run(
            "prove",
            *("--policies", given.policies(kernel, on)),
            *properties,
            *("--seconds", given.seconds),
        )
