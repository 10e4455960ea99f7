"""Answering in a thread of its own, so that a page that goes away stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Condition, Thread

from clearmix.conversation.events import Event


class Answering:
    """An answer that is being given; any number of pages may watch it."""

    def __init__(self, events: Iterable[Event], keep: Callable[[Event], None]) -> None:
        self._events = events
        self._keep = keep
        self._changed = Condition()
        self._told = 0
        self._ended = False
        self._thread = Thread(target=self._run, name="answering", daemon=True)

    def start(self) -> Answering:
        """Begins; every event is kept before anybody is told of it."""
        self._thread.start()
        return self

    @property
    def ended(self) -> bool:
        """Whether everything has been said."""
        return self._ended

    def changes(self) -> Iterator[int]:
        """How many events there have been, each time there are more, until the last one."""
        seen = 0
        while True:
            with self._changed:
                while self._told == seen and not self._ended:
                    self._changed.wait()
                told, ended = self._told, self._ended
            if told > seen:
                seen = told
                yield seen
            if ended:
                return

    def _run(self) -> None:
        try:
            for event in self._events:
                self._keep(event)
                with self._changed:
                    self._told += 1
                    self._changed.notify_all()
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()
