"""What one month carries into the next: money of a pool that no play claimed.

It waits in an account `carried:` and the pool's name, and the next month that divides the pool
takes it in: what each subscriber pays (or each render owes) becomes more in proportion, so that a
formula divides old and new money alike. A line takes it out of the account again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from clearmix.errors import RoyaltyError
from clearmix.royalties.context import GENERATION, SIDED, pool_of
from clearmix.royalties.engine import Engine, literal
from clearmix.royalties.models import CARRIED
from clearmix.royalties.money import money
from clearmix.royalties.period import Period
from clearmix.storage.tables.royalties import (
    LedgerEntryRow,
    LedgerLineRow,
    SettledPoolRow,
    SettlementRow,
)

CARRIED_COLUMNS = {"pool": "VARCHAR", "amount_micro": "BIGINT"}
"""What is taken in, by pool, or by side of a pool where it waited there."""

REPLACED = select(SettlementRow.corrects).where(col(SettlementRow.corrects).is_not(None))
"""The hashes of settlements that a correction has replaced."""


def waiting(
    session: Session, period: Period, currency: str, correcting: SettlementRow | None = None
) -> dict[str, int]:
    """What a month may take in of each pool, or of each side, in micro-units.

    That is what the months before it carried, less what they took in themselves. A month that is
    settled after a later one takes in nothing, as that one has; and a correction takes in no more
    than the settlement that it corrects did.
    """
    balance = func.sum(LedgerLineRow.credit_micro) - func.sum(LedgerLineRow.debit_micro)
    rows = session.exec(
        select(LedgerLineRow.account, balance)
        .join(LedgerEntryRow, col(LedgerLineRow.entry) == LedgerEntryRow.id)
        .join(SettlementRow, col(LedgerEntryRow.settlement) == SettlementRow.hash)
        .where(
            col(LedgerLineRow.account).startswith(f"{CARRIED}:"),
            LedgerLineRow.currency == currency,
            SettlementRow.period < period.text,
        )
        .group_by(LedgerLineRow.account)
        .order_by(LedgerLineRow.account)
    ).all()
    found = {account.partition(":")[2]: int(amount) for account, amount in rows if amount > 0}
    if correcting is not None:
        before = taken_in(correcting)
        return {pool: min(amount, before[pool]) for pool, amount in found.items() if pool in before}
    later = set(
        session.exec(select(SettledPoolRow.pool).where(SettledPoolRow.period > period.text))
    )
    return {pool: amount for pool, amount in found.items() if pool_of(pool) not in later}


def to_take_in(session: Session, period: Period, currency: str) -> dict[str, int]:
    """What a month takes in of each pool or side, or took in of those that it has divided."""
    settled = [row for row in standing(session, period) if row.currency == currency]
    divided = {pool for row in settled for pool in row.pools}
    found = waiting(session, period, currency)
    took = [pair for row in settled for pair in taken_in(row).items()]
    return {pool: amount for pool, amount in found.items() if pool_of(pool) not in divided} | dict(
        took
    )


def standing(session: Session, period: Period) -> Sequence[SettlementRow]:
    """The settlements of a month that no correction has replaced."""
    return session.exec(
        select(SettlementRow)
        .where(SettlementRow.period == period.text, col(SettlementRow.hash).not_in(REPLACED))
        .order_by(SettlementRow.formula)
    ).all()


def taken_in(row: SettlementRow) -> dict[str, int]:
    """What a settlement took in of each pool or side."""
    return {pool: int(amount) for pool, amount in row.manifest.get("carried", {}).items()}


@dataclass(frozen=True)
class Overdrawn:
    """What a settlement took in of a pool or side that the months before it pay to others now."""

    period: str
    formula: str
    pool: str
    amount_micro: int


def overdrawn(session: Session, since: Period, currency: str) -> tuple[Overdrawn, ...]:
    """What was taken in after a month and is not there any more, the earliest month first."""
    rows = session.exec(
        select(SettlementRow)
        .where(
            SettlementRow.period > since.text,
            SettlementRow.currency == currency,
            col(SettlementRow.hash).not_in(REPLACED),
        )
        .order_by(SettlementRow.period, SettlementRow.formula)
    ).all()
    return tuple(
        Overdrawn(row.period, row.formula, pool, amount - left.get(pool, 0))
        for row in rows
        for left in [waiting(session, Period(row.period), row.currency, row)]
        for pool, amount in taken_in(row).items()
        if amount > left.get(pool, 0)
    )


def lay_carried(engine: Engine, carried: Mapping[str, int]) -> None:
    """Makes `carried`, for the pools into which something is paid; `subscriptions` are laid."""
    funded = {
        pool
        for pool, amount in engine.rows(
            "SELECT pool, sum(net_micro) FROM subscriptions GROUP BY pool "
            "UNION ALL SELECT ?, sum(fee_micro) FROM renders",
            [GENERATION],
        )
        if amount
    }
    rows = [(pool, amount) for pool, amount in carried.items() if pool_of(pool) in funded]
    engine.create("carried", CARRIED_COLUMNS, rows)


def take_in(engine: Engine, period: Period) -> tuple[str, str]:
    """The tables of subscriptions and of renders with what is `carried`; they are made."""
    engine.ensure("carried", CARRIED_COLUMNS)
    if not engine.one("SELECT count(*) FROM carried")[0]:
        return "subscriptions", "renders"
    made = []
    for table, pool, id, amount in (
        ("subscriptions", "pool", "listener_id", "net_micro"),
        ("renders", literal(GENERATION), "item_id", "fee_micro"),
    ):
        # By largest remainder, ties by a hash: no listener is favoured.
        engine.derive(
            f"{table}_with_carried",
            f"""
            WITH waiting AS (
                SELECT split_part(pool, '/', 1) AS name, sum(amount_micro)::HUGEINT AS more
                FROM carried GROUP BY ALL
            ), paid AS (
                SELECT *, {pool} AS name, sum({amount}) OVER (PARTITION BY {pool}) AS whole
                FROM {table}
            ), cut AS (
                SELECT paid.*, coalesce(more, 0) AS more,
                    coalesce(more * {amount} // whole, 0) AS base,
                    coalesce(more * {amount} % whole, 0) AS remainder
                FROM paid LEFT JOIN waiting USING (name)
            ), placed AS (
                SELECT *, more - sum(base) OVER (PARTITION BY name) AS rest, row_number() OVER (
                    PARTITION BY name
                    ORDER BY remainder DESC, sha256({literal(period.text + "|")} || {id})
                ) AS place
                FROM cut
            )
            SELECT * EXCLUDE (name, whole, more, base, remainder, rest, place)
                REPLACE (({amount} + base + (place <= rest)::BIGINT)::BIGINT AS {amount})
            FROM placed
            """,  # noqa: S608
        )
        made.append(f"{table}_with_carried")
    return made[0], made[1]


def carried_sides(engine: Engine) -> dict[str, dict[str, int]]:
    """What is taken in of each side of a pool, by pool; what is of no side is left out."""
    sides: dict[str, dict[str, int]] = {}
    for name, amount in engine.rows("SELECT pool, amount_micro FROM carried"):
        pool, _, side = name.partition("/")
        if side in SIDED:
            sides.setdefault(pool, {})[side] = int(amount)
    return sides


def require_waiting(session: Session, row: SettlementRow, correcting: SettlementRow | None) -> None:
    """Raises RoyaltyError if what a settlement takes in was taken or changed meanwhile."""
    now = waiting(session, Period(row.period), row.currency, correcting)
    for pool, amount in taken_in(row).items():
        if now.get(pool, 0) != amount:
            raise RoyaltyError(
                f"what waits in `{CARRIED}:{pool}` changed while {row.period} was settled: "
                f"{money(amount, row.currency)} is now {money(now.get(pool, 0), row.currency)}",
                help="nothing was posted; run it again",
                place=row.period,
            )
