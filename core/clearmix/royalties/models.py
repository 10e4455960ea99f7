"""What the royalties room answers with: plays, settlements, statements and their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, Protocol

from clearmix.royalties.context import GENERATION

Category = Literal["original", "official-remix", "producer-led", "listener-remix", "listener-cover"]

CATEGORIES: tuple[Category, ...] = (
    "original", "official-remix", "producer-led", "listener-remix", "listener-cover",
)  # fmt: skip
"""Stream categories, kept apart from the log to the statement."""

SUSPENSE = "suspense"
"""Payees that begin with this word and a colon are accounts for money whose owner is not known."""

CARRIED = "carried"
"""The payee of what nobody claimed: an account that waits for a later period."""

LARGEST_JSON_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 7493, section 2.2)."""


def micro_json(amount_micro: int) -> int | str:
    """An amount for JSON: a number where every reader keeps it exact, else a string of digits.

    >>> micro_json(1_500_000), micro_json(2**60)
    (1500000, '1152921504606846976')
    """
    return amount_micro if abs(amount_micro) <= LARGEST_JSON_INTEGER else str(amount_micro)


def money(amount_micro: int, currency: str) -> str:
    """An amount in words, with no digit left out.

    >>> money(1_234_500_000, "GBP"), money(1, "GBP"), money(-2_000_000, "GBP")
    ('1,234.50 GBP', '0.000001 GBP', '-2.00 GBP')
    """
    units, rest = divmod(abs(amount_micro), 1_000_000)
    digits = f"{rest:06d}"
    tail = digits[:2] + digits[2:].rstrip("0")
    return f"{'-' if amount_micro < 0 else ''}{units:,}.{tail} {currency}"


def percent(share: Fraction) -> str:
    """A share in words, rounded to a hundredth of a percent only where it must be.

    >>> percent(Fraction(3, 8)), percent(Fraction(1, 3)), percent(Fraction(1))
    ('37.5 %', '33.33 %', '100 %')
    """
    hundredths = round(share * 10_000)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''} %"


@dataclass(frozen=True)
class Play:
    """One listening as it was logged; `maker_id` is the listener who had the item made."""

    event_id: str
    item_id: str
    listener_id: str
    played_at: datetime
    seconds: float
    category: Category
    territory: str
    tier: str
    offline: bool = False
    maker_id: str | None = None
    fraud: bool = False


class Heard(Protocol):
    """What a player reports of one listening; the room adds what the catalogue knows."""

    @property
    def id(self) -> str:
        """The event id, by which it counts once."""
        ...

    @property
    def item(self) -> str:
        """The recording or render that was heard."""
        ...

    @property
    def listener(self) -> str:
        """Who heard it."""
        ...

    @property
    def seconds(self) -> float:
        """For how long."""
        ...

    @property
    def played_at(self) -> datetime:
        """When it ended, with a zone."""
        ...


@dataclass(frozen=True)
class Refused:
    """A row of a play file that was not taken, and why; rows are counted from 1."""

    row: int
    event_id: str
    reason: str


@dataclass(frozen=True)
class PlaysImported:
    """What became of each row of a play file; the four counts add up to `rows`.

    `duplicates` were logged before (or earlier in the file) and count once. `unmatched` name an
    item that the catalogue does not know yet: they are kept, and paid into suspense if it is
    still unknown when the period is settled. `late` of the accepted rows are in a period that is
    settled already, and wait for a correction. `refusals` lists the first refused rows.
    """

    path: str
    rows: int
    accepted: int
    duplicates: int
    refused: int
    unmatched: int
    late: int
    refusals: tuple[Refused, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's types; `refused` lists rows, `refused_rows` counts them all."""
        return {
            "path": self.path,
            "rows": self.rows,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "unmatched": self.unmatched,
            "late": self.late,
            "refused_rows": self.refused,
            "reasons": dict(self.reasons),
            "refused": [asdict(refused) for refused in self.refusals],
        }


@dataclass(frozen=True)
class StatementLine:
    """What one payee earned in one role with one source of one item.

    Attributes:
        units: plays that count, or renders where the pool is `generation`.
        gross_micro: what the whole item earned of this pool.
        amount_micro: this payee's part of it, which is exactly `share` of `gross_micro` but for
            the rounding to whole micro-units.
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

    @property
    def plays(self) -> int:
        """How many plays count; none where the line pays for making a render."""
        return 0 if self.pool == GENERATION else self.units

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
        }


@dataclass(frozen=True)
class Settlement:
    """One period settled with one formula; `allocated_micro` always equals `pool_micro`.

    `posted` says whether this call wrote it to the ledger; running it again does not. `notes`
    are sentences for the operator, such as plays that arrived too late.
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
    notes: tuple[str, ...]
    read_lines: Callable[[], tuple[StatementLine, ...]] = field(repr=False, compare=False)

    @cached_property
    def lines(self) -> tuple[StatementLine, ...]:
        """Every line, in the order of pool, item and payee; read when first asked for."""
        return self.read_lines()

    @property
    def payees(self) -> dict[str, int]:
        """What each payee was allocated, in micro-units."""
        return totals((line.payee, line.amount_micro) for line in self.lines)

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
            "plays": self.plays,
            "eligible_plays": self.eligible_plays,
            "posted_at": self.posted_at.isoformat(),
            "posted": self.posted,
            "notes": list(self.notes),
            "payees": {payee: micro_json(amount) for payee, amount in self.payees.items()},
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
class Explanation:
    """Where a line comes from: `steps` are sentences, `plays` a sample of the event ids."""

    line: StatementLine
    formula: str
    formula_version: str
    decision_hash: str
    steps: tuple[str, ...]
    plays: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The explanation in JSON's types."""
        return {
            "line": self.line.as_json(),
            "formula": self.formula,
            "formula_version": self.formula_version,
            "decision_hash": self.decision_hash,
            "steps": list(self.steps),
            "plays": list(self.plays),
        }


@dataclass(frozen=True)
class Replay:
    """What replaying a settlement from its kept inputs gave; `differences` are sentences."""

    hash: str
    replayed_hash: str
    ledger_balances: bool
    differences: tuple[str, ...]

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


def totals(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sum of each name's amounts, by name."""
    found: dict[str, int] = {}
    for name, amount in amounts:
        found[name] = found.get(name, 0) + amount
    return dict(sorted(found.items()))
