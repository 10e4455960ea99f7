"""A statement as PDF, to file and to sign: the same bytes whenever it is made.

ReportLab lays it out: BSD-licensed, one wheel of two megabytes in pure Python, and what else it
needs (Pillow, charset-normalizer) is installed already. fpdf2 would do too, but is LGPL and brings
two packages more.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from clearmix.royalties.money import money, percent
from clearmix.royalties.reports.document import Document
from clearmix.royalties.reports.naming import Names
from clearmix.royalties.reports.plots import Bars
from clearmix.royalties.reports.statement_page import by_size, plots_of
from clearmix.royalties.terms import EARNED_FROM

_COLOURS = {"original": "#7c6f64", "remix": "#d23c14", "cover": "#b27a00", "other": "#3f6f8f"}

_WIDE_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/arial.ttf",
)
"""Fonts with Greek, Cyrillic and more, embedded where a title needs one and the machine has it."""

_EAST_ASIAN = (
    ("HYSMyeongJo-Medium", ("HANGUL",)),
    ("HeiseiMin-W3", ("HIRAGANA", "KATAKANA")),
    ("STSong-Light", ("CJK",)),
)
"""Fonts that every PDF reader brings for the scripts of East Asia (Adobe Technical Note 5094)."""


def to_pdf(document: Document, names: Names) -> bytes:
    """The statement as PDF in A4, its pages numbered."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    opened = io.BytesIO()
    made = SimpleDocTemplate(
        opened, pagesize=A4, leftMargin=48, rightMargin=48, topMargin=48, bottomMargin=48,
        title=f"Royalty statement {document.id}", author="Clearmix", invariant=1,
    )  # fmt: skip

    def number(canvas: Any, template: Any) -> None:
        canvas.setFont(_base_font(), 8)
        canvas.drawString(48, 28, f"statement {document.id}")
        canvas.drawRightString(A4[0] - 48, 28, f"page {canvas.getPageNumber()}")

    made.build(list(_story(document, names)), onFirstPage=number, onLaterPages=number)
    return opened.getvalue()


def _story(document: Document, names: Names) -> Iterator[Any]:
    from reportlab.platypus import Paragraph, Spacer

    statement = document.statement
    yield Paragraph("Royalty statement", _style(9, "#665d54"))
    yield Paragraph(_marked(statement.name), _style(20))
    facts = [
        statement.period or "all months settled so far",
        f"reported {document.reporting_date}" if document.reporting_date else "",
        f"IPI {document.payee.ipi}" if document.payee.ipi else "",
        f"ISNI {document.payee.isni}" if document.payee.isni else "",
    ]
    yield Paragraph(_marked(", ".join(fact for fact in facts if fact)), _style(9, "#665d54"))
    if not statement.totals:
        yield Paragraph("nothing earned", _style(20))
    for currency, amount in statement.totals.items():
        yield Spacer(0, 10)
        yield Paragraph(money(amount, currency), _style(20))
        part = plots_of(document, names, currency)
        for title, shown in (
            ("By track", part.by_track),
            ("Remixes beside originals", part.beside),
            ("By territory", part.by_territory),
        ):
            yield Paragraph(title, _style(11, before=10))
            yield from (_bar(shown, place) for place in range(len(shown.bars)))
    if statement.lines:
        yield Paragraph("Lines", _style(11, before=12))
        yield _table(document, names)
    yield Paragraph("Notes", _style(11, before=12))
    for note in document.notes:
        yield Paragraph(_marked(f"{note}."), _style(8, "#665d54"))
    for hash in sorted({line.settlement for line in statement.lines}):
        yield Paragraph(f"settlement {hash}", _style(8, "#665d54"))


def _bar(shown: Bars, place: int) -> Any:
    from reportlab.graphics.shapes import Drawing, Line, Rect
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table

    bar = shown.bars[place]
    wide = 190.0
    drawing = Drawing(wide, 9)
    drawing.add(
        Rect(
            bar.start * wide / 100, 1, bar.width * wide / 100, 7, strokeColor=None,
            fillColor=HexColor(_COLOURS.get(bar.kind, "#3f6f8f")),
        )
    )  # fmt: skip
    drawing.add(Line(shown.zero * wide / 100, 0, shown.zero * wide / 100, 9, strokeWidth=0.5))
    row = [
        Paragraph(_marked(bar.label), _style(8)),
        drawing,
        Paragraph(bar.text, _style(8, right=True)),
    ]
    return Table([row], colWidths=[195, 195, 97], style=_plain(1))


