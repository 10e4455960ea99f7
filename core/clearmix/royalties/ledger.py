"""The ledger: append-only double entry, each entry under the hash of what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from clearmix.errors import RoyaltyError
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.models import CARRIED, SUSPENSE
from clearmix.storage.database import Database
from clearmix.storage.tables.royalties import LedgerEntryRow, LedgerLineRow


@dataclass(frozen=True)
class Posting:
    """One side of an entry; exactly one of the two amounts is above zero."""

    account: str
    debit_micro: int
    credit_micro: int


@dataclass(frozen=True)
class Entry:
    """A double entry in one currency; its id is the hash of everything it says."""

    settlement: str
    kind: str
    period: str
    currency: str
    text: str
    postings: tuple[Posting, ...]
    reverses: str | None = None

    @property
    def id(self) -> str:
        """The content hash, under which an entry can be posted once."""
        sides = [[p.account, str(p.debit_micro), str(p.credit_micro)] for p in self.postings]
        said = [self.settlement, self.kind, self.period, self.currency, sides]
        return canonical_hash([*said, self.reverses] if self.reverses else said)


def accrual(
    settlement: str,
    period: str,
    currency: str,
    pool: str,
    payees: Mapping[str, int],
    *,
    of: str = "",
) -> Entry:
    """The entry by which a pool is owed to its payees: what was taken in becomes a liability.

    `period` is the month it is posted in, `of` the month that was settled if that is another.
    """
    # What is below zero was carried before, and leaves its account.
    sides = [
        Posting(account_of(payee), max(0, -amount), max(0, amount))
        for payee, amount in sorted(payees.items())
        if amount
    ]
    debit = Posting(f"pool:{pool}", sum(payees.values()), 0)
    text = f"royalties of {of or period} accrued from the pool `{pool}`"
    return Entry(settlement, "accrued", period, currency, text, (debit, *sides))


def reversal(entry: Entry, settlement: str, period: str) -> Entry:
    """The entry that undoes another one, in a period that is still open."""
    return Entry(
        settlement=settlement,
        kind="reversed",
        period=period,
        currency=entry.currency,
        text=f"reversed: {entry.text}",
        postings=tuple(
            Posting(posting.account, posting.credit_micro, posting.debit_micro)
            for posting in entry.postings
        ),
        reverses=entry.id,
    )


def transfer(
    settlement: str, kind: str, period: str, currency: str, payee: str, amount_micro: int, text: str
) -> Entry:
    """The entry that moves what a payee is owed on: accrued -> payable -> paid."""
    before = {"payable": "accrued", "paid": "payable"}[kind]
    return Entry(
        settlement=settlement,
        kind=kind,
        period=period,
        currency=currency,
        text=text,
        postings=(
            Posting(f"{before}:{payee}", amount_micro, 0),
            Posting(f"{kind}:{payee}", 0, amount_micro),
        ),
    )


def account_of(payee: str) -> str:
    """The account that a payee's earnings are credited to until they are paid."""
    known = payee.startswith((f"{SUSPENSE}:", f"{CARRIED}:"))
    return payee if known else f"accrued:{payee}"


@dataclass(frozen=True)
class Aged:
    """What waits in an account, and the first month in which something came in."""

    account: str
    currency: str
    amount_micro: int
    since: str

    def months(self, now: str) -> int:
        """How many months it has waited by a month, such as `2026-10`."""
        year, month = (int(now[:4]) - int(self.since[:4])), int(now[5:]) - int(self.since[5:])
        return year * 12 + month


