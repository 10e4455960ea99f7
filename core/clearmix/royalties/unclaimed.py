"""What waits in the accounts of money that nobody claimed: how much, since when, and why still."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from clearmix.royalties.carrying import REPLACED
from clearmix.royalties.context import pool_of
from clearmix.royalties.ledger import Aged
from clearmix.royalties.models import CARRIED
from clearmix.royalties.money import money
from clearmix.storage.tables.royalties import LedgerEntryRow, LedgerLineRow, SettlementRow


def unclaimed(session: Session) -> tuple[Aged, ...]:
    """What nobody has claimed yet, oldest first, since the settled month that it comes from.

    What a month takes in is taken to be the oldest that waited.
    """
    change = func.sum(LedgerLineRow.credit_micro) - func.sum(LedgerLineRow.debit_micro)
    rows = session.exec(
        select(LedgerLineRow.account, LedgerLineRow.currency, SettlementRow.period, change)
        .join(LedgerEntryRow, col(LedgerLineRow.entry) == LedgerEntryRow.id)
        .join(SettlementRow, col(LedgerEntryRow.settlement) == SettlementRow.hash)
        .where(col(LedgerLineRow.account).startswith(f"{CARRIED}:"))
        .group_by(LedgerLineRow.account, LedgerLineRow.currency, SettlementRow.period)
    ).all()
    changes: dict[tuple[str, str], dict[str, int]] = {}
    for account, currency, period, amount in rows:
        changes.setdefault((account, currency), {})[period] = int(amount)
    held = {key: sum(of.values()) for key, of in changes.items()}
    # The books have what came in less what was taken in; the settlements know the latter.
    taken = session.exec(
        select(
            SettlementRow.period, SettlementRow.currency, col(SettlementRow.manifest)["carried"]
        ).where(col(SettlementRow.hash).not_in(REPLACED))
    ).all()
    for period, currency, carried in taken:
        for pool, amount in (carried or {}).items():
            of = changes[f"{CARRIED}:{pool}", currency]
            of[period] = of.get(period, 0) + int(amount)
    found = [
        Aged(account, currency, amount, _oldest(changes[account, currency], amount))
        for (account, currency), amount in held.items()
        if amount > 0
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.account, one.currency)))


def still_waiting(session: Session, row: SettlementRow) -> tuple[str, ...]:
    """Sentences about what waits of months up to a settlement's, and why it goes on waiting."""
    found = []
    for one in unclaimed(session):
        if one.since > row.period:
            continue
        pool = pool_of(one.account.partition(":")[2])
        if one.currency != row.currency:
            why = f"{row.period} is in {row.currency}; the next month in {one.currency} takes it in"
        elif pool in row.pools:
            why = f"the next month that divides the pool `{pool}` takes it in"
        else:
            why = f"`{row.formula}` divided nothing of the pool `{pool}` in {row.period}"
        amount = money(one.amount_micro, one.currency)
        found.append(f"{amount} waits in `{one.account}` since {one.since}: {why}")
    return tuple(found)


def _oldest(came_in: dict[str, int], held: int) -> str:
    """The month of the oldest of what is held, if the newest that came in is what is left."""
    for period in sorted(came_in, reverse=True):
        held -= max(0, came_in[period])
        if held <= 0:
            return period
    return min(came_in)
