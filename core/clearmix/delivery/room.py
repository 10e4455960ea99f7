"""Delivery as a room of the kernel: who may stream what, checked again at every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from clearmix.catalogue.models import Recording
from clearmix.delivery.items import Items
from clearmix.delivery.links import Links
from clearmix.delivery.listenings import Listenings
from clearmix.delivery.models import (
    Exported,
    Held,
    Play,
    Sent,
    Streamable,
    StreamLink,
)
from clearmix.delivery.personal import PersonalStreams
from clearmix.delivery.plays import Plays
from clearmix.delivery.sending import MAIN, Personal, Sending, Streamed
from clearmix.delivery.signing import signing_key
from clearmix.delivery.waveforms import Waveforms
from clearmix.errors import NoStreamError, UnreadyError, WithdrawnError
from clearmix.rendering.disclosing import artists_of
from clearmix.rendering.models import Render
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.delivery import ListeningRow

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.clearance import Clearance
    from clearmix.contracts import SignalLabeler
    from clearmix.rendering import Rendering
    from clearmix.royalties import Royalties


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
        labeler: Callable[[], SignalLabeler | None] = lambda: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._store = store
        self._settings = settings
        self._catalogue = catalogue
        self._clearance = clearance
        self._rendering = rendering
        self._royalties = royalties
        self._clock = clock
        self.items = Items(database, catalogue, clearance, rendering, clock)
        self._listenings = Listenings(database)
        self._waveforms = Waveforms(database, store)
        self._personal = PersonalStreams(
            store, settings.home / "cache" / "listenings", labeler, settings.service
        )
        self._sending = Sending(rendering.renditions, rendering.previews, self._personal)

    @cached_property
    def _key(self) -> bytes:
        return signing_key(self._settings.keys)

    @cached_property
    def _plays(self) -> Plays:
        return Plays(self._listenings, self.items, self._royalties, self._key, self._clock)

    @cached_property
    def _links(self) -> Links:
        return Links(
            self._database,
            self._listenings,
            self.items,
            self._plays,
            key=self._key,
            state=self._clearance.state,
            clock=self._clock,
        )

    # --- links -----------------------------------------------------------------------------------

    def play(
        self, item_id: str, listener_id: str, *, address: str = "", patient: bool = True
    ) -> tuple[StreamLink, Streamable]:
        """A link for one play of one item by this listener alone, and what a player shows of that.

        Args:
            item_id: a recording, or a render that this listener may hear.
            listener_id: who will hear it.
            address: where the request came from; only a keyed hash of it is kept.
            patient: whether to wait for the picture of a sound that was never played before.

        Raises:
            NoStreamError: there is no such item for this listener.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
            BusyError: the listener opened too many just now.
            UnreadyError: its picture has to be drawn, and whoever asks is not `patient`.
        """
        if patient:
            self._about(item_id, listener_id)  # which draws its picture, where there is none
        with self._database.snapshot():
            item = self._streamable(item_id, listener_id)
            shown = self._about(item_id, listener_id, patient=False)
        return self._linked(item, listener_id, address), shown

    def _streamable(self, item_id: str, listener_id: str) -> Recording | Render:
        with self._database.snapshot():
            item = self.items.item(item_id, listener_id)
            self.items.require_streamable(item, listener_id)
        return item

    def _linked(self, item: Recording | Render, listener_id: str, address: str) -> StreamLink:
        link = self._links.opened(item.id, listener_id, address)
        if isinstance(item, Render) and self._personal.wanted():
            self._personal.begin(link.listening, item)
            return link
        return replace(link, sealed=self._sending.sealed(item))

    def preview_link(self, job_id: str, listener_id: str) -> StreamLink | None:
        """A link to what can be heard of a render on its way; None while that is too little.

        Raises:
            NoStreamError: there is no such job of this listener, or its preview is over.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
        """
        self.items.require_remaking(job_id, listener_id)
        if not self._sending.preview_began(job_id):
            return None
        return self._links.opened(job_id, listener_id, preview=True)

    def _about(self, item_id: str, listener_id: str, *, patient: bool = True) -> Streamable:
        """What a player shows of an item that this listener may hear."""
        with self._database.snapshot():
            item = self.items.item(item_id, listener_id)
            waveform = self._waveforms.drawn(item.audio_key)
            if waveform is not None:
                return self._shown(item, waveform, listener_id)
        if not patient:
            raise _unready(item_id)
        waveform = self._waveforms.of(item.audio_key)
        with self._database.snapshot():
            return self._shown(item, waveform, listener_id)

    def _shown(
        self, item: Recording | Render, waveform: tuple[int, ...], listener_id: str
    ) -> Streamable:
        display = self.items.displays([item])[item.id]
        if isinstance(item, Recording):
            return Streamable(
                item=item.id,
                kind="original",
                title=item.title,
                artists=item.artist_names,
                label="",
                made_by=display.made_by,
                badge=display.badge,
                sentence=display.sentence,
                seconds=item.seconds,
                lufs=item.analysis.loudness_lufs,
                waveform=waveform,
            )
        # A shared remix of a private one: only its maker hears both.
        source = self._heard(item.sources[0], listener_id) if item.sources else None
        return Streamable(
            item=item.id,
            kind="remix",
            title=item.title,
            artists=artists_of(self._clearance.recordings(item.sources)),
            label=item.label,
            made_by=display.made_by,
            badge=display.badge,
            sentence=display.sentence,
            seconds=item.seconds,
            lufs=item.lufs,
            waveform=waveform,
            compare_with=source.id if source else None,
            compare_seconds=_pace(item, source),
        )

    # --- streams ---------------------------------------------------------------------------------

    def open(
        self,
        expires: str,
        signed: str,
        listening: str,
        file: str,
        listener_id: str,
        *,
        patient: bool = True,
    ) -> Sent | Held:
        """A file beside a link's playlist, after every check has been made again.

        A segment that lies too far ahead of play is held: ask again when its time has come.

        Raises:
            NoStreamError: there is no such item or file for this listener.
            UnreadyError: it has to be encoded first, and whoever asks is not `patient`.
            LinkError: the link was changed, has expired, or was made for someone else.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
        """
        row, checked = self._links.checked(expires, signed, listening, listener_id)
        item: Streamed = checked
        if self._personal.has(row.id):
            item = Personal(row.id)
        if not patient and self._sending.takes_long(item, file):
            raise _unready(file)
        if file == MAIN:
            return self._sending.main(item)
        if number := self._sending.segment(file):
            seconds = self._sending.seconds(item, file)
            held = self._listenings.send(row, number - 1, seconds, self._clock())
            if held:
                return Held(held)
        # INVARIANT: only pieces of renditions are read here; a master never leaves the store.
        return self._sending.file(item, file)

    def listening(self, id: str) -> ListeningRow:
        """The listening of that id; raises NoStreamError when there was none."""
        row = self._listenings.find(id)
        if row is None:
            raise NoStreamError(f"no listening `{id}`", help="it may have been erased")
        return row

    def require_going_on(self, expires: str, signed: str, listening: str, listener_id: str) -> None:
        """Raises what `open` would raise now; for whoever watches over a stream."""
        self._links.checked(expires, signed, listening, listener_id)

    def may_hear(self, item_id: str, listener_id: str) -> bool:
        """Whether there is such an item for this listener."""
        return self._heard(item_id, listener_id) is not None

    def _heard(self, item_id: str, listener_id: str) -> Recording | Render | None:
        try:
            return self.items.item(item_id, listener_id)
        except (NoStreamError, WithdrawnError):
            return None

    def export(self, render_id: str, listener_id: str) -> Exported:
        """The decision on taking a render out as an M4A file, and the file if it is permitted.

        Taking it out is a use of its own, `export`, so it is decided anew.

        Raises:
            NoStreamError: this listener made no such render.
            WithdrawnError: it may be exported, but not this file: it is longer than that allows,
                or lacks a mark that an exported file must carry.
        """
        render = self.items.own_render(render_id, listener_id)
        cleared = self._clearance.decide(
            render.spec.merged({"use": "export"}), listener_id, generator=render.generator
        )
        if not cleared.decision.permitted:
            return Exported(cleared, None)
        duties = cleared.decision.duties
        longest_ms = duties.max_length_ms
        if longest_ms is not None and render.seconds * 1000 > longest_ms:
            raise WithdrawnError(
                f"at most {longest_ms / 1000:g} seconds of it may be taken out",
                help="ask for a remix of that length, then take that one out",
                place=render.id,
            )
        missing = {*duties.marks, *duties.watermarks} - {mark.labeler for mark in render.marks}
        if missing - {"watermark"}:
            raise WithdrawnError(
                f"an exported file must carry the mark `{min(missing)}`, and this one does not",
                help="have the remix made again, then take that one out",
                place=render.id,
            )
        return Exported(cleared, self._store.local_path(render.audio_key))

    def record_play(
        self, play_token: str, seconds: float, *, listener_id: str | None = None
    ) -> Play | None:
        """The play that a listening of that many seconds counts as, or None when it does not.

        Raises:
            LinkError: the token was not made by this service, not for `listener_id`, or is older
                than a day.
        """
        return self._plays.record(play_token, seconds, listener_id)


def _unready(what: str) -> UnreadyError:
    return UnreadyError(
        f"`{what}` takes some seconds to make", help="ask again in a moment", place=what
    )


def _pace(render: Render, source: Recording | Render | None) -> float:
    """Seconds of the source that pass in one second of the render.

    By their tempos if both are known, else by their lengths; a render that was asked for in another
    form or length runs beside its source second by second.
    """
    if source is None:
        return 1.0
    if isinstance(source, Recording):
        was = source.analysis.tempo_bpm
    else:
        was = source.measured.get("tempo_bpm")
    now = render.measured.get("tempo_bpm")
    if was and now:
        return float(now) / float(was)
    return source.seconds / render.seconds if render.spec.structure is None else 1.0
