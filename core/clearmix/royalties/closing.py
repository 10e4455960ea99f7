"""Closing a period: its inputs are frozen, settled, and posted all at once or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlmodel import Session, select

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.carrying import lay_carried, require_waiting, waiting
from clearmix.royalties.context import FOLLOW_COLUMNS
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.elsewhere import engine_at
from clearmix.royalties.engine import Engine
from clearmix.royalties.inputs import (
    lay_follows,
    lay_items,
    lay_renders,
    lay_routes,
    lay_subscriptions,
)
from clearmix.royalties.ledger import Entry, Ledger, accrual, reversal
from clearmix.royalties.models import Settlement
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog
from clearmix.royalties.rates import Rates
from clearmix.royalties.reading import Reading
from clearmix.royalties.settling import (
    finish,
    manifest,
    payee_sums,
    reduce,
)
from clearmix.royalties.sheaves import KEPT, keep, open_kept
from clearmix.royalties.works import Rights
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettledPoolRow, SettlementRow

FROZEN = ("events", "subscriptions", "renders", "carried", "follows", "catalogue", "epochs")
"""The inputs that are kept before a formula is asked; plays are then read from what was kept."""


class Closing:
    """Settles periods that have not been settled."""

    def __init__(
        self, database: Database, store: Store, scratch: Path, log: PlayLog, reading: Reading
    ) -> None:
        self._database = database
        self._store = store
        self._scratch = scratch
        self._log = log
        self._reading = reading

    def close(
        self,
        period: Period,
        formula: RoyaltyFormula,
        rates: Rates,
        progress: Progress,
        *,
        correcting: SettlementRow | None = None,
        posted_in: Period | None = None,
        elsewhere: str | None = None,
    ) -> Settlement:
        """The settlement of a period, posted.

        Args:
            period: the month.
            formula: divides it.
            rates: the card that was in force.
            progress: told how far it is.
            correcting: the settlement that this one replaces. It has the same money: its
                subscriptions and renders stay, only plays and shares are read anew.
            posted_in: the open month in which a correction is posted.
            elsewhere: the engine that adds up the plays, such as `spark://host:7077`.

        Raises:
            RoyaltyError: there is nothing to pay out, or a pool has been paid out already.
            PluginError: the formula breaks its contract.
        """
        self._scratch.mkdir(parents=True, exist_ok=True)
        with (
            engine_at(elsewhere, self._scratch) as working,
            tempfile.TemporaryDirectory(dir=self._scratch) as folder,
        ):
            progress(0.0, f"freezing the plays of {period}")
            rights = self._freeze(working, period, rates, correcting)
            files = keep(working, self._store, FROZEN, Path(folder))
            open_kept(working, self._store, files, "events")
            history = self._reading.open_history(working, period)
            progress(0.3, "adding up plays")
            reduced = reduce(
                working, formula, period, rates.currency, rates.side_weights("original"),
                by_place=True,
            )  # fmt: skip
            with self._database.session() as session:
                if correcting is None:
                    self._require_unpaid(session, period.text, reduced.pools)
            progress(0.6, "dividing among payees")
            lay_routes(working, rights, rates, period, formula)
            finish(working, period, reduced)
            progress(0.8, "hashing")
            covered = manifest(
                working, formula, period, reduced, rates.model_dump(mode="json"), history
            )
            if correcting is not None:
                if covered["lines"] == correcting.manifest["lines"]:
                    progress(1.0, "nothing to correct")
                    waits = self._reading.waits(correcting)
                    return self._reading.settlement(correcting, posted=False, waits=waits)
                covered["corrects"] = correcting.hash
            rest = tuple(table for table in KEPT if table not in files)
            row = SettlementRow(
                hash=canonical_hash(covered),
                period=period.text,
                formula=formula.id,
                formula_version=formula.version,
                currency=rates.currency,
                pool_micro=reduced.pool_micro,
                allocated_micro=int(working.one("SELECT sum(amount_micro) FROM lines")[0]),
                pools=dict(reduced.pools),
                plays=reduced.plays,
                eligible_plays=reduced.eligible_plays,
                manifest=covered,
                files=files | keep(working, self._store, rest, Path(folder)),
                corrects=correcting.hash if correcting else None,
                posted_in=(posted_in or period).text,
            )
            posted = self._post(row, working, correcting)
        progress(1.0, "settled")
        return self._reading.settlement(row, posted=posted, waits=self._reading.waits(row))

    def _freeze(
        self, working: Engine, period: Period, rates: Rates, correcting: SettlementRow | None
    ) -> Rights:
        """Lays the inputs of a period; what the catalogue knows of its items comes back."""
        self._log.gather(period, working)
        if correcting is None:
            lay_subscriptions(working, self._database, period, rates)
            lay_renders(working, self._database, period, rates)
            lay_follows(working, self._database)
        else:
            kept = ("subscriptions", "renders", "follows")
            open_kept(
                working, self._store, correcting.files,
                *(table for table in kept if table in correcting.files),
            )  # fmt: skip
            working.ensure("follows", FOLLOW_COLUMNS)  # an earlier version kept none
        with self._database.session() as session:
            lay_carried(working, waiting(session, period, rates.currency, correcting))
        return lay_items(working, self._database, period)

    def _post(self, row: SettlementRow, working: Engine, correcting: SettlementRow | None) -> bool:
        """Writes settlement and entries in one transaction; False if someone else just did."""
        payees = payee_sums(working)
        with self._database.session(write=True) as session:
            if session.get(SettlementRow, row.hash) is not None:
                return False
            if row.corrects is None:
                self._require_unpaid(session, row.period, row.pools)
            else:
                _require_last(session, row.corrects)
            require_waiting(session, row, correcting)
            session.add(row)
            session.flush()
            if row.corrects is None:
                session.add_all(
                    SettledPoolRow(period=row.period, pool=pool, settlement=row.hash)
                    for pool in row.pools
                )
                undone: tuple[Entry, ...] = ()
            else:
                undone = Ledger.entries_in(session, row.corrects)
            Ledger.post(session, postings_of(row, payees, undone))
        return True

    @staticmethod
    def _require_unpaid(session: Session, period: str, pools: Iterable[str]) -> None:
        for pool in pools:
            paid = session.get(SettledPoolRow, (period, pool))
            if paid is not None:
                raise RoyaltyError(
                    f"the pool `{pool}` of {period} is paid out already",
                    help="a pool is paid out once; see settlement "
                    f"`{paid.settlement[:12]}` for how it was divided",
                    place=period,
                )


def postings_of(
    row: SettlementRow, payees: Mapping[str, Mapping[str, int]], undone: Iterable[Entry]
) -> list[Entry]:
    """The entries of a settlement: an accrual for each pool, after undoing what it corrects.

    Args:
        row: the settlement.
        payees: what each pool gives each payee.
        undone: the entries of the settlement that it corrects.
    """
    month = row.posted_in or row.period
    reversed_ = [reversal(entry, row.hash, month) for entry in undone if entry.kind == "accrued"]
    accrued = [
        accrual(row.hash, month, row.currency, pool, payees[pool], of=row.period)
        for pool in sorted(row.pools)
    ]
    return reversed_ + accrued


def _require_last(session: Session, hash: str) -> None:
    later = session.exec(select(SettlementRow.hash).where(SettlementRow.corrects == hash)).first()
    if later is not None:
        raise RoyaltyError(
            f"the settlement `{hash[:12]}` was corrected just now",
            help=f"see `{later[:12]}`, and correct that one if anything else has changed",
        )
