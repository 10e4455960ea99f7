"""Which words of a sentence changed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TypeAlias

Words: TypeAlias = list[tuple[str, bool]]
"""Pieces of a sentence; True marks those that the other one does not have."""


def reworded(before: str, after: str) -> tuple[Words, Words]:
    """Both sentences in pieces, those marked that differ.

    >>> reworded("at most 4 minutes", "at most 3 minutes")[1]
    [('at most ', False), ('3', True), (' minutes', False)]
    """
    old, new = (re.findall(r"\s+|[^\s]+", one) for one in (before, after))
    was: Words = []
    now: Words = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            was.append(("".join(old[a:b]), kind != "equal"))
        if c < d:
            now.append(("".join(new[c:d]), kind != "equal"))
    return was, now
