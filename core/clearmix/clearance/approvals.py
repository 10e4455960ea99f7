"""Approvals: whom a referred request waits for, their answers, and what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from clearmix.errors import ClearanceError
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.clearance import ApprovalRow

if TYPE_CHECKING:
    from clearmix.clearance.room import Cleared

Answer = Literal["approve", "refuse"]
State = Literal["waiting", "approved", "refused", "lapsed"]

# Built once, as every decision asks it.
_ASKED = (
    select(ApprovalRow)
    .where(
        col(ApprovalRow.spec_hash) == bindparam("spec"),
        col(ApprovalRow.listener) == bindparam("of"),
    )
    .order_by(col(ApprovalRow.asked_at), col(ApprovalRow.id))
)

_SAID: dict[str | None, State] = {"approve": "approved", "refuse": "refused"}


@dataclass(frozen=True)
class Approval:
    """A party's answer that a request waits for, or has had; `deadline` None is without end.

    `reason` is what the party said with its answer, in its own words.
    """

    id: str
    request: str
    party: str
    listener: str
    spec: RemixSpec
    generator: str
    decision: int
    asked_at: datetime
    deadline: datetime | None
    state: State
    render: str | None
    job: str | None
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """What was asked and answered, in JSON's types."""
        return {
            "id": self.id,
            "party": self.party,
            "listener": self.listener,
            "state": self.state,
            "spec": self.spec.as_json(),
            "decision": self.decision,
            "render": self.render,
            "asked_at": self.asked_at.isoformat(),
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "reason": self.reason or None,
            "job": self.job,
        }


class Approvals:
    """What parties were asked, and what they said; an answer is given once."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def ask(
        self, cleared: Cleared, listener: str, generator: str, *, render: str | None = None
    ) -> tuple[Approval, ...]:
        """The answers that a referred request waits for; asked again, the same ones.

        A request that was refused or has lapsed can be made again: it is asked anew. `render` is
        what is to be shared once it is approved; without one, it is to be made.
        """
        now = self._clock()
        with self._database.session(write=True) as session:
            known = {
                row.party: row
                for row in _of(session, cleared.spec, listener)
                if self._state(row) in ("waiting", "approved") and row.render == render
            }
            request = next((row.request for row in known.values()), secrets.token_hex(8))
            for approval in cleared.decision.duties.approvals:
                if approval.party in known:
                    continue
                days = approval.within_days
                row = ApprovalRow(
                    id=secrets.token_hex(8),
                    request=request,
                    party=approval.party,
                    listener=listener,
                    spec=cleared.spec.as_json(),
                    spec_hash=cleared.spec.hash,
                    generator=generator,
                    decision=cleared.number,
                    asked_at=now,
                    deadline=None if days is None else now + timedelta(days=days),
                    render=render,
                )
                session.add(row)
                known[row.party] = row
            return tuple(self._approval(row) for _, row in sorted(known.items()))

    def listed(
        self, *, party: str | None = None, listener: str | None = None
    ) -> tuple[Approval, ...]:
        """Everything that was asked, oldest first; of one party or listener, if given."""
        query = select(ApprovalRow).order_by(col(ApprovalRow.asked_at), ApprovalRow.id)
        if party is not None:
            query = query.where(ApprovalRow.party == party)
        if listener is not None:
            query = query.where(ApprovalRow.listener == listener)
        with self._database.session() as session:
            return tuple(self._approval(row) for row in session.exec(query))

    def answer(self, id: str, answer: Answer, reason: str = "") -> tuple[Approval, ...]:
        """All answers of the request that one was given to, after it.

        `reason` is kept with it, for whoever asked.

        Raises:
            ClearanceError: nothing of that id waits, or its deadline has passed.
        """
        with self._database.session(write=True) as session:
            row = session.get(ApprovalRow, id)
            if row is None:
                raise ClearanceError(
                    f"no approval `{id}`", help="`clearmix approvals list` shows what waits"
                )
            state = self._state(row)
            if state != "waiting":
                lapsed = f"the request lapsed on {row.deadline:%d %B %Y}" if row.deadline else ""
                raise ClearanceError(
                    lapsed if state == "lapsed" else f"`{id}` was {state} already",
                    help="the listener can ask again"
                    if state == "lapsed"
                    else "`clearmix consent set` changes what holds from now on",
                )
            row.answer, row.answered_at, row.reason = answer, self._clock(), reason.strip()
            session.add(row)
            session.flush()
            every = session.exec(select(ApprovalRow).where(ApprovalRow.request == row.request))
            return tuple(self._approval(one) for one in every)

    def began(self, request: str, job: str) -> None:
        """Writes down which job came of a request."""
        with self._database.session(write=True) as session:
            for row in session.exec(select(ApprovalRow).where(ApprovalRow.request == request)):
                row.job = job
                session.add(row)

    def facts(self, spec: RemixSpec, listener: str, known_at: datetime | None) -> list[Any]:
        """What rules may know: each party's latest answer to this very request."""
        with self._database.session() as session:
            said = {
                row.party: row.answer
                for row in _of(session, spec, listener)
                if row.answered_at is not None and (known_at is None or row.answered_at <= known_at)
            }
        return [{"party": party, "answer": answer} for party, answer in sorted(said.items())]

    def _state(self, row: ApprovalRow) -> State:
        if row.answer is not None:
            return _SAID[row.answer]
        late = row.deadline is not None and row.deadline < self._clock()
        return "lapsed" if late else "waiting"

    def _approval(self, row: ApprovalRow) -> Approval:
        return Approval(
            id=row.id,
            request=row.request,
            party=row.party,
            listener=row.listener,
            spec=RemixSpec.from_json(row.spec),
            generator=row.generator,
            decision=row.decision,
            asked_at=row.asked_at,
            deadline=row.deadline,
            state=self._state(row),
            render=row.render,
            job=row.job,
            reason=row.reason,
        )


def _of(session: Session, spec: RemixSpec, listener: str) -> list[ApprovalRow]:
    return list(session.exec(_ASKED, params={"spec": spec.hash, "of": listener}))
