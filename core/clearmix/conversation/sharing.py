"""Letting others hear a remix: the rights are asked, and the answer is said in words."""

from __future__ import annotations

from clearmix.conversation.events import Event, Said, Shared
from clearmix.conversation.house import House
from clearmix.conversation.thread import Thread
from clearmix_rules import Outcome


def share(house: House, thread: Thread, render: str | None = None) -> Event:
    """The link to a remix, the current one if none is named, or why there is none.

    The use `public` is decided on by itself: that a remix may be made does not say that others may
    hear it.
    """
    version = thread.version(thread.current)
    render = render or (version.render if version is not None else None)
    if render is None:
        return Said(text="There is no finished remix yet to share. Ask for one first.")
    decision = house.items.share(render, thread.listener).decision
    if decision.permitted:
        return Shared(render=render)
    reasons = tuple(dict.fromkeys(reason.text for reason in decision.reasons))
    if decision.outcome is Outcome.REFERRED:
        return Said(
            text="It is shared as soon as its rights-holders say yes. They have been asked.",
            points=reasons,
        )
    return Said(
        text="This one stays with you: its rights-holders do not let it be shared.",
        points=reasons,
        trouble=True,
    )


def take_back(house: House, thread: Thread, render: str) -> Event:
    """A remix that nobody but its maker hears any more."""
    house.items.unshare(render, thread.listener)
    return Shared(render=render, ended=True)
