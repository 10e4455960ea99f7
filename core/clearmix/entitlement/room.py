"""Entitlement as a room of the kernel: the price before, the charge after, and each once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select

from clearmix.catalogue.models import Listener
from clearmix.contracts import Analysis, BillingGateway, Charge
from clearmix.entitlement.plans import Plan, read_plans
from clearmix.errors import EntitlementError
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.tables.entitlement import BillingLineRow, ChargeRow
from clearmix.storage.tables.rendering import JobRow, RenderRow
from clearmix.targets import target_seconds

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue
    from clearmix.spec import RemixSpec

log = logging.getLogger(__name__)

OPEN = ("queued", "running")
"""States of jobs that will be renders of this month if all goes well."""


@dataclass(frozen=True)
class Quote:
    """What a render costs its listener, before it is made; `left` of the month after it."""

    amount_micro: int
    currency: str
    left: int | None
    text: str


@dataclass(frozen=True)
class Charged:
    """What a listener was quoted for a job, and what became of it.

    `quoted` turns into `due` when the render is published and into `charged` when the gateway gave
    a receipt; what fails or is cancelled stays quoted for good.
    """

    job: str
    listener: str
    amount_micro: int
    currency: str
    text: str
    state: str
    receipt: str


@dataclass(frozen=True)
class Terms:
    """What a listener's plan says of one more render."""

    plan: Plan
    tier: str
    currency: str

    def quote(self, used: int) -> Quote:
        """The price after so many renders of the month; raises EntitlementError at its end."""
        plan = self.plan
        if plan.renders is None:
            return Quote(0, self.currency, None, f"included in the plan `{self.tier}`")
        left = plan.renders - used
        if left > 0:
            said = f"included in the plan `{self.tier}`; {left - 1} more this month"
            return Quote(0, self.currency, left - 1, said)
        if plan.extra_micro is None:
            raise EntitlementError(
                f"the {plan.renders} renders of this month are used up",
                help="change your plan, or wait for the first of next month",
            )
        amount = f"{plan.extra_micro / 1e6:.2f} {self.currency}"
        said = f"{amount}, charged once it is made: this month's {plan.renders} are used up"
        return Quote(plan.extra_micro, self.currency, 0, said)


