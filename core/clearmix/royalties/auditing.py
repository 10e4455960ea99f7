"""The books as a whole: what no single settlement can tell of the ledger when it is verified."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlmodel import Session, col, select

from clearmix.royalties.ledger import Entry, Ledger, Posting
from clearmix.royalties.models import CARRIED, SUSPENSE
from clearmix.royalties.money import money, totals
from clearmix.storage.tables.royalties import (
    LedgerEntryRow,
    LedgerLineRow,
    SettledPoolRow,
    SettlementRow,
)

_NEVER_OWED = (CARRIED, SUSPENSE, "payable", "paid")
"""Kinds of accounts that hold nothing or something, and never less than nothing. What is accrued
may fall below: whoever was paid too much carries a debt."""


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
