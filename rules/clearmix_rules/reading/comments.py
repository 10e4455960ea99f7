"""The comments of a text, with where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A text in quotation marks never spans lines, so that a mark without a partner ends with its line.
_QUOTED_OR_COMMENT = re.compile(r'"(?:\\["\\]|[^"\\\n])*"|#[^\n]*')


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, from `#` to the end of its line."""

    text: str
    start: int
    """Its offset in the text."""
    trailing: bool
    """Whether something else stands before it on its line."""
    indented: bool
    apart: bool
    """Whether an empty line follows."""


def comments(text: str) -> Iterator[Comment]:
    """Every comment, in order."""
    for match in _QUOTED_OR_COMMENT.finditer(text):
        if match[0][0] == "#":
            before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            apart = re.compile(r"\n[ \t\r]*\n").match(text, match.end()) is not None
            trailing = bool(before.strip())
            yield Comment(match[0].rstrip(), match.start(), trailing, bool(before), apart)


def comment_start(line: str) -> int:
    """The column, from 0, at which the comment of a line begins; -1 if it has none."""
    return next((one.start for one in comments(line)), -1)
