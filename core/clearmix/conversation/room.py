"""Conversations as a room of the kernel: said, answered, kept, and taken up again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from clearmix.contracts import Conversation, Interpretation
from clearmix.conversation.answering import Answering
from clearmix.conversation.dialogue import follow, reply
from clearmix.conversation.events import Choice, Event, Progressed, Said, Started
from clearmix.conversation.house import House
from clearmix.conversation.offers import examples
from clearmix.conversation.sharing import instead_of
from clearmix.conversation.thread import Thread, Version
from clearmix.conversation.threads import Threads
from clearmix.spec import RemixSpec
from clearmix.storage.database import Database

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.delivery.items import Items
    from clearmix.rendering import Rendering
    from clearmix.royalties import Royalties

_log = logging.getLogger(__name__)


class Conversations:
    """What listeners say and what comes of it; a page only ever shows it."""

    def __init__(
        self,
        database: Database,
        *,
        interpret: Callable[[str, Conversation], Interpretation],
        catalogue: Catalogue,
        rendering: Rendering,
        royalties: Royalties,
        would_permit: Callable[[RemixSpec, str], bool],
        would_allow: Callable[[RemixSpec, str], bool],
        items: Items,
    ) -> None:
        self._threads = Threads(database)
        self._house = House(
            interpret, catalogue, rendering, royalties, would_permit, would_allow, items
        )
        self._answering: dict[str, Answering] = {}

    def thread(self, listener: str) -> Thread:
        """The listener's conversation as it stands."""
        return self._threads.current(listener)

    def begin(self, listener: str) -> Thread:
        """A new conversation; the earlier one stays in the record."""
        return self._threads.begin(listener)

    def say(self, listener: str, words: str, choice: Choice | None = None) -> Iterator[Thread]:
        """The conversation after each thing that comes of a message.

        A listener may go on talking while a render is made: each message is a turn of its own,
        and what is yielded always holds all of them. Who stops reading stops nothing.
        """
        before = self._threads.current(listener)
        turn = self._threads.say(before, words)
        events = self._answered(before, reply(self._house, before, turn.words, choice))
        answering = self._begin(before, turn.number, events)
        yield self._threads.current(listener)
        yield from self._watch(listener, answering)

    def resume(self, listener: str) -> Iterator[Thread]:
        """The conversation now, and on while something is being made for it.

        A render that an earlier process of the service began is taken up again.
        """
        thread = self._threads.current(listener)
        yield thread
        answering = self._answering.get(thread.id)
        if answering is None or answering.ended:
            version = thread.unfinished
            if version is None:
                yield from self._closed(thread)
                return
            events = self._answered(thread, follow(self._house, version))
            answering = self._begin(thread, _turn_of(thread, version), events)
        yield from self._watch(listener, answering)

    def cancel(self, listener: str) -> None:
        """Stops the render in progress, if there is one; who waits for it is told."""
        version = self._threads.current(listener).unfinished
        if version is not None:
            self._house.rendering.cancel(version.job)

    def examples(self, listener: str) -> tuple[Choice, ...]:
        """Requests to begin with that this listener would be allowed."""
        return examples(self._house, listener)

    def instead_of_sharing(self, listener: str, render: str) -> Choice | None:
        """What makes the nearest remix to one of theirs that might be shared, if there is one."""
        return instead_of(self._house, listener, render)

    def named(self, id: str) -> str:
        """The title of a recording or a render."""
        return self._house.named(id)

    def _closed(self, thread: Thread) -> Iterator[Thread]:
        """The thread with an end to its last turn, if the service was stopped amid that."""
        last = thread.turns[-1] if thread.turns else None
        if last is not None and last.open:
            self._threads.add(thread, last.number, INTERRUPTED)
            yield self._threads.current(thread.listener)

    def _begin(self, thread: Thread, turn: int, events: Iterator[Event]) -> Answering:
        def keep(event: Event) -> None:
            if not isinstance(event, Progressed):
                self._threads.add(thread, turn, event)

        answering = Answering(events, keep)
        going_on = {id: one for id, one in self._answering.items() if not one.ended}
        self._answering = {**going_on, thread.id: answering}
        return answering.start()

    def _watch(self, listener: str, answering: Answering) -> Iterator[Thread]:
        for _ in answering.changes():
            yield self._threads.current(listener)

    def _answered(self, thread: Thread, events: Iterator[Event]) -> Iterator[Event]:
        """The events, and a sentence in place of whatever a plugin raises; the log has the rest."""
        try:
            yield from events
        except Exception:  # noqa: BLE001  # plugins may raise anything, and listeners read on
            _log.exception("a turn of conversation %s failed", thread.id)
            yield SORRY


def _turn_of(thread: Thread, version: Version) -> int:
    return next(
        turn.number
        for turn in thread.turns
        for event in turn.events
        if isinstance(event, Started) and event.version == version.number
    )


SORRY = Said(
    text="Something went wrong on our side, and nothing was made.",
    points=("Try again in a moment. If it happens again, tell the operator: it is in the log.",),
    trouble=True,
)
"""What a listener reads when something failed that nobody foresaw."""

INTERRUPTED = Said(text="This was interrupted before anything was made. Ask again.", trouble=True)
"""What stands at the end of a turn that the service was stopped in."""