class Entitlement:
    """What listeners may have made, at which price, and what they were charged."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        catalogue: Catalogue,
        gateway: Callable[[], BillingGateway],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._settings = settings
        self._catalogue = catalogue
        self._gateway = gateway
        self._clock = clock

    def plan(self, listener: Listener) -> Plan:
        """What the listener's tier and add-ons hold."""
        return read_plans(self._settings.home).of(listener.tier, listener.add_ons)

    def quote(self, spec: RemixSpec, listener_id: str, analysis: Analysis) -> Quote:
        """The price of a spec for a listener; nothing is owed before its render is published.

        `analysis` is that of its first source, from which its length follows.

        Raises:
            EntitlementError: the plan does not hold it, and it cannot be had for a price either.
        """
        terms = self._terms(spec, listener_id, analysis)
        with self._database.session() as session:
            return terms.quote(self._used(session, listener_id))

    def admit(
        self, job: JobRow, spec: RemixSpec, analysis: Analysis, most_micro: int | None = None
    ) -> Quote:
        """The price of a job, which is queued with it: nothing else is ever charged for it.

        INVARIANT: nobody has more made than the plan holds, however many ask at once: what is
        counted and what is added are one transaction, and one of those is at work at a time.
        INVARIANT: nothing is queued that costs more than was agreed to, if that is given: the
        price may have changed since it was shown.

        Raises:
            EntitlementError: the plan does not hold it, or it costs more than `most_micro`; no job
                was added.
        """
        # Read before the transaction: whoever waits for that must not hold what it needs.
        terms = self._terms(spec, job.listener, analysis)
        with self._database.session(write=True) as session:
            quote = terms.quote(self._used(session, job.listener))
            if most_micro is not None and quote.amount_micro > most_micro:
                raise _dearer(quote, most_micro)
            session.add(job)
            session.flush()
            session.add(_charge_row(job.id, job.listener, quote))
        return quote

    def used(self, listener_id: str) -> int:
        """Renders of this month, those on their way included."""
        with self._database.session() as session:
            return self._used(session, listener_id)

    def _used(self, session: Session, listener_id: str) -> int:
        start = self._clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        made = select(func.count()).where(
            RenderRow.listener == listener_id, col(RenderRow.created_at) >= start
        )
        coming = select(func.count()).where(
            JobRow.listener == listener_id, col(JobRow.state).in_(OPEN)
        )
        return session.exec(made).one() + session.exec(coming).one()

    def _terms(self, spec: RemixSpec, listener_id: str, analysis: Analysis) -> Terms:
        """What a listener may have made, of which this is one."""
        plans = read_plans(self._settings.home)
        listener = self._catalogue.listener(listener_id)
        plan = plans.of(listener.tier, listener.add_ons)
        if spec.kind not in plan.kinds:
            raise EntitlementError(
                f"the plan `{listener.tier}` holds no {spec.kind}",
                help=f"ask for {' or '.join(sorted(plan.kinds))}, or change your plan",
            )
        seconds = target_seconds(spec, analysis)
        if seconds > plan.seconds:
            raise EntitlementError(
                f"this would be {seconds:.0f} seconds, and the plan `{listener.tier}` holds "
                f"renders of {plan.seconds:g}",
                help=f"ask for {plan.seconds:g} seconds or less, or change your plan",
            )
        return Terms(plan, str(listener.tier), plans.currency)

    def charge_due(self) -> tuple[Charged, ...]:
        """Charges all that is due and was not charged yet; what cannot be charged stays due.

        INVARIANT: a job is charged once, however often this runs and wherever it is killed: the
        gateway knows the job's id, and the books have the charge once by that id.
        """
        published = (
            select(ChargeRow)
            .join(RenderRow, col(RenderRow.job) == col(ChargeRow.job))
            .where(ChargeRow.state == "quoted")
        )
        with self._database.session(write=True) as session:
            for row in session.exec(published):
                row.state, row.due_at = "due", self._clock()
                session.add(row)
        with self._database.session() as session:
            due = session.exec(select(ChargeRow).where(ChargeRow.state == "due")).all()
        return tuple(one for row in due if (one := self._charge(row)) is not None)

    def charged(self, listener_id: str | None = None) -> tuple[Charged, ...]:
        """What was quoted and charged, newest first; of one listener, if given."""
        query = select(ChargeRow).order_by(col(ChargeRow.quoted_at).desc(), ChargeRow.job)
        if listener_id is not None:
            query = query.where(ChargeRow.listener == listener_id)
        with self._database.session() as session:
            return tuple(_charged(row) for row in session.exec(query))

    def _charge(self, row: ChargeRow) -> Charged | None:
        receipt = ""
        gateway = None
        if row.amount_micro:
            gateway = self._gateway()
            charge = Charge(row.job, row.listener, row.amount_micro, row.currency, row.text)
            try:
                receipt = gateway.charge(charge)
            except Exception:  # a gateway may raise anything; the next look tries again
                log.exception("job %s could not be charged", row.job)
                return None
        with self._database.session(write=True) as session:
            kept = session.get(ChargeRow, row.job)
            if kept is None or kept.state != "due":
                return None
            kept.state, kept.charged_at, kept.receipt = "charged", self._clock(), receipt
            kept.gateway = f"{gateway.id} {gateway.version}" if gateway else ""
            session.add(kept)
            session.flush()
            if kept.amount_micro:
                _book(session, kept)
            return _charged(kept)


def _dearer(quote: Quote, most_micro: int) -> EntitlementError:
    agreed = f"only {most_micro / 1e6:.2f} {quote.currency}" if most_micro else "no price"
    return EntitlementError(
        f"this costs {quote.text}; {agreed} was agreed to",
        help="ask again and say yes to that price; over HTTP, that is `most_micro` of "
        f"{quote.amount_micro}",
        place="most_micro",
    )


def _charge_row(job_id: str, listener_id: str, quote: Quote) -> ChargeRow:
    return ChargeRow(
        job=job_id,
        listener=listener_id,
        amount_micro=quote.amount_micro,
        currency=quote.currency,
        text=quote.text,
    )


def _book(session: Session, row: ChargeRow) -> None:
    """The double entry of a charge: the listener owes it, the service has earned it."""
    for account, debit, credit in (
        (f"listener:{row.listener}", row.amount_micro, 0),
        ("income:renders", 0, row.amount_micro),
    ):
        session.merge(
            BillingLineRow(
                id=f"{row.job}:{account}",
                charge=row.job,
                account=account,
                debit_micro=debit,
                credit_micro=credit,
                currency=row.currency,
            )
        )


def _charged(row: ChargeRow) -> Charged:
    return Charged(
        job=row.job,
        listener=row.listener,
        amount_micro=row.amount_micro,
        currency=row.currency,
        text=row.text,
        state=row.state,
        receipt=row.receipt,
    )
