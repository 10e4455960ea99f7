"""Paying: what is accrued becomes payable from a threshold on, and what is payable is paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, col, select

from clearmix.royalties.ledger import Ledger, transfer
from clearmix.royalties.money import micro_json, money
from clearmix.royalties.period import Period
from clearmix.storage.database import Database
from clearmix.storage.tables.royalties import LedgerEntryRow, LedgerLineRow


@dataclass(frozen=True)
class Payout:
    """What became of a payee's money in one currency.

    Below the threshold it is `carried`: it stays accrued and is added to what comes. So is a
    balance below zero, which a correction leaves if more was paid than was owed.
    """

    payee: str
    currency: str
    amount_micro: int
    state: Literal["carried", "payable", "paid"]

    def as_json(self) -> dict[str, Any]:
        """The payout in JSON's types."""
        return {
            "payee": self.payee,
            "state": self.state,
            "amount_micro": micro_json(self.amount_micro),
            "amount": money(self.amount_micro, self.currency),
            "currency": self.currency,
        }


def pay_out(
    database: Database,
    period: Period,
    threshold_micro: int,
    *,
    payee: str | None = None,
    reference: str = "",
    release_only: bool = False,
) -> tuple[Payout, ...]:
    """What was paid or carried; everything is posted in one transaction.

    Args:
        database: of the ledger.
        period: the open month in which it is posted.
        threshold_micro: a smaller accrued balance is carried.
        payee: only this party; everybody by default.
        reference: what identifies the payment elsewhere, such as a bank's reference.
        release_only: make it payable, and pay it with a later call.
    """
    with database.session(write=True) as session:
        found = [
            carried
            for carried in _move(session, "payable", period, payee, max(1, threshold_micro), "")
            if carried.state == "carried"
        ]
        if not release_only:
            found += _move(session, "paid", period, payee, 1, reference)
        else:
            found += [
                Payout(one, currency, amount, "payable")
                for one, currency, amount in _owed(session, "payable", payee)
            ]
    return tuple(sorted(found, key=lambda one: (one.payee, one.currency, one.state)))


def _move(
    session: Session,
    kind: Literal["payable", "paid"],
    period: Period,
    payee: str | None,
    least: int,
    reference: str,
) -> list[Payout]:
    before = "accrued" if kind == "payable" else "payable"
    found, entries = [], []
    for one, currency, amount in _owed(session, before, payee):
        if amount < least:
            found.append(Payout(one, currency, amount, "carried"))
            continue
        text = f"royalties {kind} to `{one}`" + (f": {reference}" if reference else "")
        upto = _last_settlement(session, f"{before}:{one}", currency)
        entries.append(transfer(upto, kind, period.text, currency, one, amount, text))
        found.append(Payout(one, currency, amount, kind))
    Ledger.post(session, entries)
    session.flush()
    return found


def _owed(session: Session, state: str, payee: str | None) -> Iterator[tuple[str, str, int]]:
    for (account, currency), amount in Ledger.balances_in(session).items():
        kind, _, one = account.partition(":")
        if kind == state and amount and payee in (None, one):
            yield one, currency, amount


def _last_settlement(session: Session, account: str, currency: str) -> str:
    """The settlement up to which a balance is paid: the last that credited the account."""
    return (
        session.exec(
            select(LedgerEntryRow.settlement)
            .join(LedgerLineRow, col(LedgerLineRow.entry) == LedgerEntryRow.id)
            .where(
                LedgerLineRow.account == account,
                LedgerLineRow.currency == currency,
                LedgerLineRow.credit_micro > 0,
            )
            .order_by(col(LedgerEntryRow.posted_at).desc(), col(LedgerLineRow.id).desc())
        ).first()
        or ""
    )
