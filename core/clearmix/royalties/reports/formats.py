"""The formats of a statement, each written by the module that knows it, loaded when needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clearmix.royalties.reports.document import Document
    from clearmix.royalties.reports.naming import Names
    from clearmix.storage.tables.royalties import SettlementRow

Format = Literal["html", "csv", "pdf", "dsr-sales", "dsr-royalty", "json"]

BY_SUFFIX: Mapping[str, Format] = {
    ".html": "html", ".htm": "html", ".csv": "csv", ".pdf": "pdf", ".json": "json",
}  # fmt: skip
"""The format that a file's name asks for."""


def written(
    format: Format, document: Document, names: Names, settlements: Mapping[str, SettlementRow]
) -> bytes:
    """The bytes of a statement in a format."""
    return _WRITERS[format](document, names, settlements)


def _html(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> bytes:
    from clearmix.royalties.reports.statement_page import to_html

    return to_html(document, names, settlements).encode()


def _pdf(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> bytes:
    from clearmix.royalties.reports.statement_pdf import to_pdf

    return to_pdf(document, names)


def _csv(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> bytes:
    from clearmix.royalties.reports.flat import to_csv

    # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
    return to_csv(document).encode("utf-8-sig")


def _sales(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> bytes:
    from clearmix.royalties.reports.dsr import to_dsr

    return to_dsr(document, "sales").encode()


def _royalty(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> bytes:
    from clearmix.royalties.reports.dsr import to_dsr

    return to_dsr(document, "royalty").encode()


def _json(document: Document, names: Names, settlements: Mapping[str, SettlementRow]) -> bytes:
    return (json.dumps(document.as_json(), ensure_ascii=False, indent=2) + "\n").encode()


_Writer = Callable[["Document", "Names", "Mapping[str, SettlementRow]"], bytes]

_WRITERS: Mapping[Format, _Writer] = {
    "html": _html, "csv": _csv, "pdf": _pdf, "dsr-sales": _sales, "dsr-royalty": _royalty,
    "json": _json,
}  # fmt: skip
