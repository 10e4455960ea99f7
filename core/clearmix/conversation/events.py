"""What can happen in a conversation, as values that are kept, shown and folded into its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from clearmix.rendering.models import Job
from clearmix.spec import Frozen, RemixSpec


class Choice(Frozen):
    """A quick reply: `label` is what the button says; `kind` and `value` what it means.

    A choice is a wish like words are: the kernel looks up what it names and checks it again.
    """

    label: str
    kind: Literal[
        "say",
        "source",
        "allowed",
        "version",
        "play",
        "compare",
        "retry",
        "edit",
        "share",
        "unshare",
        "shareable",
    ] = "say"
    value: str = ""


class Understood(Frozen):
    """What a turn asks for; `assumed` are paths that were not asked for.

    `notes` say how the words were read, when that is not as configured; `suggestions` are requests
    that what was not understood may have meant.
    """

    type: Literal["understood"] = "understood"
    spec: RemixSpec
    changed: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


class Asked(Frozen):
    """A question back; nothing is rendered before it is answered. `draft` is asked for so far.

    `price_micro` is what a yes agrees to pay. Where `unclear`, the wish itself is: neither a yes
    nor a song answers that.
    """

    type: Literal["asked"] = "asked"
    question: str
    choices: tuple[Choice, ...] = ()
    draft: RemixSpec | None = None
    price_micro: int | None = None
    unclear: bool = False


class Decided(Frozen):
    """A decision: its outcome, why, on what terms, and the nearest spec that is allowed.

    `cost` says what a permitted one will be charged, and what the month still holds.
    """

    type: Literal["decided"] = "decided"
    outcome: str
    reasons: tuple[str, ...]
    terms: tuple[str, ...] = ()
    spec: RemixSpec
    nearest: RemixSpec | None = None
    nearest_label: str = ""
    cost: str = ""
    number: int
    hash: str

    @property
    def permitted(self) -> bool:
        """Whether a render follows."""
        return self.outcome == "permitted"


class Started(Frozen):
    """A render has begun and is now the version that follow-ups refine."""

    type: Literal["started"] = "started"
    version: int
    spec: RemixSpec
    job: str
    parent: int | None = None
    notes: tuple[str, ...] = ()


class Ready(Frozen):
    """The render of a version is published."""

    type: Literal["ready"] = "ready"
    version: int
    render: str


class Stopped(Frozen):
    """The render of a version was not made; follow-ups refine what was there before."""

    type: Literal["stopped"] = "stopped"
    version: int
    message: str
    help: str = ""
    cancelled: bool = False


class Moved(Frozen):
    """Another version is the current one now; None is a new start, from `source` if given."""

    type: Literal["moved"] = "moved"
    version: int | None = None
    text: str
    source: str | None = None


class Compared(Frozen):
    """A version is heard beside its original."""

    type: Literal["compared"] = "compared"
    version: int
    render: str


class Shared(Frozen):
    """Others may hear a render by its link, or may do so no more."""

    type: Literal["shared"] = "shared"
    render: str
    ended: bool = False


class Said(Frozen):
    """An answer in words, with points that belong to it."""

    type: Literal["said"] = "said"
    text: str
    points: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    trouble: bool = False


Kept = Annotated[
    Understood | Asked | Decided | Started | Ready | Stopped | Moved | Compared | Shared | Said,
    Field(discriminator="type"),
]
"""Events that a conversation remembers."""

_KEPT: TypeAdapter[tuple[Kept, ...]] = TypeAdapter(tuple[Kept, ...])


class Progressed(Frozen):
    """A render on its way; told, never kept."""

    type: Literal["progressed"] = "progressed"
    version: int
    job: Job


Event = Kept | Progressed


def as_rows(events: Sequence[Kept]) -> list[dict[str, Any]]:
    """Events as JSON objects.

    >>> from_rows(as_rows([Said(text="hello")]))[0].text
    'hello'
    """
    rows: list[dict[str, Any]] = _KEPT.dump_python(
        tuple(events), mode="json", by_alias=True, exclude_none=True
    )
    return rows


def from_rows(rows: Sequence[dict[str, Any]]) -> tuple[Kept, ...]:
    """Events of their JSON objects."""
    return _KEPT.validate_python(tuple(rows))
