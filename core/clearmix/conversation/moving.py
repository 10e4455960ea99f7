"""From one version to another: back, to one by its number, and one beside its original."""

from __future__ import annotations

from clearmix.conversation.events import Compared, Event, Moved, Said
from clearmix.conversation.thread import Thread


def undone(thread: Thread) -> Event:
    """One step back: what was asked for and not made, or the version that this one refined."""
    current = thread.version(thread.current)
    if thread.draft is not None:
        left = f"version {current.number}" if current else "the original"
        return Moved(version=thread.current, source=thread.source, text=f"Back to {left}.")
    if current is None:
        return Said(text="There is nothing to undo.")
    if current.parent is None:
        return Moved(
            version=None, source=thread.source, text="Back to the original, before any change."
        )
    return Moved(version=current.parent, text=f"Back to version {current.parent}. What next?")


def moved_to(thread: Thread, number: int | None) -> Event:
    """Another version as the one that the next words change."""
    version = thread.version(number)
    if version is None:
        known = ", ".join(str(one.number) for one in thread.versions)
        return Said(
            text=f"There is no version {number}." if number else "Which version do you mean?",
            points=(f"Versions so far: {known}.",) if known else ("There are none yet.",),
        )
    return Moved(
        version=version.number,
        text=f"Version {version.number} is the one that your next words change.",
    )


def compared(thread: Thread) -> Event:
    """The current remix beside its original."""
    current = thread.version(thread.current)
    if current is None or current.render is None:
        return Said(
            text="There is no finished remix yet to compare with the original."
            if thread.unfinished is None
            else "It is still being made. When it is finished, it can be compared."
        )
    return Compared(version=current.number, render=current.render)