class Ledger:
    """Entries and balances; nothing is ever edited or deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def post(session: Session, entries: Iterable[Entry]) -> int:
        """How many of the entries were new; one that is posted already is left as it is.

        Raises:
            RoyaltyError: debits and credits of an entry differ, or an amount is negative.
        """
        posted = 0
        for entry in entries:
            debits = sum(posting.debit_micro for posting in entry.postings)
            credits = sum(posting.credit_micro for posting in entry.postings)
            # INVARIANT: every entry balances before it is written.
            if debits != credits or any(
                min(posting.debit_micro, posting.credit_micro) < 0 for posting in entry.postings
            ):
                raise RoyaltyError(
                    f"debits of {debits} and credits of {credits} micro-units do not balance",
                    help="this is a defect; nothing was posted",
                    place=entry.text,
                )
            if session.get(LedgerEntryRow, entry.id) is not None:
                continue
            session.add(
                LedgerEntryRow(
                    id=entry.id,
                    settlement=entry.settlement,
                    kind=entry.kind,
                    period=entry.period,
                    currency=entry.currency,
                    text=entry.text,
                    reverses=entry.reverses,
                )
            )
            session.flush()
            session.add_all(
                LedgerLineRow(
                    entry=entry.id,
                    account=posting.account,
                    debit_micro=posting.debit_micro,
                    credit_micro=posting.credit_micro,
                    currency=entry.currency,
                )
                for posting in entry.postings
            )
            posted += 1
        return posted

    def entries(self, settlement: str) -> tuple[Entry, ...]:
        """The entries of a settlement as they were posted, oldest first."""
        with self._database.session() as session:
            return self.entries_in(session, settlement)

    @staticmethod
    def entries_in(session: Session, settlement: str) -> tuple[Entry, ...]:
        """The entries of a settlement, as a session sees them."""
        rows = session.exec(
            select(LedgerEntryRow)
            .where(LedgerEntryRow.settlement == settlement)
            .order_by(col(LedgerEntryRow.posted_at), col(LedgerEntryRow.id))
        ).all()
        return tuple(
            Entry(
                row.settlement,
                row.kind,
                row.period,
                row.currency,
                row.text,
                tuple(
                    Posting(line.account, line.debit_micro, line.credit_micro)
                    for line in session.exec(
                        select(LedgerLineRow)
                        .where(LedgerLineRow.entry == row.id)
                        .order_by(col(LedgerLineRow.id))
                    )
                ),
                row.reverses,
            )
            for row in rows
        )

    def balances(self) -> dict[tuple[str, str], int]:
        """Credits less debits of each account and currency, in micro-units."""
        with self._database.session() as session:
            return self.balances_in(session)

    @staticmethod
    def balances_in(session: Session) -> dict[tuple[str, str], int]:
        """The balances, as a session sees them."""
        rows = session.exec(
            select(
                LedgerLineRow.account,
                LedgerLineRow.currency,
                func.sum(LedgerLineRow.credit_micro),
                func.sum(LedgerLineRow.debit_micro),
            ).group_by(LedgerLineRow.account, LedgerLineRow.currency)
        )
        return {
            (account, currency): int(credit) - int(debit)
            for account, currency, credit, debit in sorted(rows)
        }

    def aged(self, kind: str) -> tuple[Aged, ...]:
        """What waits in the accounts of a kind, such as `suspense`, oldest first.

        It waits since the month in which something came into an account that was empty.
        """
        change = func.sum(LedgerLineRow.credit_micro) - func.sum(LedgerLineRow.debit_micro)
        with self._database.session() as session:
            rows = session.exec(
                select(LedgerLineRow.account, LedgerLineRow.currency, LedgerEntryRow.period, change)
                .join(LedgerEntryRow, col(LedgerLineRow.entry) == LedgerEntryRow.id)
                .where(col(LedgerLineRow.account).startswith(f"{kind}:"))
                .group_by(LedgerLineRow.account, LedgerLineRow.currency, LedgerEntryRow.period)
                .order_by(LedgerLineRow.account, LedgerLineRow.currency, LedgerEntryRow.period)
            ).all()
        found: dict[tuple[str, str], Aged] = {}
        for account, currency, month, amount in rows:
            known = found.get((account, currency))
            held = (known.amount_micro if known else 0) + int(amount)
            since = known.since if known and known.amount_micro else month
            found[account, currency] = Aged(account, currency, held, since)
        waiting = [one for one in found.values() if one.amount_micro]
        return tuple(sorted(waiting, key=lambda one: (one.since, one.account, one.currency)))

    def problems(self, settlement: str) -> list[str]:
        """Sentences about entries of a settlement that were changed or do not balance."""
        with self._database.session() as session:
            rows = session.exec(
                select(LedgerEntryRow.id, LedgerEntryRow.currency).where(
                    LedgerEntryRow.settlement == settlement
                )
            ).all()
            posted = dict(rows)
            lines = session.exec(
                select(LedgerLineRow.entry, LedgerLineRow.currency).where(
                    col(LedgerLineRow.entry).in_(posted)
                )
            ).all()
        entries = self.entries(settlement)
        problems = []
        same = all(currency == posted[entry] for entry, currency in lines)
        if {entry.id for entry in entries} != posted.keys() or not same:
            problems.append("a ledger entry was changed since it was posted")
        problems += [
            f"the entry `{entry.text}` does not balance"
            for entry in entries
            if sum(p.debit_micro - p.credit_micro for p in entry.postings)
        ]
        return problems
