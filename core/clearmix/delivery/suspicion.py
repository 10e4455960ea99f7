"""Plays that are not believed: simple signs of machines, each named so that it can be disputed.

A play with a sign is logged like every other and not paid: who settles a period can see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SHORT_SECONDS = 35.0
"""A play that stops just after it counts."""

MOST_SHORT = 10
"""Short plays of one item by one listener in a day: nobody likes a song for half a minute only."""

MOST_OWN = 10
"""Plays in a day of a remix by the listener who had it made."""

MOST_AT_ONE_ADDRESS = 5
"""Listeners of one item at one address in a day: a household, and no more."""

MANY_SHORT, SELF_PLAYS, ONE_ADDRESS, TOO_SOON = (
    "many-short-plays",
    "self-plays",
    "one-address",
    "too-soon",
)


@dataclass(frozen=True)
class Seen:
    """What is known of one counted play of an item."""

    listener: str
    address: str
    opened_at: datetime
    seconds: float


def flags_of(
    play: Seen, earlier: Sequence[Seen], maker: str | None, again: timedelta
) -> tuple[str, ...]:
    """The signs of a play, given the counted ones of its item in the day before it.

    Two plays of an item that one listener opened within `again`, which is shorter than a play
    that counts, were heard at the same time: the second is a copy of the first.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    >>> one = Seen("mia", "a", noon, 180.0)
    >>> flags_of(one, [one], None, timedelta(seconds=30))
    ('too-soon',)
    """
    own = [one for one in earlier if one.listener == play.listener]
    found = []
    short = [one for one in own if one.seconds < SHORT_SECONDS]
    if play.seconds < SHORT_SECONDS and len(short) >= MOST_SHORT:
        found.append(MANY_SHORT)
    if play.listener == maker and len(own) >= MOST_OWN:
        found.append(SELF_PLAYS)
    here = {one.listener for one in earlier if play.address and one.address == play.address}
    if len(here - {play.listener}) >= MOST_AT_ONE_ADDRESS:
        found.append(ONE_ADDRESS)
    if any(abs(play.opened_at - one.opened_at) < again for one in own):
        found.append(TOO_SOON)
    return tuple(found)
