"""Delivery as a room of the kernel: who may stream what, checked again at every request."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

from clearmix.catalogue.models import Recording
from clearmix.delivery.copies import StreamCopies, StreamCopy
from clearmix.delivery.models import Play, Stream, Streamable, StreamLink
from clearmix.delivery.signing import is_signature, signature, signing_key
from clearmix.errors import CatalogueError, LinkError, NoStreamError, RenderError, WithdrawnError
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.clearance import Clearance
    from clearmix.rendering import Rendering
    from clearmix.rendering.models import Render
    from clearmix.royalties import Royalties

LINK_HOURS = 2
"""How long a link plays: a long listening session, but not a link to pass around."""

PLAY_SECONDS = 30.0
"""A listening counts from 30 seconds on, as music services count it."""

CLOCK_SLACK_SECONDS = 2.0
"""How much more than the time since its link a listening may claim (buffers, clocks)."""

FILE_NAME = "audio.m4a"
"""Last step of a stream's path; what is served is always M4A."""

_RENDER_ID = re.compile(r"[0-9a-f]{16}")


class Delivery:
    """Signed links, streams and plays."""

    def __init__(
        self,
        database: Database,
        store: Store,
        settings: Settings,
        *,
        catalogue: Catalogue,
        clearance: Clearance,
        rendering: Rendering,
        royalties: Royalties,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._settings = settings
        self._catalogue = catalogue
        self._clearance = clearance
        self._rendering = rendering
        self._royalties = royalties
        self._clock = clock
        self._copies = StreamCopies(database, store, settings.work)

    @cached_property
    def _key(self) -> bytes:
        return signing_key(self._settings.keys)

    @cached_property
    def _tokens(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt="clearmix.play")

    # --- links -----------------------------------------------------------------------------------

    def link(self, item_id: str, listener_id: str) -> StreamLink:
        """A link that only this listener can play, for one play of one item.

        Raises:
            NoStreamError: there is no such item for this listener.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
        """
        self._require_streamable(self._item(item_id, listener_id))
        now = self._clock()
        expires_at = now + timedelta(hours=LINK_HOURS)
        expires = str(int(expires_at.timestamp()))
        signed = signature(self._key, "stream", expires, item_id, listener_id)
        token = self._tokens.dumps(
            [secrets.token_hex(8), item_id, listener_id, int(now.timestamp())]
        )
        return StreamLink(
            url_path=f"/stream/{expires}/{signed}/{item_id}/{FILE_NAME}",
            play_token=str(token),
            expires_at=expires_at,
        )

    def about(self, item_id: str, listener_id: str) -> Streamable:
        """What a player shows of an item that this listener may hear; raises NoStreamError."""
        item = self._item(item_id, listener_id)
        copy = self._copy(item)
        if isinstance(item, Recording):
            return Streamable(
                item=item.id,
                kind="original",
                title=item.title,
                artists=item.artist_names,
                label="",
                seconds=item.seconds,
                lufs=item.analysis.loudness_lufs,
                waveform=copy.waveform,
            )
        source = item.sources[0] if item.sources else None
        return Streamable(
            item=item.id,
            kind="remix",
            title=item.title,
            artists=self._credits(item, listener_id),
            label=item.label,
            seconds=item.seconds,
            lufs=item.lufs,
            waveform=copy.waveform,
            compare_with=source,
            compare_seconds=self._pace(item, source, listener_id),
        )

    # --- streams ---------------------------------------------------------------------------------

    def open(self, expires: str, signed: str, item_id: str, listener_id: str) -> Stream:
        """The encoded file behind a link, after every check has been made again.

        Raises:
            NoStreamError: there is no such item for this listener.
            LinkError: the link was changed, has expired, or was made for someone else.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
        """
        item = self._item(item_id, listener_id)
        if not is_signature(self._key, signed, "stream", expires, item_id, listener_id):
            raise LinkError(
                "this link is not valid for you",
                help="open the song in Clearmix and press play; links are made for one listener",
                place=item_id,
            )
        if int(expires) < self._clock().timestamp():
            raise LinkError(
                "this link has expired",
                help="press play again to get a fresh one",
                place=item_id,
            )
        self._require_streamable(item)
        # INVARIANT: only the encoded copy is opened; a master never leaves the store.
        return Stream(self._store.local_path(self._copy(item).key), "audio/mp4")

    def may_hear(self, item_id: str, listener_id: str) -> bool:
        """Whether there is such an item for this listener."""
        try:
            self._item(item_id, listener_id)
        except NoStreamError:
            return False
        return True

    # --- plays -----------------------------------------------------------------------------------

    def record_play(
        self, play_token: str, seconds: float, *, listener_id: str | None = None
    ) -> Play | None:
        """The play that a listening of that many seconds counts as, or None below the rule.

        A token counts once, however often it is sent. Nobody can have listened for longer than
        since the link was made, so no more than that is believed.

        Raises:
            LinkError: the token was not made by this service, or not for `listener_id`.
        """
        try:
            id, item, listener, issued = self._tokens.loads(play_token)
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkError(
                "this play token is not valid", help="press play again to get a fresh one"
            ) from error
        if listener_id not in (None, listener):
            raise LinkError("this play token belongs to another listener", help="press play again")
        now = self._clock()
        heard = min(float(seconds), now.timestamp() - issued + CLOCK_SLACK_SECONDS)
        if not heard >= PLAY_SECONDS:
            return None
        play = Play(id=id, item=item, listener=listener, seconds=heard, played_at=now)
        self._royalties.record(play)
        return play

    # --- items -----------------------------------------------------------------------------------

    def _item(self, item_id: str, listener_id: str) -> Recording | Render:
        try:
            if _RENDER_ID.fullmatch(item_id):
                render = self._rendering.render(item_id)
                # INVARIANT: a private render exists for nobody but the listener who made it.
                if render.listener == listener_id:
                    return render
            else:
                recording = self._catalogue.recording(item_id)
                if recording.id == item_id:
                    return recording
        except (CatalogueError, RenderError):
            pass
        raise NoStreamError(
            f"nothing to play at `{item_id}`",
            help="choose a song of the catalogue or one of your own remixes",
        )

    def _require_streamable(self, item: Recording | Render) -> None:
        if isinstance(item, Recording):
            return
        refusal = self._clearance.may_stream(item)
        if refusal is not None:
            raise WithdrawnError(
                refusal.reason,
                help="ask for another remix; what was owed for earlier plays is still paid",
                place=item.id,
            )

    def _copy(self, item: Recording | Render) -> StreamCopy:
        if isinstance(item, Recording):
            return self._copies.of_master(item.audio_key)
        return self._copies.of_render(item.audio_key)

    def _credits(self, render: Render, listener_id: str) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for source in render.sources:
            item = self._item(source, listener_id)
            artists = (
                item.artist_names
                if isinstance(item, Recording)
                else self._credits(item, listener_id)
            )
            names.update(dict.fromkeys(artists))
        return tuple(names)

    def _pace(self, render: Render, source: str | None, listener_id: str) -> float:
        """Seconds of the source that pass in one second of the render.

        By their tempos if both are known, else by their lengths; a render that was asked for in
        another form or length runs beside its source second by second.
        """
        if source is None:
            return 1.0
        item = self._item(source, listener_id)
        if isinstance(item, Recording):
            was = item.analysis.tempo_bpm
        else:
            was = item.measured.get("tempo_bpm")
        now = render.measured.get("tempo_bpm")
        if was and now:
            return float(now) / float(was)
        return item.seconds / render.seconds if render.spec.structure is None else 1.0
