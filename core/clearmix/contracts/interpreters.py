"""What turns a listener's words into a proposal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from clearmix.spec import RemixSpec

Intent = Literal["transform", "refine", "control", "question", "none"]
Control = Literal[
    "undo", "revert-to", "reset", "reproduce", "variation", "compare", "confirm", "cancel",
    "share", "explain",
]  # fmt: skip


@dataclass(frozen=True)
class TitleMatch:
    """A catalogue entry that words may mean; `words` is the part of the text that names it."""

    recording_id: str
    title: str
    artists: tuple[str, ...]
    score: float
    words: str


TitleLookup = Callable[[str], tuple[TitleMatch, ...]]
"""Titles and artists of the catalogue that occur in a text, best first, slips forgiven."""


@dataclass(frozen=True)
class Conversation:
    """What was said and decided before this turn; the last of `versions` is the current spec."""

    versions: tuple[RemixSpec, ...] = ()
    turns: tuple[str, ...] = ()
    source: str | None = None
    titles: TitleLookup = lambda words: ()

    @property
    def spec(self) -> RemixSpec | None:
        """The spec that a follow-up refines."""
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True)
class Interpretation:
    """What an interpreter understood.

    `spec` is the whole spec after this turn; `changed` names the fields that this turn changed;
    `assumed` holds paths (such as `tempo.bpm_min`) of values that were not asked for; `question`
    is what to ask back when nothing should be rendered yet; `version` is the number (from 1) that
    `revert-to` names. `suggestions` are requests that the words may have meant, to choose from and
    never acted on; `notes` say what the listener should know of how the words were read; `asked` is
    a question in English that was put in another language; with `unknown_song` the question is
    which song is meant, for one was named that the catalogue does not hold.
    """

    spec: RemixSpec | None
    intent: Intent
    control: Control | None = None
    version: int | None = None
    changed: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    question: str | None = None
    assumed: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    asked: str = ""
    unknown_song: bool = False

    def as_json(self) -> dict[str, Any]:
        """The proposal in JSON's types."""
        return {
            "spec": self.spec.as_json() if self.spec else None,
            "intent": self.intent,
            "control": self.control,
            "version": self.version,
            "changed": list(self.changed),
            "not_understood": list(self.not_understood),
            "question": self.question,
            "assumed": list(self.assumed),
            "suggestions": list(self.suggestions),
            "notes": list(self.notes),
        }


@runtime_checkable
class Interpreter(Protocol):
    """Turns a listener's words into a proposal; it never sees rights, prices or consents."""

    id: str
    version: str

    def interpret(self, words: str, context: Conversation) -> Interpretation:
        """The proposal for this turn; what was not understood is listed, never guessed."""
        ...
