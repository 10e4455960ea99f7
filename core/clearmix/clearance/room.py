"""Clearance as a room of the kernel: from a spec and a listener to a recorded decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, func, select

from clearmix.catalogue import Catalogue, Recording
from clearmix.clearance.approvals import Approvals
from clearmix.clearance.consents import Consent, Consents, Supposed
from clearmix.clearance.counterfactual import Offer, offer
from clearmix.clearance.facts import Asked, Facts, with_recordings
from clearmix.clearance.filtering import Held, Openings
from clearmix.clearance.log import DecisionLog, LogEntry, differences
from clearmix.clearance.policies import Policies
from clearmix.clearance.standing import Standing
from clearmix.contracts.generators import FindsGenerators
from clearmix.errors import ClearanceError, ClearmixError
from clearmix.rendering.models import Render
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import ApprovalRow, ConsentRow, PolicyEventRow
from clearmix.storage.tables.rendering import RenderRow, SharedRow
from clearmix_rules import Decision, Outcome, Request, RightsError

_NEWEST = sa.select(
    *(
        sa.select(func.max(column)).scalar_subquery()
        for column in (
            ConsentRow.id,
            PolicyEventRow.number,
            ApprovalRow.answered_at,
            RenderRow.removed_at,
            SharedRow.ended_at,
        )
    )
)
"""The newest of everything that may end a stream, in one query."""

# Built once, as every decision asks them.
_SOURCES = select(RenderRow.sources).where(col(RenderRow.id) == bindparam("render"))

_MADE = (
    select(func.count())
    .select_from(RenderRow)
    .where(
        col(RenderRow.listener) == bindparam("of"),
        col(RenderRow.created_at) >= bindparam("since"),
        col(RenderRow.created_at) < bindparam("until"),
    )
)
"""How many renders a listener had made in some time."""


@dataclass(frozen=True)
class Cleared:
    """A decision with its number in the log.

    `spec` is the spec asked for with its sources by id; `nearest` is the nearest spec that would be
    permitted when this one is not, and `nearest_words` says what it changes, or which request would
    only have to wait for an approval.
    """

    decision: Decision
    number: int
    spec: RemixSpec
    nearest: RemixSpec | None
    nearest_words: str = ""

    @property
    def reasons(self) -> str:
        """Why, in sentences, each said once; empty when nothing is to be said."""
        return " ".join(dict.fromkeys(one.text for one in self.decision.reasons))

    def as_json(self) -> dict[str, Any]:
        """The decision in JSON's types."""
        decision = self.decision.as_json()
        return {
            "outcome": self.decision.outcome.value,
            "reasons": decision["reasons"],
            "rules": decision["rules"],
            "duties": decision["duties"],
            "nearest_allowed": self.nearest.as_json() if self.nearest else None,
            "nearest_words": self.nearest_words,
            "hash": self.decision.hash,
            "number": self.number,
            "spec": self.spec.as_json(),
        }


@dataclass(frozen=True)
class Replayed:
    """An entry of the log decided again; `differences` is empty if the answer is the same."""

    entry: LogEntry
    decision: Decision
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the hash is the one that was recorded."""
        return not self.differences


@dataclass(frozen=True)
class Refusal:
    """Why a published remix is not streamed any more, in a listener's words."""

    reason: str


