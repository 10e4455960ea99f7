"""Plays: which listenings count, each once, by the token that came with its link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

from clearmix.delivery.items import Items
from clearmix.delivery.listenings import Listenings
from clearmix.delivery.models import Play
from clearmix.errors import LinkError
from clearmix.storage.tables.delivery import ListeningRow

if TYPE_CHECKING:
    from clearmix.royalties import Royalties

PLAY_SECONDS = 30.0
"""A listening counts from 30 seconds on, as music services count it."""

REPORT_LIFE = timedelta(days=1)
"""How long after its link was made a play may be reported: a settled month gets no others."""

CLOCK_SLACK_SECONDS = 2.0
"""How much more than the time since its link a listening may claim (buffers, clocks)."""


class Plays:
    """Tokens of listenings, and what they are worth."""

    def __init__(
        self,
        listenings: Listenings,
        items: Items,
        royalties: Royalties,
        key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._listenings = listenings
        self._items = items
        self._royalties = royalties
        self._tokens = URLSafeSerializer(key, salt="clearmix.play")
        self._clock = clock

    def token(self, row: ListeningRow) -> str:
        """The token by which a listening is reported."""
        opened = int(row.opened_at.timestamp())
        return str(self._tokens.dumps([row.id, row.item, row.listener, opened]))

    def record(self, token: str, seconds: float, listener_id: str | None) -> Play | None:
        """The play that a listening of that many seconds counts as, or None when it does not.

        A token counts once, however often it is sent. Nobody can have listened for longer than
        since the link was made, or than what was sent to them lasts: no more is believed.

        Raises:
            LinkError: the token was not made by this service, not for `listener_id`, or is older
                than a day.
        """
        try:
            id, item, listener, issued = self._tokens.loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkError(
                "this play token is not valid", help="press play again to get a fresh one"
            ) from error
        if listener_id not in (None, listener):
            raise LinkError("this play token belongs to another listener", help="press play again")
        now = self._clock()
        since = now.timestamp() - issued
        if since > REPORT_LIFE.total_seconds():
            raise LinkError("this play token has expired", help="report a play while it is heard")
        row = self._listenings.find(id)
        if row is None:
            return None
        heard = min(float(seconds), since + CLOCK_SLACK_SECONDS, row.sent_ms / 1000)
        if not heard >= PLAY_SECONDS:
            return None
        flags = self._listenings.count(
            id, heard, now, maker=self._items.maker(item), again=timedelta(seconds=PLAY_SECONDS)
        )
        if flags is None:
            # Counted before, but it may not have been logged: a process can end in between.
            row = self._listenings.find(id)
            if row is None or row.counted_ms is None:
                return None
            heard, flags = row.counted_ms / 1000, tuple(row.flags)
        # INVARIANT: a play has one time however often it is reported, so that it is in one month.
        played_at = row.opened_at + timedelta(seconds=heard)
        play = Play(
            id=id, item=item, listener=listener, seconds=heard, played_at=played_at, flags=flags
        )
        self._royalties.record(play)
        return play
