"""Closing a period: its inputs are frozen, settled, and posted all at once or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlmodel import Session

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import RoyaltyError
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.engine import Engine, engine
from clearmix.royalties.inputs import lay_catalogue, lay_renders, lay_subscriptions
from clearmix.royalties.ledger import Ledger, accrual
from clearmix.royalties.models import Settlement
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog
from clearmix.royalties.rates import Rates
from clearmix.royalties.reading import Reading
from clearmix.royalties.settling import (
    finish,
    make_routes,
    manifest,
    payee_sums,
    reduce,
)
from clearmix.royalties.sheaves import KEPT, keep, open_kept
from clearmix.royalties.splits import Splits
from clearmix.royalties.works import Rights
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettledPoolRow, SettlementRow

FROZEN = ("events", "subscriptions", "renders", "catalogue", "epochs")
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
        self, period: Period, formula: RoyaltyFormula, rates: Rates, progress: Progress
    ) -> Settlement:
        """The settlement of a period, posted.

        Raises:
            RoyaltyError: there is nothing to pay out, or a pool has been paid out already.
            PluginError: the formula breaks its contract.
        """
        self._scratch.mkdir(parents=True, exist_ok=True)
        with (
            engine(self._scratch) as working,
            tempfile.TemporaryDirectory(dir=self._scratch) as folder,
        ):
            progress(0.0, f"freezing the plays of {period}")
            rights = self._freeze(working, period, rates)
            files = keep(working, self._store, FROZEN, Path(folder))
            open_kept(working, self._store, files, "events")
            history = self._reading.open_history(working, period)
            progress(0.3, "adding up plays")
            reduced = reduce(
                working, formula, period, rates.currency, rates.side_weights("original")
            )
            with self._database.session() as session:
                self._require_unpaid(session, period.text, reduced.pools)
            progress(0.6, "dividing among payees")
            self._route(working, rights, rates, period)
            finish(working, period, reduced)
            progress(0.8, "hashing")
            covered = manifest(
                working, formula, period, reduced, rates.model_dump(mode="json"), history
            )
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
            )
            posted = self._post(row, working)
        progress(1.0, "settled")
        return self._reading.settlement(row, posted=posted)

    def _freeze(self, working: Engine, period: Period, rates: Rates) -> Rights:
        """Lays the inputs of a period; what the catalogue knows of its items comes back."""
        self._log.gather(period, working)
        lay_subscriptions(working, self._database, rates)
        lay_renders(working, self._database, period, rates)
        query = "SELECT item_id FROM events UNION SELECT item_id FROM renders ORDER BY item_id"
        items = [id for (id,) in working.rows(query)]
        rights = Rights(self._database, items)
        lay_catalogue(working, rights, items, period)
        return rights

    def _route(self, working: Engine, rights: Rights, rates: Rates, period: Period) -> None:
        def describe(id: str) -> tuple[str, str, str] | None:
            item = rights.item(id)
            return (item.category, item.title, item.decision_hash) if item else None

        splits = Splits(rights, rates.side_weights, period.start.date())
        make_routes(working, splits.parts, describe)

    def _post(self, row: SettlementRow, working: Engine) -> bool:
        """Writes settlement and entries in one transaction; False if someone else just did."""
        payees = payee_sums(working)
        with self._database.session(write=True) as session:
            if session.get(SettlementRow, row.hash) is not None:
                return False
            self._require_unpaid(session, row.period, row.pools)
            session.add(row)
            session.flush()
            session.add_all(
                SettledPoolRow(period=row.period, pool=pool, settlement=row.hash)
                for pool in row.pools
            )
            Ledger.post(
                session,
                [
                    accrual(row.hash, row.period, row.currency, pool, payees[pool])
                    for pool in row.pools
                ],
            )
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
