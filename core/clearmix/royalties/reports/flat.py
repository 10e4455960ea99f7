"""A statement as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from clearmix.royalties.reports.document import Document, Row, decimal, exact

Cell = Callable[[Document, Row], str | int]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula and runs it (OWASP, CSV
Injection); some take the full-width signs of East Asian text for them too."""

COLUMNS: Mapping[str, Cell] = {
    "statement_id": lambda document, row: document.id,
    "reporting_date": lambda document, row: str(document.reporting_date or ""),
    "usage_period": lambda document, row: row.line.period,
    "pool": lambda document, row: row.line.pool,
    "tier": lambda document, row: guarded(row.tier),
    "territory": lambda document, row: guarded(row.territory),
    "use_type": lambda document, row: row.use_type,
    "category": lambda document, row: row.line.category,
    "source_isrc": lambda document, row: row.source.isrc,
    "source_id": lambda document, row: guarded(row.line.source),
    "upc": lambda document, row: row.source.upc,
    "grid": lambda document, row: row.source.grid,
    "output_id": lambda document, row: guarded(row.line.item_id),
    "iswc": lambda document, row: row.source.iswc,
    "title": lambda document, row: guarded(row.line.title),
    "artist": lambda document, row: guarded(row.source.artist),
    "payee": lambda document, row: guarded(row.line.payee),
    "payee_name": lambda document, row: guarded(row.payee.name),
    "ipi": lambda document, row: row.payee.ipi,
    "isni": lambda document, row: row.payee.isni,
    "role": lambda document, row: guarded(row.line.role),
    "right_side": lambda document, row: row.line.side,
    "units": lambda document, row: row.units,
    "gross": lambda document, row: decimal(row.gross_micro),
    "share": lambda document, row: exact(row.line.share),
    "rate_base": lambda document, row: row.line.base,
    "splits_from": lambda document, row: row.line.splits_from,
    "amount": lambda document, row: decimal(row.amount_micro),
    "fee": lambda document, row: decimal(0),
    "withholding_rate": lambda document, row: "0",
    "withholding": lambda document, row: decimal(0),
    "net": lambda document, row: decimal(row.amount_micro),
    "currency": lambda document, row: row.line.currency,
    "fx_rate": lambda document, row: "1",
    "fx_date": lambda document, row: str(row.last_day),
    "adjustment_of": lambda document, row: row.line.adjustment_of,
    "line_id": lambda document, row: row.line.id,
    "calculation_version": lambda document, row: guarded(row.formula),
    "hash": lambda document, row: row.line.settlement,
}
"""Columns of the file, in order; deductions and exchange are those of `WITHHELD_NOTE`."""


def to_csv(document: Document) -> str:
    """The statement as CSV with a header (RFC 4180); the `net` cells add up to its totals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in document.rows:
        writer.writerow([cell(document, row) for cell in COLUMNS.values()])
    return text.getvalue()


def guarded(text: str) -> str:
    """A text that no spreadsheet runs: one that would be a formula gets an apostrophe in front.

    >>> guarded("=1+1"), guarded("Dawn"), guarded(" @here")
    ("'=1+1", 'Dawn', "' @here")
    """
    return f"'{text}" if text.lstrip(" \0").startswith(_FORMULA_STARTS) else text
