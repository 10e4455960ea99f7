"""A statement as a page with plots, for a phone, a desk and paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clearmix.royalties.models import StatementLine
from clearmix.royalties.money import money, totals
from clearmix.royalties.plays import UNKNOWN_TERRITORY
from clearmix.royalties.reports.document import Document
from clearmix.royalties.reports.naming import Names
from clearmix.royalties.reports.pages import page
from clearmix.royalties.reports.plots import Amount, Bars, bars, largest
from clearmix.storage.tables.royalties import SettlementRow

KINDS = {
    "original": "original",
    "official-remix": "remix",
    "producer-led": "remix",
    "listener-remix": "remix",
    "listener-cover": "cover",
}
"""What the plots take each stream category for; every other is `other`."""

KEY = (
    ("original", "originals"), ("remix", "remixes"), ("cover", "covers"),
    ("other", "what waits for an owner"),
)  # fmt: skip

WORDS = {UNKNOWN_TERRITORY: "no known territory, or a fee for a render"}
"""What a reader may not know by its code."""

TRACKS_BESIDE = 6
"""Tracks whose originals and remixes stand side by side."""


@dataclass(frozen=True)
class Part:
    """The plots of one currency."""

    by_track: Bars
    by_territory: Bars
    by_category: Bars
    beside: Bars
    key: tuple[tuple[str, str], ...]


def to_html(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> str:
    """The statement as one page that fetches nothing and runs nothing."""
    return page(
        "statement.html",
        document=document,
        statement=document.statement,
        lines=by_size(document.statement.lines),
        names=names,
        parts=[plots_of(document, names, currency) for currency in document.currencies],
        settlements=sorted(settlements.values(), key=lambda row: (row.period, row.formula)),
    )


def plots_of(document: Document, names: Names, currency: str) -> Part:
    """What the lines of one currency give, by track, territory, category and kind."""
    lines = [line for line in document.statement.lines if line.currency == currency]
    tracks = totals((track_of(line, names), line.amount_micro) for line in lines)
    territories = totals(
        (row.territory, row.amount_micro) for row in document.rows if row.line.currency == currency
    )
    categories = totals((line.category, line.amount_micro) for line in lines)
    beside = []
    for track, _ in largest(tracks)[:TRACKS_BESIDE]:
        kinds = totals(
            (kind_of(line), line.amount_micro) for line in lines if track_of(line, names) == track
        )
        beside += [
            Amount(f"{track}: {words}", kinds[kind], money(kinds[kind], currency), kind)
            for kind, words in KEY
            if kind in kinds
        ]
    shown = {amount.kind for amount in beside}
    return Part(
        by_track=bars(_amounts(largest(tracks), currency)),
        by_territory=bars(
            _amounts(
                ((WORDS.get(name, name), amount) for name, amount in largest(territories)),
                currency,
            )
        ),
        by_category=bars(
            Amount(name, amount, money(amount, currency), KINDS.get(name, "other"))
            for name, amount in categories.items()
        ),
        beside=bars(beside),
        key=tuple(entry for entry in KEY if entry[0] in shown),
    )


def by_size(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """The lines as a reader wants them: the largest amounts first."""
    return sorted(lines, key=lambda line: (-abs(line.amount_micro), line.id))


def track_of(line: StatementLine, names: Names) -> str:
    """What the plots call the recording that a line goes back to."""
    return names.source(line.source).title or line.title or line.item_id


def kind_of(line: StatementLine) -> str:
    """What the plots take a line for."""
    return KINDS.get(line.category, "other")


def _amounts(sums: Iterable[tuple[str, int]], currency: str) -> list[Amount]:
    return [Amount(name, amount, money(amount, currency), "plain") for name, amount in sums]
