"""What an editor can change by itself: the remedies that name the right word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clearmix_rules.diagnostics import Diagnostic
from clearmix_rules.editing.positions import Positions

_REMEDY = re.compile(r"(?:did you mean|write) `([^`]+)`\??")
_WRITTEN = re.compile(r"`([^`]+)`$")


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a text and what to put there instead."""

    start: int
    end: int
    text: str


def span(positions: Positions, diagnostic: Diagnostic) -> tuple[int, int]:
    """The offsets that a diagnostic underlines."""
    start = positions.offset_of(diagnostic.line, diagnostic.column)
    return start, positions.offset_of(diagnostic.line, diagnostic.column + diagnostic.width)


def quick_fix(positions: Positions, diagnostic: Diagnostic) -> Edit | None:
    """The edit that follows a remedy, or None if the remedy is not simply another word.

    A diagnostic may underline more than the wrong word; then the word that its message ends with
    is what is replaced.
    """
    remedy = _REMEDY.fullmatch(diagnostic.help)
    if remedy is None:
        return None
    start, end = span(positions, diagnostic)
    underlined = positions.text[start:end]
    written = _WRITTEN.search(diagnostic.message)
    if written is None:
        return Edit(start, end, remedy[1])
    at = re.search(rf"(?<![\w-]){re.escape(written[1])}(?![\w-])", underlined)
    return Edit(start + at.start(), start + at.end(), remedy[1]) if at else None
