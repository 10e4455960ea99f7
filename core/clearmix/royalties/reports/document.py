"""A statement as accountants take it: one row for each line, territory and tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from operator import sub
from typing import Any, NamedTuple

from clearmix.royalties.context import GENERATION, pool_of
from clearmix.royalties.digests import canonical_hash
from clearmix.royalties.models import Statement, StatementLine
from clearmix.royalties.money import micro_json, totals
from clearmix.royalties.period import Period
from clearmix.royalties.reports.naming import Names, PayeeNames, SourceNames
from clearmix.royalties.reports.spreading import spread
from clearmix.royalties.reports.usage import Usage
from clearmix.storage.tables.royalties import SettlementRow

EARNED_NOTE = (
    "a line is divided among territories and tiers by what its plays there earned under the formula"
)
"""What every statement says of its territories..."""

SPREAD_NOTE = (
    "settlements of an earlier version did not keep what each play earned: their lines are divided "
    "among territories and tiers by plays that count, as if each had earned the same"
)
"""...and what is added where that is not known."""

WITHHELD_NOTE = (
    "no tax is withheld, no fee is taken and no currency is exchanged before payment; "
    "the service's share has left the pool before it was divided"
)
"""What every statement says of its empty deductions."""


@dataclass(frozen=True)
class Row:
    """The part of a statement line that was heard in one territory and tier.

    The rows of a line add up to its `units`, `gross_micro` and `amount_micro` exactly.
    """

    line: StatementLine
    territory: str
    tier: str
    units: int
    gross_micro: int
    amount_micro: int
    source: SourceNames
    payee: PayeeNames
    formula: str

    @property
    def use_type(self) -> str:
        """What was paid for: the making of a render, or streams."""
        return "render" if pool_of(self.line.pool) == GENERATION else "stream"

    @property
    def last_day(self) -> date:
        """The last day of the month that it was earned in."""
        return last_day(self.line.period)


@dataclass(frozen=True)
class Document:
    """A statement with all that its reader needs; made again, it is the same to the byte.

    `reporting_date` is the day on which the latest of its settlements was posted.
    """

    statement: Statement
    id: str
    reporting_date: date | None
    rows: tuple[Row, ...]
    payee: PayeeNames
    notes: tuple[str, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of its lines."""
        return tuple(self.statement.totals)

    @property
    def usage_period(self) -> tuple[date, date] | None:
        """First and last day of the months that it covers."""
        months = sorted({row.line.period for row in self.rows} or {self.statement.period or ""})
        if not months[0]:
            return None
        return Period(months[0]).start.date(), last_day(months[-1])

    def as_json(self) -> dict[str, Any]:
        """The statement's own JSON, with its id, day, notes and sums by territory."""
        return {
            **self.statement.as_json(),
            "id": self.id,
            "reporting_date": self.reporting_date.isoformat() if self.reporting_date else None,
            "ipi": self.payee.ipi or None,
            "isni": self.payee.isni or None,
            "by_territory": {
                currency: {
                    territory: micro_json(amount)
                    for territory, amount in totals(
                        (row.territory, row.amount_micro)
                        for row in self.rows
                        if row.line.currency == currency
                    ).items()
                }
                for currency in self.currencies
            },
            "notes": list(self.notes),
        }


def make_document(
    statement: Statement,
    settlements: Mapping[str, SettlementRow],
    usages: Mapping[str, Usage],
    names: Names,
    notes: Iterable[str] = (),
) -> Document:
    """The document of a statement.

    Args:
        statement: whose lines it states.
        settlements: of the lines, by hash.
        usages: where the money of each settlement was earned, and of those it corrects, by hash.
        names: of every source and payee.
        notes: what else its reader should know.
    """
    days = [row.posted_at.date() for row in settlements.values()]
    rows = tuple(
        row
        for line in statement.lines
        for row in _rows(line, settlements[line.settlement], usages, names)
    )
    alike = () if all(usage.valued for usage in usages.values()) else (SPREAD_NOTE,)
    identity = [statement.payee, statement.period, *(line.id for line in statement.lines)]
    return Document(
        statement=statement,
        id=canonical_hash([*identity, *sorted(settlements)])[:16],
        reporting_date=max(days) if days else None,
        rows=rows,
        payee=names.payee(statement.payee),
        notes=(*notes, EARNED_NOTE, *alike, WITHHELD_NOTE, *names.notes),
    )


def _rows(
    line: StatementLine, settlement: SettlementRow, usages: Mapping[str, Usage], names: Names
) -> Iterator[Row]:
    for (territory, tier), part in _placed(line, usages).items():
        yield Row(
            line=line,
            territory=territory,
            tier=tier,
            **part._asdict(),
            source=names.source(line.source),
            payee=names.payee(line.payee),
            formula=f"{settlement.formula} {settlement.formula_version}",
        )


class _Part(NamedTuple):
    """What a line says, of one territory and tier."""

    units: int
    gross_micro: int
    amount_micro: int


def _placed(line: StatementLine, usages: Mapping[str, Usage]) -> dict[tuple[str, str], _Part]:
    """The parts of a line by territory and tier; they add up to it.

    What a correction changed in a place is what was earned there now less what was before.
    """
    before = line.before
    if before is None:
        return _divided(line, usages[line.settlement])
    now = _divided(line.after, usages[line.settlement])
    was = _divided(before, usages[before.settlement])
    nothing = _Part(0, 0, 0)
    return {
        place: _Part(*map(sub, now.get(place, nothing), was.get(place, nothing)))
        for place in sorted({*now, *was})
    }


def _divided(line: StatementLine, usage: Usage) -> dict[tuple[str, str], _Part]:
    places = usage.of(line)
    worths = [place.worth for place in places]
    columns = (
        spread(line.units, [place.units for place in places]),
        spread(line.gross_micro, worths),
        spread(line.amount_micro, worths),
    )
    parts = [_Part(*values) for values in zip(*columns, strict=True)]
    return {(place.territory, place.tier): part for place, part in zip(places, parts, strict=True)}


def last_day(month: str) -> date:
    """The last day of a month.

    >>> last_day("2028-02").isoformat()
    '2028-02-29'
    """
    return Period(month).end.date() - timedelta(days=1)


def decimal(amount_micro: int) -> str:
    """An amount for a machine: a point, six places, no sign but a minus.

    >>> decimal(1_260_000), decimal(-1)
    ('1.260000', '-0.000001')
    """
    whole, rest = divmod(abs(amount_micro), 1_000_000)
    return f"{'-' if amount_micro < 0 else ''}{whole}.{rest:06d}"


def exact(share: Fraction) -> str:
    """A share for a machine, such as `9/20`."""
    return f"{share.numerator}/{share.denominator}"
