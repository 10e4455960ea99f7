"""The conversation: words become specs, specs versions, and everything said stays on the server."""

from __future__ import annotations

from clearmix.conversation.dialogue import follow, reply
from clearmix.conversation.events import (
    Asked,
    Choice,
    Compared,
    Decided,
    Event,
    Kept,
    Moved,
    Progressed,
    Ready,
    Said,
    Shared,
    Started,
    Stopped,
    Understood,
)
from clearmix.conversation.house import House
from clearmix.conversation.room import Conversations
from clearmix.conversation.thread import Thread, Turn, Version

__all__ = [
    "Asked",
    "Choice",
    "Compared",
    "Conversations",
    "Decided",
    "Event",
    "House",
    "Kept",
    "Moved",
    "Progressed",
    "Ready",
    "Said",
    "Shared",
    "Started",
    "Stopped",
    "Thread",
    "Turn",
    "Understood",
    "Version",
    "follow",
    "reply",
]
