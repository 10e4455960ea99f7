"""What the royalties room answers with: settlements, statements, and their reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from clearmix.royalties.context import GENERATION, pool_of
from clearmix.royalties.money import micro_json, money, percent, totals

SUSPENSE = "suspense"
"""Payees that begin with this word and a colon are accounts for money whose owner is not known."""

CARRIED = "carried"
"""The payee of what nobody claimed: an account that waits for a later period."""

TAKEN_IN = "taken-in"
"""The role of a line by which a later period takes in what was carried; its amount is below zero.
"""


@dataclass(frozen=True)
class StatementLine:
    """What one payee earned in one role with one source of one item.

    Attributes:
        units: plays that count, or renders where the pool is `generation`.
        gross_micro: what the whole item earned of this pool.
        amount_micro: this payee's part of it, which is exactly `share` of `gross_micro` but for
            the rounding to whole micro-units.
        splits_from: where shares changed within the period, the day from which these held.
        base: what the rate of a contract term is a part of, if a term set this share: `net-pool`,
            `render-fee`, `item-earnings`, `revenue` or `net-revenue`.
        adjustment_of: on a line that corrects another one, that line's id, or `new` if there was
            none; its units and amounts are the differences.
        before: on a line that corrects another one, that line, if there was one.
    """

    id: str
    settlement: str
    period: str
    pool: str
    category: str
    item_id: str
    title: str
    source: str
    side: str
    role: str
    payee: str
    units: int
    gross_micro: int
    share: Fraction
    amount_micro: int
    currency: str
    splits_from: str = ""
    base: str = ""
    adjustment_of: str = ""
    before: StatementLine | None = field(default=None, repr=False, compare=False)

    @property
    def after(self) -> StatementLine:
        """The line as it stands; of one that corrects another one, what the two give together."""
        if self.before is None:
            return self
        return replace(
            self,
            before=None,
            units=self.before.units + self.units,
            gross_micro=self.before.gross_micro + self.gross_micro,
            amount_micro=self.before.amount_micro + self.amount_micro,
        )

    def less(self, before: StatementLine, adjustment_of: str) -> StatementLine:
        """The line that says what changed since another one, of that id, was stated."""
        return replace(
            self,
            units=self.units - before.units,
            gross_micro=self.gross_micro - before.gross_micro,
            amount_micro=self.amount_micro - before.amount_micro,
            adjustment_of=adjustment_of,
            before=before,
        )

    @property
    def plays(self) -> int:
        """How many plays count; none where the line pays for making a render."""
        return 0 if pool_of(self.pool) == GENERATION else self.units

    def as_json(self) -> dict[str, Any]:
        """The line in JSON's types."""
        return {
            "id": self.id,
            "settlement": self.settlement,
            "period": self.period,
            "pool": self.pool,
            "category": self.category,
            "item_id": self.item_id,
            "title": self.title,
            "source": self.source,
            "side": self.side,
            "role": self.role,
            "payee": self.payee,
            "units": self.units,
            "plays": self.plays,
            "gross_micro": micro_json(self.gross_micro),
            "share": f"{self.share.numerator}/{self.share.denominator}",
            "amount_micro": micro_json(self.amount_micro),
            "amount": money(self.amount_micro, self.currency),
            "currency": self.currency,
            "splits_from": self.splits_from or None,
            "base": self.base or None,
            "adjustment_of": self.adjustment_of or None,
        }