class Clearance:
    """Decides, explains and records."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        consents: Consents,
        policies: Policies,
        *,
        generator: FindsGenerators,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._policies = policies
        self._generator = generator
        self._consents = consents
        self._facts = Facts(catalogue, consents)
        self.log = DecisionLog(database)
        self.approvals = Approvals(database)
        self._streams: Standing[Refusal | None] = Standing(self.state)

    def supposing(self, consent: Consent) -> Clearance:
        """Clearance as it would be after one more answer: to ask what it would change."""
        return Clearance(
            self._database,
            self._catalogue,
            Supposed(self._database, consent),
            self._policies,
            generator=self._generator,
        )

    def recordings(self, sources: Sequence[str]) -> tuple[Recording, ...]:
        """The recordings that sources come down to; a render inherits those of its own."""
        return with_recordings(sources, self._catalogue.recording, self._render_sources)

    def decide(
        self,
        spec: RemixSpec,
        listener_id: str = "local",
        *,
        generator: str | None = None,
        at: datetime | None = None,
        known_at: datetime | None = None,
    ) -> Cleared:
        """The decision on a spec, recorded in the log.

        Args:
            spec: what is asked for; it must name its source.
            listener_id: who asks.
            generator: id of the generator that would make it; the preferred one by default.
            at: the moment that counts as now, for the policies in force and for every date.
            known_at: decide with the policies and consents that were known at that moment.

        Raises:
            ClearanceError: the facts do not make a request; nothing was decided.
            CatalogueError: the listener, a source or a party is unknown.
            PluginError: the generator is unknown.
        """
        policies = self._policies.current()  # which also records what has come or gone since
        if known_at is not None:
            policies = self._policies.known_at(known_at)
        with self._database.snapshot():
            asked = self._asked(spec, listener_id, generator, at or utc_now(), known_at)
            request = self._request(asked)
        decision = policies.policies.decide(request)
        found = Offer()
        if not decision.permitted:
            found = offer(
                asked.spec,
                asked.recordings[0].analysis,
                request,
                policies.policies,
                lambda other: self._request(replace(asked, spec=other)),
            )
        number = self.log.append(
            decision,
            decided_at=utc_now(),
            listener=listener_id,
            spec=asked.spec.as_json(),
            policies=policies.hashes,
        )
        return Cleared(decision, number, asked.spec, found.spec, found.words)

    def replay(self, number: int) -> Replayed:
        """An entry of the log decided again, from the policies and the request that it names.

        Raises:
            ClearanceError: there is no such entry, or its policies are not recorded.
        """
        entry = self.log.existing(number)
        policies = self._policies.recorded(entry.policies)
        decision = policies.policies.decide(Request.from_json(entry.request))
        return Replayed(entry, decision, differences(entry, decision))

    def request(
        self, spec: RemixSpec, listener_id: str = "local", *, generator: str | None = None
    ) -> dict[str, Any]:
        """The request that a spec makes, describing every party of the catalogue, in JSON's types.

        A spec that names no source stands for any track: it is measured on the first one.

        Raises:
            ClearanceError: the catalogue is empty.
        """
        if not spec.sources:
            first = next(iter(self._catalogue.recordings()), None)
            if first is None:
                raise ClearanceError(
                    "the catalogue is empty", help="`clearmix catalogue add FILE ...` adds a song"
                )
            spec = spec.merged({"sources": [first.id]})
        asked = self._asked(spec, listener_id, generator, utc_now(), None)
        return self._facts.request(asked, everyone=True)

    def tracks(self) -> Iterator[dict[str, Any]]:
        """Every recording as the rights language's requests and catalogues have it."""
        return self._facts.tracks()

    def would_permit(self, spec: RemixSpec, listener_id: str, generator: str | None = None) -> bool:
        """Whether a spec would be permitted now; nothing is recorded, so nothing may be made of it.

        For what is offered to a listener before anything is asked for, and for what is on its way.
        """
        return self._would_be(spec, listener_id, generator) is Outcome.PERMITTED

    def would_allow(self, spec: RemixSpec, listener_id: str) -> bool:
        """Whether a spec would be permitted now, or once everybody who has to be asked says yes."""
        return self._would_be(spec, listener_id) in (Outcome.PERMITTED, Outcome.REFERRED)

    def _would_be(
        self, spec: RemixSpec, listener_id: str, generator: str | None = None
    ) -> Outcome | None:
        try:
            policies = self._policies.current().policies
            with self._database.snapshot():
                asked = self._asked(spec, listener_id, generator, utc_now(), None)
                return policies.decide(self._request(asked)).outcome
        except ClearmixError:
            return None

    def openings(self, listener_id: str, kind: str = "remix") -> Openings:
        """How far songs are open to a listener now; quick for a thousand, and nothing is recorded.

        It is asked for what the generator that is preferred for that kind of spec would make.

        Raises:
            CatalogueError: the listener is unknown.
        """
        now = utc_now()
        held = Held(self._catalogue, self._consents, now)
        asked = Asked(
            spec=RemixSpec(),
            listener=self._catalogue.listener(listener_id),
            recordings=(),
            generator=self._generator(None, kind),
            renders_this_month=self._renders_this_month(listener_id, now),
            now=now,
        )
        return Openings(asked, Facts(held, held), self._policies.current().policies)

    def may_stream(self, render: Render, *, use: str | None = None) -> Refusal | None:
        """Why a published remix may not be played now; None when it may.

        It is played by the use that it was made for, or by another `use` that came later.

        INVARIANT: nothing is streamed after the consent it rests on was withdrawn, unless who
        withdrew it chose to keep existing remixes: the rules are asked again with the time the
        remix was made, and any forbid stops it. Terms that only bind the making of a remix (a
        plan, a quota, a missing permit since then) do not. An answer stands for a few seconds as
        long as nothing is recorded: whatever is, is seen by the next request.
        """
        question = (render.id, render.created_at, use)
        return self._streams.answer(question, lambda: self._refusal(render, use))

    def may_be_heard(
        self, job: str, spec: RemixSpec, listener_id: str, generator: str
    ) -> Refusal | None:
        """Why a remix on its way may not be heard any more; None when it may.

        INVARIANT: it is heard only as long as it might be begun now. An answer stands as that of
        `may_stream` does.
        """

        def refusal() -> Refusal | None:
            if self.would_permit(spec, listener_id, generator):
                return None
            return Refusal("the permission for it ended while it was made")

        return self._streams.answer((job, generator), refusal)

    def _refusal(self, render: Render, use: str | None) -> Refusal | None:
        spec = render.spec if use is None else render.spec.merged({"use": use})
        asked = self._asked(spec, render.listener, None, utc_now(), None, render.created_at)
        decision = self._policies.current().policies.decide(self._request(asked))
        if decision.outcome not in (Outcome.FORBIDDEN, Outcome.IN_ERROR):
            return None
        return Refusal(" ".join(reason.text for reason in decision.reasons))

    def state(self) -> tuple[object, ...]:
        """What changes whenever something is recorded that may end a stream or a render.

        That is an answer of a party, a policy that came or went, an approval, a render that was
        removed, or one that is shared no more.
        """
        return self._database.once(_NEWEST, self._newest)

    def _newest(self) -> tuple[object, ...]:
        self._policies.current()  # which records what has come or gone
        with self._database.session() as session:
            return tuple(session.connection().execute(_NEWEST).one())

    def _asked(
        self,
        spec: RemixSpec,
        listener_id: str,
        generator: str | None,
        now: datetime,
        known_at: datetime | None,
        rendered_at: datetime | None = None,
    ) -> Asked:
        recordings = self.recordings(spec.sources)
        direct = {row.id: row.id for row in recordings}
        named = {row.title.casefold(): row.id for row in recordings}
        by_isrc = {row.isrc: row.id for row in recordings if row.isrc}
        sources = [
            direct.get(source) or by_isrc.get(source) or named.get(source.casefold()) or source
            for source in spec.sources
        ]
        spec = spec.merged({"sources": sources})
        return Asked(
            spec=spec,
            listener=self._catalogue.listener(listener_id),
            recordings=recordings,
            generator=self._generator(generator, spec.kind),
            renders_this_month=self._renders_this_month(listener_id, now),
            now=now,
            known_at=known_at,
            rendered_at=rendered_at,
            approvals=self.approvals.facts(spec, listener_id, known_at),
        )

    def _request(self, asked: Asked) -> Request:
        try:
            return Request.from_json(self._facts.request(asked))
        except RightsError as error:
            raise ClearanceError(error.message, help=error.help, place="facts") from error

    def _render_sources(self, id: str) -> Sequence[str] | None:
        with self._database.session() as session:
            return session.exec(_SOURCES, params={"render": id}).first()

    def _renders_this_month(self, listener_id: str, now: datetime) -> int:
        start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        with self._database.session() as session:
            asked = {"of": listener_id, "since": start, "until": now}
            return session.exec(_MADE, params=asked).one()
