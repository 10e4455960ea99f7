"""Letting others hear a remix: the rights are asked, and the answer is said in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clearmix.conversation.editing import EDITABLE, base_of, changed
from clearmix.conversation.events import Choice, Event, Said, Shared
from clearmix.conversation.house import House
from clearmix.conversation.thread import Thread
from clearmix.conversation.wording import differences
from clearmix_rules import Outcome

if TYPE_CHECKING:
    from clearmix.clearance import Cleared
    from clearmix.spec import RemixSpec

SHORTER_SECONDS = (300, 240, 180, 150, 120, 90, 60, 45, 30, 20, 15, 10)
"""Lengths that are tried for what may not be shared: licences of public use mostly limit those."""


def share(house: House, thread: Thread, render: str | None = None) -> Event:
    """The link to a remix, the current one if none is named, or why there is none.

    The use `public` is decided on by itself: that a remix may be made does not say that others may
    hear it.
    """
    version = thread.version(thread.current)
    render = render or (version.render if version is not None else None)
    if render is None:
        return Said(text="There is no finished remix yet to share. Ask for one first.")
    cleared = house.items.share(render, thread.listener)
    decision = cleared.decision
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
        choices=_instead(house, thread, render, cleared),
        trouble=True,
    )


def _instead(house: House, thread: Thread, render: str, cleared: Cleared) -> tuple[Choice, ...]:
    """The nearest version that might be shared, to be made with one click; none of another one."""
    base = base_of(thread)
    version = thread.version(thread.current)
    if base is None or version is None or version.render != render or base != version.spec:
        return ()
    allowed = _shareable(house, thread.listener, cleared, house.rendering.render(render).seconds)
    if allowed is None:
        return ()
    wanted = allowed.merged({"use": base.use})
    fields = changed(base, wanted)
    if not fields or not EDITABLE.issuperset(fields):
        return ()
    values = wanted.as_json()
    changes = json.dumps({name: values.get(name) for name in fields})
    said = ", ".join(differences(base, wanted))
    return (Choice(label=f"Make one to share: {said}", kind="edit", value=changes),)


def _shareable(house: House, listener: str, cleared: Cleared, seconds: float) -> RemixSpec | None:
    """The spec nearest to a refused one by which a remix might be shared, if there is one.

    Of that, too, somebody may have to be asked first.
    """
    asked = cleared.spec
    if cleared.nearest is not None and cleared.nearest.use == asked.use:
        return cleared.nearest
    structure = asked.structure.model_dump(exclude_none=True) if asked.structure else {}
    shorter = (
        asked.merged({"structure": {**structure, "seconds": length}})
        for length in SHORTER_SECONDS
        if length < seconds
    )
    return next((spec for spec in shorter if house.would_allow(spec, listener)), None)


def take_back(house: House, thread: Thread, render: str) -> Event:
    """A remix that nobody but its maker hears any more."""
    house.items.unshare(render, thread.listener)
    return Shared(render=render, ended=True)
