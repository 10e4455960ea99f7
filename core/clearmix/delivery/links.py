"""Signed links: each plays one item, for one listener and one play, for as long as it may."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Hashable
from datetime import datetime

from clearmix.catalogue.models import Recording
from clearmix.clearance.standing import Standing
from clearmix.delivery.items import Items, Remaking
from clearmix.delivery.listenings import LINK_LIFE, Listenings
from clearmix.delivery.models import StreamLink
from clearmix.delivery.plays import Plays
from clearmix.delivery.sending import MAIN
from clearmix.delivery.signing import is_signature, signature
from clearmix.errors import LinkError
from clearmix.rendering.models import Render
from clearmix.storage.database import Database
from clearmix.storage.tables.delivery import ListeningRow

Heard = Recording | Render

FOUND_SECONDS = 30.0
"""How long it stands what a link plays, as long as nothing is recorded that may end a stream.

Whether that may be played is asked anew each time."""


class Links:
    """Links as they are given out, and as they are checked at every request.

    `state` is what changes with all that may end a stream (`Clearance.state`).
    """

    def __init__(
        self,
        database: Database,
        listenings: Listenings,
        items: Items,
        plays: Plays,
        *,
        key: bytes,
        state: Callable[[], Hashable],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._listenings = listenings
        self._items = items
        self._plays = plays
        self._key = key
        self._clock = clock
        self._found: Standing[tuple[ListeningRow, Heard | None]] = Standing(
            state, seconds=FOUND_SECONDS
        )

    def opened(
        self, item_id: str, listener_id: str, address: str = "", *, preview: bool = False
    ) -> StreamLink:
        """A link that begins a listening of an item, or of the preview of a job.

        Raises:
            BusyError: the listener opened too many just now.
        """
        now = self._clock()
        row = ListeningRow(
            id=secrets.token_hex(8),
            item=item_id,
            listener=listener_id,
            preview=preview,
            opened_at=now,
            ahead_at=now,
            address=self._hashed(address),
        )
        self._listenings.begin(row)
        expires_at = now + LINK_LIFE
        expires = str(int(expires_at.timestamp()))
        signed = signature(self._key, "stream", expires, row.id, listener_id)
        return StreamLink(
            listening=row.id,
            url_path=f"/stream/{expires}/{signed}/{row.id}/{MAIN}",
            play_token="" if preview else self._plays.token(row),
            expires_at=expires_at,
        )

    def checked(
        self, expires: str, signed: str, listening: str, listener_id: str
    ) -> tuple[ListeningRow, Heard | Remaking]:
        """The listening of a link, as it was opened, and what may be heard by it now.

        Raises:
            LinkError: the link was changed, has expired, or was made for someone else.
            NoStreamError: there is no such item for this listener.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
        """
        if not is_signature(self._key, signed, "stream", expires, listening, listener_id):
            raise _not_valid(listening)
        if int(expires) < self._clock().timestamp():
            raise LinkError(
                "this link has expired",
                help="press play again to get a fresh one",
                place=listening,
            )
        with self._database.snapshot():
            row, item = self._found.answer(
                (listening, listener_id), lambda: self._find(listening, listener_id)
            )
            if item is None:
                return row, self._items.require_remaking(row.item, listener_id)
            self._items.require_streamable(item, listener_id)
        return row, item

    def _find(self, listening: str, listener_id: str) -> tuple[ListeningRow, Heard | None]:
        """A listening and its item, of which a preview has none yet."""
        row = self._listenings.find(listening)
        if row is None:  # erased since
            raise _not_valid(listening)
        return row, None if row.preview else self._items.item(row.item, listener_id)

    def _hashed(self, address: str) -> str:
        if not address:
            return ""
        return hmac.digest(self._key, f"address\0{address}".encode(), hashlib.sha256)[:12].hex()


def _not_valid(listening: str) -> LinkError:
    return LinkError(
        "this link is not valid for you",
        help="open the song in Clearmix and press play; links are made for one listener",
        place=listening,
    )