@dataclass(frozen=True)
class Settlement:
    """One period settled with one formula; `allocated_micro` always equals `pool_micro`.

    `posted` says whether this call wrote it to the ledger; running it again does not. A
    correction names the settlement that it `corrects`, and the open month it was `posted_in`.
    `carried` is what was divided together with `pools`, since no play of the months before had
    claimed it; lines of the payee `carried` take it out of that account. `notes` are sentences for
    the operator, such as plays that arrived too late. `followed` are the corrections of later
    months that a correction brought with it.
    """

    hash: str
    period: str
    formula: str
    formula_version: str
    currency: str
    pool_micro: int
    allocated_micro: int
    pools: Mapping[str, int]
    plays: int
    eligible_plays: int
    posted_at: datetime
    posted: bool
    corrects: str | None
    posted_in: str
    notes: tuple[str, ...]
    carried: Mapping[str, int]
    read_lines: Callable[[], tuple[StatementLine, ...]] = field(repr=False, compare=False)
    followed: tuple[Settlement, ...] = ()

    @cached_property
    def lines(self) -> tuple[StatementLine, ...]:
        """Every line, in the order of pool, item and payee; read when first asked for."""
        return self.read_lines()

    @property
    def payees(self) -> dict[str, int]:
        """What each payee was allocated, in micro-units."""
        return totals((line.payee, line.amount_micro) for line in self.lines)

    @property
    def by_category(self) -> dict[str, dict[str, int]]:
        """What each stream category was allotted, and the plays that counted for it."""
        plays: dict[tuple[str, ...], tuple[str, int]] = {}
        for line in self.lines:
            item = (pool_of(line.pool), line.item_id, line.splits_from)
            known = plays.get(item, (line.category, 0))
            plays[item] = (line.category, max(known[1], line.plays))
        amounts = totals((line.category, line.amount_micro) for line in self.lines)
        counts = totals(plays.values())
        return {
            category: {"amount_micro": amount, "plays": counts[category]}
            for category, amount in amounts.items()
        }

    def as_json(self) -> dict[str, Any]:
        """The settlement with its lines in JSON's types."""
        return {
            "hash": self.hash,
            "period": self.period,
            "formula": self.formula,
            "formula_version": self.formula_version,
            "currency": self.currency,
            "pool_micro": micro_json(self.pool_micro),
            "allocated_micro": micro_json(self.allocated_micro),
            "pools": {pool: micro_json(amount) for pool, amount in self.pools.items()},
            "carried": {pool: micro_json(amount) for pool, amount in self.carried.items()},
            "plays": self.plays,
            "eligible_plays": self.eligible_plays,
            "posted_at": self.posted_at.isoformat(),
            "posted": self.posted,
            "corrects": self.corrects,
            "posted_in": self.posted_in,
            "notes": list(self.notes),
            "followed": [
                {"hash": one.hash, "period": one.period, "formula": one.formula}
                for one in self.followed
            ],
            "payees": {payee: micro_json(amount) for payee, amount in self.payees.items()},
            "by_category": {
                category: {"amount_micro": micro_json(row["amount_micro"]), "plays": row["plays"]}
                for category, row in self.by_category.items()
            },
            "lines": [line.as_json() for line in self.lines],
        }


@dataclass(frozen=True)
class Statement:
    """What a payee earned, line by line; `totals` by currency, in micro-units."""

    payee: str
    name: str
    period: str | None
    lines: tuple[StatementLine, ...]

    @property
    def totals(self) -> dict[str, int]:
        """The sum of the lines of each currency."""
        return totals((line.currency, line.amount_micro) for line in self.lines)

    @property
    def by_category(self) -> dict[str, dict[str, int]]:
        """The sums of each stream category, by currency."""
        return {
            category: totals(
                (line.currency, line.amount_micro)
                for line in self.lines
                if line.category == category
            )
            for category in sorted({line.category for line in self.lines})
        }

    def as_json(self) -> dict[str, Any]:
        """The statement in JSON's types."""
        return {
            "payee": self.payee,
            "name": self.name,
            "period": self.period,
            "totals": {code: micro_json(amount) for code, amount in self.totals.items()},
            "total": "; ".join(money(amount, code) for code, amount in self.totals.items()),
            "by_category": {
                category: {code: micro_json(amount) for code, amount in sums.items()}
                for category, sums in self.by_category.items()
            },
            "lines": [line.as_json() for line in self.lines],
        }


@dataclass(frozen=True)
class Replay:
    """What replaying a settlement from its kept inputs gave; `differences` are sentences.

    So are `notes`, about what nobody has claimed up to that month and where it waits now.
    """

    hash: str
    replayed_hash: str
    ledger_balances: bool
    differences: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether inputs, lines and ledger all agree with the hash."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """The result in JSON's types."""
        return {
            "same": self.same,
            "hash": self.hash,
            "replayed_hash": self.replayed_hash,
            "ledger_balances": self.ledger_balances,
            "differences": list(self.differences),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Earning:
    """Who earns what share of each play of an item; the shares of all earnings are the whole.

    `why` names the contract term or the catalogue share that the share comes from.
    """

    party: str
    name: str
    role: str
    side: str
    source: str
    share: Fraction
    why: str

    @property
    def text(self) -> str:
        """The share in words, such as `37.5 %`."""
        return percent(self.share)

    def as_json(self) -> dict[str, Any]:
        """The earning in JSON's types."""
        return {
            "party": self.party,
            "name": self.name,
            "role": self.role,
            "side": self.side,
            "source": self.source,
            "share": f"{self.share.numerator}/{self.share.denominator}",
            "text": self.text,
            "why": self.why,
        }
