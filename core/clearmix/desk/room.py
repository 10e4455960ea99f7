"""The desk as a room of the kernel: what one party sees of its tracks, and decides about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Unpack

from sqlmodel import col, func, select

from clearmix.desk.effects import TRIED, Effect, Opening, effect, opening
from clearmix.desk.holdings import concerned, holds_work, recordings_held
from clearmix.desk.terms import Terms, default_in_words, terms_of
from clearmix.errors import ClearanceError, RenderError
from clearmix.storage.columns import utc_now
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.rendering import SharedRow

if TYPE_CHECKING:
    from clearmix.catalogue import Party, Recording
    from clearmix.clearance import Cleared, Consent
    from clearmix.clearance.approvals import Answer, Approval
    from clearmix.clearance.consents import About
    from clearmix.kernel import Kernel
    from clearmix.rendering.models import Render


@dataclass(frozen=True)
class Remix:
    """A remix that everybody may hear; `stopped` says why it does not play, if it does not."""

    render: Render
    shared_at: datetime
    plays: int
    stopped: str


class Desk:
    """One party's tracks, answers, remixes, terms and approvals.

    INVARIANT: nothing is shown of, and nothing done to, tracks in which the party has no part.
    """

    def __init__(self, kernel: Kernel, party: Party) -> None:
        self._kernel = kernel
        self.party = party

    @cached_property
    def recordings(self) -> tuple[Recording, ...]:
        """The recordings in which the party, or one under it, has a part; by title."""
        return recordings_held(self.party.id, self._kernel.catalogue)

    # --- consent ---------------------------------------------------------------------------------

    @property
    def default(self) -> str:
        """What counts where the party has answered nothing and no rule applies, in words."""
        names = {party.id: party.name for party in self._kernel.catalogue.parties()}
        return default_in_words(self.party.default_consent, names)

    def answers(self) -> tuple[Consent, ...]:
        """The party's answers that hold or will, the latest first."""
        return self._kernel.consent.show(self.party.id)[::-1]

    def history(self) -> tuple[Consent, ...]:
        """Every answer that the party has given, the latest first."""
        return self._kernel.consent.history(self.party.id)[::-1]

    def suppose(
        self, answer: Literal["allow", "refuse"], kind: str, **about: Unpack[About]
    ) -> Effect:
        """What an answer would change; nothing is recorded.

        Raises:
            ClearanceError: the answer could not be recorded either; why is said.
        """
        self._require_held(about.get("recording"), about.get("work"))
        thought_of = self._kernel.consent.proposed(self.party.id, answer, kind, **about)
        tracks = [
            row
            for row in self.recordings
            if thought_of.recording in (None, row.id) and thought_of.work in (None, row.work)
        ]
        ids = {row.id for row in tracks}
        shared = self._shared()
        remixes = [(one, one.id in shared) for one, of in self._made() if not ids.isdisjoint(of)]
        return effect(thought_of, self._kernel.clearance, tracks, remixes)

    def answer(
        self, answer: Literal["allow", "refuse"], kind: str, **about: Unpack[About]
    ) -> Consent:
        """Records an answer of the party; it holds at once.

        Raises:
            ClearanceError: the recording or work is not the party's, or a field is wrong.
        """
        self._require_held(about.get("recording"), about.get("work"))
        return self._kernel.consent.set(self.party.id, answer, kind, **about)

    def standing(self) -> tuple[tuple[Recording, tuple[Opening, ...]], ...]:
        """Each track with what a listener on the top plan may have made of it now."""
        clearance = self._kernel.clearance
        return tuple(
            (row, tuple(opening(row, kind, clearance, clearance) for kind in TRIED["any"]))
            for row in self.recordings
        )

    # --- remixes ---------------------------------------------------------------------------------

    def remixes(self) -> tuple[Remix, ...]:
        """The remixes of the party's tracks that everybody may hear, the latest first."""
        shared = self._shared()
        found = [render for render, _ in self._made() if render.id in shared]
        plays = self._plays([render.id for render in found])
        remixes = []
        for render in found:
            refusal = self._kernel.clearance.may_stream(render, use="public")
            stopped = refusal.reason if refusal else ""
            remixes.append(Remix(render, shared[render.id], plays.get(render.id, 0), stopped))
        return tuple(sorted(remixes, key=lambda one: one.shared_at, reverse=True))

    @property
    def private_remixes(self) -> int:
        """How many remixes of the party's tracks only their makers hear; no more is told."""
        shared = self._shared()
        return sum(render.id not in shared for render, _ in self._made())

    def take_down(self, render_id: str, because: str = "") -> None:
        """Removes a public remix of one of the party's tracks for everybody.

        Raises:
            RenderError: no public remix of the party's tracks has that id.
        """
        if render_id not in {one.render.id for one in self.remixes()}:
            raise RenderError(
                f"no public remix `{render_id}` of {self.party.name}",
                help="choose one of the list; it may be down already",
            )
        self._kernel.rendering.remove(render_id, self.party.id, because)

    # --- terms and approvals ---------------------------------------------------------------------

    def terms(self) -> tuple[Terms, ...]:
        """The policies in force that bind the party's tracks, in plain English."""
        catalogue = self._kernel.catalogue
        return terms_of(
            self._kernel.policies.current().policies,
            utc_now(),
            concerned(self.recordings, catalogue),
            self.recordings,
            {"platform": "the platform", **{one.id: one.name for one in catalogue.parties()}},
        )

    def approvals(self) -> tuple[Approval, ...]:
        """Everything that the party was asked to approve, the latest first."""
        return self._kernel.clearance.approvals.listed(party=self.party.id)[::-1]

    def answer_approval(self, id: str, answer: Answer, reason: str = "") -> Cleared | None:
        """Answers what the party was asked; what comes of it, as `Kernel.answer_approval` says.

        Raises:
            ClearanceError: the party was not asked that, or it waits no more.
        """
        if id not in {one.id for one in self.approvals()}:
            raise ClearanceError(f"no approval `{id}`", help="choose one of those that wait")
        return self._kernel.answer_approval(id, answer, reason)

    # --- look-ups --------------------------------------------------------------------------------

    def _made(self) -> list[tuple[Render, frozenset[str]]]:
        """The renders of the party's tracks, each with the recordings it comes from."""
        held = {row.id for row in self.recordings}
        recordings = self._kernel.clearance.recordings
        found = []
        for render in self._kernel.rendering.renders():
            sources = frozenset(row.id for row in recordings(render.sources))
            if not held.isdisjoint(sources):
                found.append((render, sources))
        return found

    def _shared(self) -> dict[str, datetime]:
        query = select(SharedRow.render, SharedRow.shared_at).where(
            col(SharedRow.ended_at).is_(None)
        )
        with self._kernel.database.session() as session:
            return dict(session.exec(query).all())

    def _plays(self, ids: list[str]) -> dict[str, int]:
        query = (
            select(PlayRow.item_id, func.count())
            .where(col(PlayRow.item_id).in_(ids), col(PlayRow.fraud).is_(False))
            .group_by(PlayRow.item_id)
        )
        with self._kernel.database.session() as session:
            return dict(session.exec(query).all())

    def _require_held(self, recording: str | None, work: str | None) -> None:
        if recording is not None and recording not in {row.id for row in self.recordings}:
            raise ClearanceError(
                f"`{recording}` is no track of {self.party.name}",
                help="choose one of your tracks, or leave it open to mean all of them",
                place="recording",
            )
        if work is not None and not holds_work(self.party.id, work, self._kernel.catalogue):
            raise ClearanceError(
                f"`{work}` is no work of {self.party.name}",
                help="choose a work in which you have a share, or leave it open to mean all",
                place="work",
            )
