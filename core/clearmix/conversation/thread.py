"""The state of a conversation: a fold of its events, so that it can always be told again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from clearmix.contracts import Conversation, TitleLookup
from clearmix.conversation.events import (
    Asked,
    Decided,
    Event,
    Kept,
    Moved,
    Ready,
    Started,
    Stopped,
    Understood,
)
from clearmix.spec import RemixSpec


@dataclass(frozen=True)
class Turn:
    """What a listener said and what came of it."""

    number: int
    words: str
    events: tuple[Kept, ...]
    said_at: datetime

    @property
    def open(self) -> bool:
        """Whether more must come of it before a render has begun."""
        last = self.events[-1] if self.events else None
        return (
            last is None
            or isinstance(last, Understood)
            or (isinstance(last, Decided) and last.permitted)
        )


@dataclass(frozen=True)
class Version:
    """One remix of a conversation; `parent` is the version that it refined."""

    number: int
    parent: int | None
    spec: RemixSpec
    job: str
    render: str | None = None


@dataclass(frozen=True)
class Thread:
    """A conversation of one listener.

    `current` is the number of the version that follow-ups refine; `draft` is a spec that was asked
    for and waits for an answer, or was refused and may be put otherwise; `allowed` is the nearest
    allowed spec of the last refusal; `price_micro` is what a yes to the last
    question agrees to pay; `unclear` is a question that only other words answer.
    """

    id: str
    listener: str
    source: str | None = None
    turns: tuple[Turn, ...] = ()
    versions: tuple[Version, ...] = ()
    current: int | None = None
    draft: RemixSpec | None = None
    allowed: RemixSpec | None = None
    decision: Decided | None = None
    price_micro: int | None = None
    unclear: str | None = None

    def version(self, number: int | None) -> Version | None:
        """The version of that number, if there is one."""
        return next((one for one in self.versions if one.number == number), None)

    @property
    def unfinished(self) -> Version | None:
        """The newest version whose render has neither been published nor stopped."""
        last = self.versions[-1] if self.versions else None
        ended = {
            event.version
            for turn in self.turns
            for event in turn.events
            if isinstance(event, Ready | Stopped)
        }
        return last if last and last.number not in ended else None

    @property
    def told(self) -> int:
        """How much has been told of it: it only grows, so that of two tellings one is the later."""
        return sum(1 + len(turn.events) for turn in self.turns)

    def context(self, titles: TitleLookup) -> Conversation:
        """What an interpreter gets to know: what was said, and the specs up to the current one."""
        path: list[RemixSpec] = []
        step = self.version(self.current)
        while step is not None:
            path.insert(0, step.spec)
            step = self.version(step.parent)
        if self.draft is not None:
            path.append(self.draft)
        return Conversation(
            versions=tuple(path),
            turns=tuple(turn.words for turn in self.turns),
            source=self.source,
            titles=titles,
        )

    def with_turn(self, turn: Turn) -> Thread:
        """The thread after a turn, or with a longer telling of its last turn."""
        kept = tuple(one for one in self.turns if one.number != turn.number)
        return replace(self, turns=(*kept, turn))

    def after(self, event: Event) -> Thread:
        """The state that follows from an event."""
        match event:
            case Asked(draft=draft):
                return replace(
                    self,
                    draft=draft,
                    allowed=None if event.price_micro is not None else self.allowed,
                    price_micro=event.price_micro,
                    unclear=event.question if event.unclear else None,
                    source=_source(draft) or self.source,
                )
            case Understood():
                return replace(self, price_micro=None)
            case Decided():
                return replace(
                    self,
                    decision=event,
                    draft=None if event.permitted else event.spec,
                    allowed=event.nearest,
                    price_micro=None,
                    unclear=None,
                    source=_source(event.spec) or self.source,
                )
            case Started():
                version = Version(event.version, event.parent, event.spec, event.job)
                return replace(
                    self, versions=(*self.versions, version), current=event.version, allowed=None
                )
            case Ready():
                finished = tuple(
                    replace(one, render=event.render) if one.number == event.version else one
                    for one in self.versions
                )
                return replace(self, versions=finished)
            case Stopped():
                stopped = self.version(event.version)
                if stopped is None or self.current != event.version:
                    return self
                return replace(self, current=stopped.parent)
            case Moved():
                source = event.source if event.version is None else self.source
                return replace(
                    self,
                    current=event.version,
                    source=source,
                    draft=None,
                    allowed=None,
                    price_micro=None,
                    unclear=None,
                )
            case _:
                return self


def folded(thread: Thread) -> Thread:
    """A thread whose state is made anew from the events of its turns."""
    state = Thread(id=thread.id, listener=thread.listener, source=thread.source)
    for turn in thread.turns:
        state = state.with_turn(turn)
        for event in turn.events:
            state = state.after(event)
    return state


def _source(spec: RemixSpec | None) -> str | None:
    return spec.sources[0] if spec and spec.sources else None
