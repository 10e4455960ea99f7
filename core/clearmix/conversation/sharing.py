"""Letting others hear a remix: the rights are asked, and the answer is said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clearmix.conversation.events import Choice, Event, Said, Shared
from clearmix.conversation.house import House
from clearmix.conversation.thread import Thread
from clearmix.conversation.wording import differences
from clearmix.errors import ClearmixError, WithdrawnError
from clearmix_rules import Outcome

if TYPE_CHECKING:
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
    try:
        decision = house.items.share(render, thread.listener).decision
    except WithdrawnError as error:
        return _refused(house, thread, render, f"{error.message[:1].upper()}{error.message[1:]}.")
    if decision.permitted:
        return Shared(render=render)
    reasons = tuple(dict.fromkeys(reason.text for reason in decision.reasons))
    if decision.outcome is Outcome.REFERRED:
        return Said(
            text="It is shared as soon as its rights-holders say yes. They have been asked.",
            points=reasons,
        )
    said = "This one stays with you: its rights-holders do not let it be shared."
    return _refused(house, thread, render, said, reasons)


def _refused(
    house: House, thread: Thread, render: str, text: str, reasons: tuple[str, ...] = ()
) -> Event:
    instead = instead_of(house, thread.listener, render)
    choices = (instead,) if instead is not None else ()
    return Said(text=text, points=reasons, choices=choices, trouble=True)


def instead_of(house: House, listener: str, render: str) -> Choice | None:
    """What makes the nearest remix to a render of theirs that might be shared, if there is one."""
    spec = shareable(house, listener, render)
    if spec is None:
        return None
    said = ", ".join(differences(house.rendering.render(render).spec, spec))
    return Choice(label=f"Make one to share: {said}", kind="shareable", value=render)


def shareable(house: House, listener: str, render: str) -> RemixSpec | None:
    """The spec nearest to that of a render of theirs by which one might be shared, if there is one.

    Its use stays that of the render: what is made by it is shared in its turn, or not. Of that,
    too, somebody may have to be asked first.
    """
    try:
        cleared = house.items.sharing(render, listener)
    except ClearmixError:
        return None
    made = house.rendering.render(render)
    near = cleared.nearest
    if near is None or near.use != cleared.spec.use:
        near = _shorter(house, listener, cleared.spec, made.seconds)
    wanted = near.merged({"use": made.spec.use}) if near is not None else None
    return wanted if wanted and differences(made.spec, wanted) else None


def _shorter(house: House, listener: str, asked: RemixSpec, seconds: float) -> RemixSpec | None:
    structure = asked.structure.model_dump(exclude_none=True) if asked.structure else {}
    most = min(seconds, structure.get("seconds", seconds))  # what came out may be a little longer
    shorter = (
        asked.merged({"structure": {**structure, "seconds": length}})
        for length in SHORTER_SECONDS
        if length < most
    )
    return next((spec for spec in shorter if house.would_allow(spec, listener)), None)


def take_back(house: House, thread: Thread, render: str) -> Event:
    """A remix that nobody but its maker hears any more."""
    house.items.unshare(render, thread.listener)
    return Shared(render=render, ended=True)
