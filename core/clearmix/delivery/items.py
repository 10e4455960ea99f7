"""What there is to hear for a listener: recordings, own renders, renders that others share."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, select

from clearmix.catalogue.models import Recording
from clearmix.display import Display, display_of_render
from clearmix.errors import CatalogueError, NoStreamError, RenderError, WithdrawnError
from clearmix.rendering.jobs import OPEN_STATES
from clearmix.rendering.models import Render
from clearmix.rendering.previewing import KEPT
from clearmix.spec import RemixSpec
from clearmix.storage.database import Database
from clearmix.storage.tables.rendering import RenderRow, SharedRow
from clearmix_rules import Outcome

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.clearance import Clearance, Cleared
    from clearmix.rendering import Rendering

_RENDER_ID = re.compile(r"[0-9a-f]{16}")

PUBLIC = "public"
"""The use that sharing a render is."""


@dataclass(frozen=True)
class Remaking:
    """A render on its way, as its maker hears it; `whole` once no more sound will come."""

    job: str
    whole: bool


class Items:
    """Recordings and renders by id, each for the listeners who may hear it."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        clearance: Clearance,
        rendering: Rendering,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clearance = clearance
        self._rendering = rendering
        self._clock = clock

    def item(self, item_id: str, listener_id: str) -> Recording | Render:
        """The item of that id for this listener.

        Raises:
            NoStreamError: there is none for this listener.
            WithdrawnError: a rights-holder took it down.
        """
        with self._database.snapshot():
            return self._item(item_id, listener_id)

    def _item(self, item_id: str, listener_id: str) -> Recording | Render:
        try:
            if _RENDER_ID.fullmatch(item_id):
                self._require_up(item_id)
                render = self._rendering.render(item_id)
                # INVARIANT: a render that is not shared exists for nobody but who made it, and
                # whoever was asked to let it be shared.
                if (
                    render.listener == listener_id
                    or self.shared(item_id)
                    or self._asked_about(item_id, listener_id)
                ):
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

    def displays(self, items: Collection[Recording | Render]) -> dict[str, Display]:
        """How each of some items is shown, by id."""
        recordings = [one for one in items if isinstance(one, Recording)]
        shown = dict(self._catalogue.displays(recordings)) if recordings else {}
        return shown | {
            one.id: display_of_render(one.label) for one in items if isinstance(one, Render)
        }

    def _require_up(self, render_id: str) -> None:
        """Raises WithdrawnError when a public render was taken down: whoever heard it may know."""
        removal = self._rendering.removal(render_id)
        if removal is None or not self.shared(render_id):
            return
        said = f": “{removal.because}”" if removal.because else ""
        raise WithdrawnError(
            f"{self._catalogue.party(removal.by).name} took this remix down{said}",
            help="ask for another remix; what was owed for earlier plays is still paid",
            place=render_id,
        )

    def _asked_about(self, render_id: str, user: str) -> bool:
        """Whether a render waits for the approval of the party that a user signs in for."""
        party = self._catalogue.party_of(user)
        return party is not None and any(
            one.render == render_id and one.state == "waiting"
            for one in self._clearance.approvals.listed(party=party)
        )

    def own_render(self, render_id: str, listener_id: str) -> Render:
        """The render that this listener had made; raises NoStreamError when there is none."""
        item = self.item(render_id, listener_id)
        if isinstance(item, Recording) or item.listener != listener_id:
            raise NoStreamError(f"no render `{render_id}` of yours", help="choose one of yours")
        return item

    def maker(self, item_id: str) -> str | None:
        """The listener who had an item made; None of a recording."""
        render = self._rendering.find(item_id)
        return render.listener if render else None

    def require_streamable(self, item: Recording | Render, listener_id: str) -> None:
        """Raises WithdrawnError when a rights-holder's answer forbids streaming it now.

        Whoever did not make it hears it by the use `public`, which must be permitted still.
        """
        if isinstance(item, Recording):
            return
        use = None if item.listener == listener_id else PUBLIC
        refusal = self._clearance.may_stream(item, use=use)
        if refusal is not None:
            raise WithdrawnError(
                refusal.reason,
                help="ask for another remix; what was owed for earlier plays is still paid",
                place=item.id,
            )

    def require_remaking(self, job_id: str, listener_id: str) -> Remaking:
        """The render on its way for its maker, or published a moment ago.

        Raises:
            NoStreamError: there is no such job of this listener, or its preview is over.
            WithdrawnError: a rights-holder's answer forbids streaming it now.
        """
        try:
            row = self._rendering.jobs.row(job_id)
        except RenderError:
            row = None
        # INVARIANT: a preview exists for nobody but the listener who asked for it.
        if row is not None and row.listener == listener_id:
            if row.state in OPEN_STATES:
                spec = RemixSpec.from_json(row.spec)
                refusal = self._clearance.may_be_heard(job_id, spec, listener_id, row.generator)
                if refusal is not None:
                    raise WithdrawnError(
                        refusal.reason, help="nothing is charged; ask for something else"
                    )
                return Remaking(job_id, whole=row.step not in ("decide", "generate"))
            if row.render is not None and self._clock() - row.updated_at < KEPT:
                self.require_streamable(self.item(row.render, listener_id), listener_id)
                return Remaking(job_id, whole=True)
        raise NoStreamError(
            "there is nothing to hear of it", help="press play when the remix is ready"
        )

    # --- sharing ---------------------------------------------------------------------------------

    def sharing(self, render_id: str, listener_id: str) -> Cleared:
        """The decision on letting everybody hear a render, which nothing is shared by.

        Raises:
            NoStreamError: this listener made no such render.
        """
        render = self.own_render(render_id, listener_id)
        spec = render.spec.merged({"use": PUBLIC})
        return self._clearance.decide(spec, listener_id, generator=render.generator)

    def share(self, render_id: str, listener_id: str) -> Cleared:
        """The decision on letting everybody hear a render; it is shared if that is permitted.

        Where it waits for an approval, that is asked for, and it is shared once it is given.

        Raises:
            NoStreamError: this listener made no such render.
            WithdrawnError: no more than a part of it may be shared.
        """
        render = self.own_render(render_id, listener_id)
        cleared = self.sharing(render_id, listener_id)
        longest_ms = cleared.decision.duties.max_length_ms
        if longest_ms is not None and render.seconds * 1000 > longest_ms:
            raise WithdrawnError(
                f"at most {longest_ms / 1000:g} seconds of it may be shared",
                help="ask for a remix of that length, then share that one",
                place=render.id,
            )
        if cleared.decision.outcome is Outcome.REFERRED:
            approvals = self._clearance.approvals
            approvals.ask(cleared, listener_id, render.generator, render=render.id)
        if cleared.decision.permitted:
            like = self._sounds_like(render)
            with self._database.session(write=True) as session:
                session.merge(
                    SharedRow(render=render.id, decision=cleared.number, sounds_like=like)
                )
        return cleared

    def compare_next(self) -> str | None:
        """The oldest shared render that was compared with no other, now compared; None if all were.

        Those are from before renders were compared when they are shared.
        """
        query = (
            select(SharedRow.render)
            .where(col(SharedRow.ended_at).is_(None), col(SharedRow.sounds_like).is_(None))
            .order_by(col(SharedRow.shared_at), col(SharedRow.render))
        )
        with self._database.session() as session:
            id = session.exec(query).first()
        if id is None:
            return None
        found = self._rendering.find(id)
        like = id if found is None else self._sounds_like(found)
        with self._database.session(write=True) as session:
            row = session.get(SharedRow, id)
            if row is not None:
                row.sounds_like = like
                session.add(row)
        return id

    def _sounds_like(self, render: Render) -> str:
        """The first shared render that one sounds nearly like, which may be itself."""
        return self._rendering.alike(render.id, self._shared_from(render)) or render.id

    def _shared_from(self, render: Render) -> list[str]:
        """Of the other shared renders of the same recordings, one for each that sounds its own way.

        A render that was taken back still stands for those that sound like it.
        """
        query = (
            select(SharedRow.sounds_like, RenderRow.sources)
            .join(RenderRow, col(RenderRow.id) == col(SharedRow.render))
            .where(
                col(SharedRow.ended_at).is_(None),
                col(SharedRow.sounds_like).is_not(None),
                SharedRow.render != render.id,
            )
            .order_by(col(SharedRow.shared_at), col(SharedRow.render))
        )
        with self._database.session() as session:
            rows = session.exec(query).all()
        sources = list(render.sources)
        found = dict.fromkeys(like for like, its in rows if its == sources)
        return [] if render.id in found else [like for like in found if like]

    def unshare(self, render_id: str, listener_id: str) -> None:
        """Takes a render back: nobody but its maker hears it from now on."""
        self.own_render(render_id, listener_id)
        with self._database.session(write=True) as session:
            row = session.get(SharedRow, render_id)
            if row is not None and row.ended_at is None:
                row.ended_at = self._clock()
                session.add(row)

    def shared(self, render_id: str) -> bool:
        """Whether its maker lets everybody hear a render."""
        with self._database.session() as session:
            row = session.get(SharedRow, render_id)
        return row is not None and row.ended_at is None
