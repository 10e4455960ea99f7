"""Conversations as a room of the kernel: said, answered, kept, and taken up again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from clearmix.contracts import Conversation, Interpretation
from clearmix.conversation.dialogue import House, examples, follow, reply
from clearmix.conversation.events import Choice, Progressed, Said, Started
from clearmix.conversation.thread import Thread
from clearmix.conversation.threads import Threads
from clearmix.storage.database import Database

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
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
    ) -> None:
        self._threads = Threads(database)
        self._house = House(interpret, catalogue, rendering, royalties)

    def thread(self, listener: str) -> Thread:
        """The listener's conversation as it stands."""
        return self._threads.current(listener)

    def begin(self, listener: str) -> Thread:
        """A new conversation; the earlier one stays in the record."""
        return self._threads.begin(listener)

    def say(self, listener: str, words: str, choice: Choice | None = None) -> Iterator[Thread]:
        """The conversation after each thing that comes of a message.

        A listener may go on talking while a render is made: each message is a turn of its own,
        and what is yielded always holds all of them.
        """
        before = self._threads.current(listener)
        turn = self._threads.say(before, words)
        yield self._threads.current(listener)
        try:
            for event in reply(self._house, before, turn.words, choice):
                if not isinstance(event, Progressed):
                    self._threads.add(before, turn.number, event)
                yield self._threads.current(listener)
        except Exception:
            # Whatever a plugin raises, the listener reads a sentence and the operator the trace.
            _log.exception("a turn of conversation %s failed", before.id)
            self._threads.add(before, turn.number, SORRY)
            yield self._threads.current(listener)

    def resume(self, listener: str) -> Iterator[Thread]:
        """The conversation now, and until the end of a render that nobody waits for any more."""
        thread = self._threads.current(listener)
        yield thread
        version = thread.unfinished
        if version is None:
            return
        number = next(
            turn.number
            for turn in thread.turns
            for event in turn.events
            if isinstance(event, Started) and event.version == version.number
        )
        for event in follow(self._house, version):
            if not isinstance(event, Progressed):
                self._threads.add(thread, number, event)
            yield self._threads.current(listener)

    def cancel(self, listener: str) -> None:
        """Stops the render in progress, if there is one; who waits for it is told."""
        version = self._threads.current(listener).unfinished
        if version is not None:
            self._house.rendering.cancel(version.job)

    def examples(self) -> tuple[Choice, ...]:
        """Requests to begin with, about songs that the catalogue really has."""
        return examples(self._house)

    def named(self, id: str) -> str:
        """The title of a recording or a render."""
        return self._house.named(id)


SORRY = Said(
    text="Something went wrong on our side, and nothing was made.",
    points=("Try again in a moment. If it happens again, tell the operator: it is in the log.",),
    trouble=True,
)
"""What a listener reads when something failed that nobody foresaw."""