def _table(document: Document, names: Names) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, Paragraph

    small, right = _style(8), _style(8, right=True)
    head = ["What", "Side, role", "Units", "Share", "Amount"]
    rows: list[list[Any]] = [
        [Paragraph(text, _style(8, "#665d54", right=place > 1)) for place, text in enumerate(head)]
    ]
    for line in by_size(document.statement.lines):
        source = names.source(line.source)
        ids = [
            f"ISRC {source.isrc}" if source.isrc else "",
            f"ISWC {source.iswc}" if source.iswc else "",
        ]
        since = f"shares from {line.splits_from}" if line.splits_from else ""
        base = f"share by contract {EARNED_FROM[line.base]}" if line.base else ""
        facts = (line.category, line.pool, line.period, since, base, *ids, line.id)
        under = ", ".join(part for part in facts if part)
        what = f'{_marked(line.title)}<br/><font size="6.5" color="#665d54">{_marked(under)}</font>'
        rows.append(
            [
                Paragraph(what, small),
                Paragraph(_marked(f"{line.side}, {line.role}"), small),
                Paragraph(str(line.units), right),
                Paragraph(percent(line.share), right),
                Paragraph(money(line.amount_micro, line.currency), right),
            ]
        )
    style = [*_plain(3), ("LINEABOVE", (0, 1), (-1, -1), 0.4, HexColor("#e0d8cb"))]
    return LongTable(rows, colWidths=[231, 84, 42, 46, 84], repeatRows=1, style=style)


def _plain(padding: int) -> list[Any]:
    whole = ((0, 0), (-1, -1))
    return [
        ("VALIGN", *whole, "TOP"), ("LEFTPADDING", *whole, 0), ("RIGHTPADDING", *whole, 4),
        ("TOPPADDING", *whole, padding), ("BOTTOMPADDING", *whole, padding),
    ]  # fmt: skip


def _style(size: float, colour: str = "#1c1815", *, before: int = 0, right: bool = False) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        "text", fontName=_base_font(), fontSize=size, leading=size * 1.3, textColor=colour,
        spaceBefore=before, spaceAfter=2, alignment=2 if right else 0, splitLongWords=1,
    )  # fmt: skip


# --- fonts ---------------------------------------------------------------------------------------


@cache
def _base_font() -> str:
    """The name of the embedded font of all text: Bitstream Vera, which ReportLab ships."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    for path in _WIDE_FONTS:
        if Path(path).is_file():
            pdfmetrics.registerFont(TTFont("Wide", path))
            break
    return "Vera"


@cache
def _font_of(sign: str) -> str | None:
    """The font that has a sign, or None if no font here has it."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    _base_font()
    for name in ("Vera", "Wide"):
        known = name in pdfmetrics.getRegisteredFontNames()
        if known and ord(sign) in pdfmetrics.getFont(name).face.charToGlyph:
            return name
    script = unicodedata.name(sign, "").split(" ")[0]
    for name, scripts in _EAST_ASIAN:
        if script in scripts:
            pdfmetrics.registerFont(UnicodeCIDFont(name))
            return name
    return None


def _marked(text: str) -> str:
    """A text as ReportLab's markup, escaped, each run in a font that has it; else `?`."""
    runs: list[tuple[str, str]] = []
    for sign in unicodedata.normalize("NFC", text):
        font = _font_of(sign)
        shown = sign if font else " " if sign.isspace() else "?"
        font = font or "Vera"
        if runs and runs[-1][0] == font:
            runs[-1] = (font, runs[-1][1] + shown)
        else:
            runs.append((font, shown))
    return "".join(
        escape(run) if font == "Vera" else f'<font name="{font}">{escape(run)}</font>'
        for font, run in runs
    )
