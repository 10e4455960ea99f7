"""Royalties as a room of the kernel: plays and terms in; settlements and statements out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.auditing import Audit
from clearmix.royalties.claiming import with_claims
from clearmix.royalties.closing import Closing
from clearmix.royalties.correcting import Correcting
from clearmix.royalties.days import close_days
from clearmix.royalties.estimating import Estimates
from clearmix.royalties.events import Heard, Play, PlaysImported
from clearmix.royalties.explanations import Explanation
from clearmix.royalties.flagging import lift_flags, record_flags
from clearmix.royalties.importing import import_plays
from clearmix.royalties.known_items import known_items
from clearmix.royalties.ledger import Ledger
from clearmix.royalties.models import Earning, Replay, Settlement, Statement
from clearmix.royalties.paying import Payout, pay_out
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog
from clearmix.royalties.rates import (
    LoggedRender,
    Rates,
    checked_rates,
    checked_renders,
    rates_in_force,
    record_rates,
    record_renders,
)
from clearmix.royalties.reading import Reading, is_account
from clearmix.settings import Settings
from clearmix.storage.columns import utc_now
from clearmix.storage.database import Database
from clearmix.storage.store import Store

if TYPE_CHECKING:
    from clearmix.catalogue import Catalogue


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


class Royalties:
    """Plays, rate cards, settlements, the ledger and statements."""

    def __init__(
        self,
        database: Database,
        store: Store,
        settings: Settings,
        *,
        catalogue: Catalogue,
        formula: Callable[[str], RoyaltyFormula],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._store = store
        self._scratch = settings.work / "royalties"
        self._catalogue = catalogue
        self._formula = formula
        self._clock = clock
        self._log = PlayLog(database, store, catalogue)
        self._reading = Reading(database, store)
        self._closing = Closing(database, store, self._scratch, self._log, self._reading)
        self._correcting = Correcting(database, self._reading, self._closing, formula, clock)
        self._estimates = Estimates(database, catalogue, clock)
        self.ledger = Ledger(database)
        self.audit = Audit(database, store, self._scratch, self._reading, self.ledger, formula)

    # --- what comes in ---------------------------------------------------------------------------

    def record(self, heard: Heard) -> Play:
        """Logs one listening, exactly once however often it is reported.

        Raises:
            RoyaltyError: the duration makes no sense, or the item is unknown.
        """
        return self._log.record(heard)

    def import_plays(
        self, path: Path, progress: Progress = quiet, *, latest: datetime | None = None
    ) -> PlaysImported:
        """Logs the plays of a Parquet or CSV file; importing it again logs none.

        Args:
            path: columns `event_id`, `item_id`, `listener_id`, `played_at` (UTC), `seconds`,
                `category`, `territory`, `tier`, and if known `offline`, `maker_id`,
                `fraud`, `sought`.
            progress: told how far it is.
            latest: no play may be later than this; a day from now if it is not given.

        Raises:
            RoyaltyError: the file is missing, cannot be read, or lacks a column.
        """
        return import_plays(
            path,
            self._log,
            self._database,
            self._store,
            self._scratch,
            progress,
            latest=latest,
            settled=self._reading.settled_formulas(),
        )

    def flag_plays(
        self,
        reason: str,
        *,
        event_ids: Iterable[str] = (),
        items: Iterable[str] = (),
        since: datetime | None = None,
    ) -> int:
        """How many new flags there are; flagged plays do not count, from now on.

        A month that is settled already stays as it is until it is corrected.

        Args:
            reason: such as `fraud` or `opt-out`.
            event_ids: single plays.
            items: all plays of these recordings or renders, or those since a time.
            since: aware.

        Raises:
            RoyaltyError: there is no reason, or no such play or item; none was flagged.
        """
        event_ids, items = tuple(event_ids), tuple(items)
        if since and not items:
            raise RoyaltyError(
                "a time without an item", help="name the items whose plays since then are meant"
            )
        self._require_known(event_ids, items)
        return record_flags(self._database, reason, event_ids, items, since)

    def lift_flags(
        self, reason: str, *, event_ids: Iterable[str] = (), items: Iterable[str] = ()
    ) -> int:
        """How many flags were taken back: those of single plays, and all those of items.

        Raises:
            RoyaltyError: there is no reason, or no such play or item; none was lifted.
        """
        event_ids, items = tuple(event_ids), tuple(items)
        self._require_known(event_ids, items)
        return lift_flags(self._database, reason, event_ids, items)

    def _require_known(self, event_ids: Sequence[str], items: Sequence[str]) -> None:
        if not event_ids and not items:
            raise RoyaltyError(
                "neither a play nor an item is named",
                help="name plays by their event ids, or items, all of whose plays are meant",
            )
        known = known_items(self._database) if items else {}
        wrong = self._log.unknown_ids(event_ids) + [id for id in items if id not in known]
        if wrong:
            raise RoyaltyError(
                f"no play or item `{wrong[0]}`",
                help=f"{len(wrong)} of the ids given are of nothing known; nothing was done",
            )

    def close_days(self, days_open: int = 2, progress: Progress = quiet) -> int:
        """How many plays moved from the database to Parquet: those of days that are over.

        Args:
            days_open: so many days before today stay open for plays that come late.
            progress: told how far it is.
        """
        today = self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        before = today - timedelta(days=days_open)
        return close_days(self._database, self._store, before, progress)

    def import_rates(self, rates: Mapping[str, Any] | Rates) -> bool:
        """Records a rate card; False if it was known already.

        Raises:
            RoyaltyError: a field is missing, unknown or wrong; each is named.
        """
        return record_rates(self._database, checked_rates(rates))

    def rates(self) -> Rates:
        """The rate card in force; raises RoyaltyError when there is none."""
        return rates_in_force(self._database, Period.of(self._clock()))

    def import_renders(self, renders: Iterable[Mapping[str, Any] | LoggedRender]) -> int:
        """Records the terms of renders that only a log knows; how many were new.

        Raises:
            RoyaltyError: a row does not fit, or contradicts what was recorded before.
        """
        return record_renders(self._database, checked_renders(renders))

    # --- settling --------------------------------------------------------------------------------

    def settle(
        self,
        period: str | Period,
        formula: str = "pro-rata",
        progress: Progress = quiet,
        *,
        early: bool = False,
        engine: str | None = None,
    ) -> Settlement:
        """Settles a month with a formula and posts it; again, it returns what was posted.

        Args:
            period: a month, such as `2026-10`.
            formula: id of a royalty formula.
            progress: told how far it is.
            early: settle a month that is not over; later plays will wait for a correction.
            engine: where plays are added up, such as `spark://host:7077`; here by default.

        Raises:
            RoyaltyError: the month is not over, no rate card is in force, there is nothing to pay
                out, or another formula has paid the same pool.
            PluginError: there is no such formula, or it breaks its contract.
        """
        period = Period(str(period))
        known = self._reading.find(period, formula)
        if known is not None:
            return self._with_late_plays(known, period)
        chosen = self._formula(formula)
        if period.end > self._clock() and not early:
            raise RoyaltyError(
                f"{period} is not over",
                help="settle it when it is, or `--early`; a settled month is closed, and plays "
                "that come later wait for a correction",
            )
        rates = rates_in_force(self._database, period)
        closed = self._closing.close(period, chosen, rates, progress, elsewhere=engine)
        return self._with_late_plays(closed, period) if not closed.posted else closed

    def _with_late_plays(self, settlement: Settlement, period: Period) -> Settlement:
        last = self._reading.latest(settlement.hash)
        late = self._log.count(period) - last.plays
        if not late:
            return settlement
        note = (
            f"{late} plays of {period} were logged after it was settled; they are not paid yet: "
            f"`clearmix royalties correct --period {period} --formula {settlement.formula}`"
        )
        return replace(settlement, notes=(*settlement.notes, note))

    def correct(
        self, period: str | Period, formula: str | None = None, progress: Progress = quiet
    ) -> Settlement:
        """Settles a month anew with what is known now, and posts what changed in the open month.

        Late plays, plays that were flagged since, and shares that were corrected count; the pools
        and rates stay as they were. The entries of before are reversed, and nothing that was
        stated is changed: the differences are lines of the open month. If no line changes, the
        settlement that stands comes back and nothing is posted. A later month that took in what
        this one pays to others now is corrected as well, and is among `followed`.

        Args:
            period: a month.
            formula: the one that settled it; needed only if several did.
            progress: told how far it is.

        Raises:
            RoyaltyError: the month has not been settled, or not with that formula; several have,
                or the formula has another version than then.
        """
        return self._correcting.correct(Period(str(period)), formula, progress)

    # --- paying ----------------------------------------------------------------------------------

    def pay(
        self,
        payee: str | None = None,
        *,
        threshold_micro: int | None = None,
        reference: str = "",
        release_only: bool = False,
    ) -> tuple[Payout, ...]:
        """Pays what is accrued, from a threshold on; again, it pays nothing more.

        Args:
            payee: id or name of a party; everybody by default.
            threshold_micro: less is carried; that of the rate card in force by default.
            reference: identifies the payment elsewhere, such as a bank's reference.
            release_only: make it payable, and pay it with a later call.

        Raises:
            CatalogueError: there is no such party.
            RoyaltyError: the threshold is negative.
        """
        if threshold_micro is not None and threshold_micro < 0:
            raise RoyaltyError(
                f"a threshold of {threshold_micro} micro-units", help="give 0 or more"
            )
        now = Period.of(self._clock())
        if threshold_micro is None:
            try:
                threshold_micro = rates_in_force(self._database, now).payout_threshold_micro
            except RoyaltyError:
                threshold_micro = 0
        return pay_out(
            self._database,
            now,
            threshold_micro,
            payee=self._catalogue.party(payee).id if payee else None,
            reference=reference,
            release_only=release_only,
        )

    def settlements(self) -> tuple[Settlement, ...]:
        """Every settlement, by period."""
        return self._reading.settlements()

    # --- answers ---------------------------------------------------------------------------------

    def statement(self, payee: str, period: str | Period | None = None) -> Statement:
        """What a payee earned, in one month or in all; its lines are lines of the settlements.

        Args:
            payee: id or name of a party, or an account: `suspense` and `carried` stand for all
                accounts of that kind.
            period: a month, or None for all.

        Raises:
            CatalogueError: there is no such party; a near match is named.
        """
        month = Period(str(period)) if period is not None else None
        if is_account(payee):
            return self._reading.statement(payee, payee, month)
        party = self._catalogue.party(payee)
        return self._reading.statement(party.id, party.name, month)

    def explain(
        self, line_id: str, progress: Progress = quiet, *, claims: bool = False
    ) -> Explanation:
        """Where a line comes from: plays, pool, formula, terms and shares.

        Args:
            line_id: of a statement.
            progress: told how far it is.
            claims: run the formula again to list what each play claimed and was worth.

        Raises:
            RoyaltyError: there is no such line.
        """
        found = self._reading.explain(line_id)
        if not claims or not found.line.item_id:
            return found
        return with_claims(
            found, self._reading, self._formula, self._store, self._scratch, progress
        )

    def verify(self, hash: str, progress: Progress = quiet) -> Replay:
        """Replays a settlement from its kept inputs and compares every part of its hash.

        Args:
            hash: of the settlement, or its first eight digits or more.
            progress: told how far it is.

        Raises:
            RoyaltyError: there is no such settlement.
            PluginError: its formula is not installed any more.
        """
        return self.audit.verify(hash, progress)

    def estimate(self, render_id: str) -> tuple[Earning, ...]:
        """Who earns what share of each play of a recording or render, on today's rate card."""
        return self._estimates.of_item(render_id)

    def estimate_terms(
        self,
        sources: Sequence[str],
        *,
        kind: str = "remix",
        duties: Mapping[str, Any] | None = None,
        voice_of: str | None = None,
    ) -> tuple[Earning, ...]:
        """Who would earn what share of each play of a render that has not been made yet.

        Args:
            sources: recordings or renders.
            kind: edit, remix, cover or mashup.
            duties: of the decision, in JSON's types.
            voice_of: the party whose voice is imitated.
        """
        return self._estimates.of_terms(sources, kind, duties or {}, voice_of)
