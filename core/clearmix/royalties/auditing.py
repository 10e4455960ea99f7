"""Auditing: each settlement replayed and compared with its record, and the books as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from sqlmodel import Session, col, select

from clearmix.contracts import Progress, RoyaltyFormula
from clearmix.errors import ClearmixError
from clearmix.royalties.ledger import Aged, Entry, Ledger, Posting
from clearmix.royalties.models import CARRIED, SUSPENSE, Replay
from clearmix.royalties.money import money, totals
from clearmix.royalties.reading import Reading, require_replayable
from clearmix.royalties.replaying import replay
from clearmix.royalties.unclaimed import unclaimed
from clearmix.storage.database import Database
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import (
    LedgerEntryRow,
    LedgerLineRow,
    SettledPoolRow,
    SettlementRow,
)

_NEVER_OWED = (CARRIED, SUSPENSE, "payable", "paid")
"""Kinds of accounts that hold nothing or something, and never less than nothing. What is accrued
may fall below: whoever was paid too much carries a debt."""


class Audit:
    """What an auditor asks of settlements and ledger; nothing is changed."""

    def __init__(
        self,
        database: Database,
        store: Store,
        scratch: Path,
        reading: Reading,
        ledger: Ledger,
        formula: Callable[[str], RoyaltyFormula],
    ) -> None:
        self._database = database
        self._store = store
        self._scratch = scratch
        self._reading = reading
        self._ledger = ledger
        self._formula = formula

    def verify(self, hash: str, progress: Progress) -> Replay:
        """A settlement replayed and compared; raises as `Royalties.verify` says."""
        row = self._reading.row(hash)
        require_replayable(row)
        found = replay(
            row,
            self._formula(row.formula),
            self._reading.history_files(row),
            self._store,
            self._ledger,
            self._scratch,
            progress,
        )
        with self._database.session() as session:
            unmarked = unmarked_pools(session, row)
        differences = (*found.differences, *unmarked)
        return replace(found, differences=differences, notes=self._reading.waits(row))

    def verify_all(self, progress: Progress) -> list[Replay]:
        """Each settlement replayed; one that cannot be, such as without its formula, says why."""
        found = []
        for one in self._reading.settlements():
            try:
                found.append(self.verify(one.hash, progress))
            except ClearmixError as error:
                found.append(Replay(one.hash, "", True, (f"{error.message}; {error.help}",)))
        return found

    def problems_of_books(self) -> tuple[str, ...]:
        """Sentences about the ledger as a whole: forged entries, accounts that are overdrawn."""
        with self._database.session() as session:
            return problems_of_books(session)

    def held(self) -> dict[str, tuple[Aged, ...]]:
        """What waits and since when: in suspense for its payee, or carried for a claim."""
        with self._database.session() as session:
            return {SUSPENSE: self._ledger.aged(SUSPENSE), CARRIED: unclaimed(session)}


def problems_of_books(session: Session) -> tuple[str, ...]:
    """Sentences about entries that belong to nothing or were changed, and accounts overdrawn.

    What was deleted whole, such as both sides of a payment, leaves no trace here: that is found by
    comparing the account `paid` with the statements of the bank.
    """
    known = set(session.exec(select(SettlementRow.hash)))
    found = []
    for id, entry, currencies in _posted(session):
        if entry.settlement not in known:
            found.append(f"the entry `{entry.text}` belongs to no settlement")
        if entry.id != id or currencies - {entry.currency}:
            found.append(f"the entry `{entry.text}` was changed since it was posted")
        if sum(one.debit_micro - one.credit_micro for one in entry.postings):
            found.append(f"the entry `{entry.text}` does not balance")
    ids = select(LedgerEntryRow.id)
    if session.exec(select(LedgerLineRow.id).where(col(LedgerLineRow.entry).not_in(ids))).first():
        found.append("a line of the ledger belongs to no entry")
    balances = Ledger.balances_in(session)
    for (account, currency), amount in balances.items():
        if amount < 0 and account.partition(":")[0] in _NEVER_OWED:
            found.append(
                f"more went out of `{account}` than came in: it stands at {money(amount, currency)}"
            )
    for currency, amount in totals((code, sum_) for (_, code), sum_ in balances.items()).items():
        if amount:
            found.append(f"all accounts together are {money(amount, currency)}, not zero")
    return tuple(found)


def unmarked_pools(session: Session, row: SettlementRow) -> tuple[str, ...]:
    """Sentences about pools of a settlement that are not marked as paid out by it.

    Such a pool could be paid out a second time.
    """
    if row.corrects is not None:  # the settlement that it corrects holds the mark
        return ()
    marks = session.exec(select(SettledPoolRow).where(SettledPoolRow.settlement == row.hash)).all()
    marked = {mark.pool for mark in marks if mark.period == row.period}
    return tuple(
        f"the pool `{pool}` of {row.period} is not marked as paid out by this settlement"
        for pool in sorted({*row.pools} - marked)
    )


def _posted(session: Session) -> Iterator[tuple[str, Entry, set[str]]]:
    """Each entry with the id under which it was posted, and the currencies of its lines."""
    rows = session.exec(
        select(LedgerEntryRow, LedgerLineRow)
        .join(LedgerLineRow, col(LedgerLineRow.entry) == LedgerEntryRow.id, isouter=True)
        .order_by(col(LedgerEntryRow.posted_at), LedgerEntryRow.id, col(LedgerLineRow.id))
    )
    for row, pairs in groupby(rows, key=lambda pair: pair[0]):
        lines = [line for _, line in pairs if line is not None]
        postings = (Posting(one.account, one.debit_micro, one.credit_micro) for one in lines)
        entry = Entry(
            row.settlement, row.kind, row.period, row.currency, row.text, tuple(postings),
            row.reverses,
        )  # fmt: skip
        yield row.id, entry, {line.currency for line in lines}
