"""Finds, where a text cannot be read, what was written out of habit."""

from __future__ import annotations

import re
from functools import cache

from clearmix_rules.reading.wordings import WORDINGS, Remedy
from clearmix_rules.schema import ROLES, ROYALTY_BASES, SCHEMA, Kind
from clearmix_rules.territories import COMMON_MISTAKES, GROUPS

FARTHEST = 1_000
"""Characters before a place that are looked through, so that no line can make it slow."""


@cache
def _habits() -> tuple[tuple[re.Pattern[str], Remedy], ...]:
    """The table, with every hyphened word of the language as people write it without."""
    rows = SCHEMA.attributes.values()
    words = {row.name for row in rows}.union(
        ROLES, GROUPS, ROYALTY_BASES, *(row.values for row in rows)
    )
    spaced = "|".join(sorted(word.replace("-", " ") for word in words if "-" in word))
    facts = "|".join(row.name for row in rows if row.group != "party" and row.name != "follows")
    flags = "|".join(row.name for row in rows if row.kind is Kind.BOOL)
    named = "|".join(row.name for row in rows if row.kind in (Kind.ENUM, Kind.NAME, Kind.PARTY))
    sets = "|".join(row.name for row in rows if row.kind in (Kind.SET, Kind.PARTIES))
    places = tuple(
        (rf"\b({name.replace('-', ' ')})\b(?!-)", f"write `{code}`")
        for name, code in COMMON_MISTAKES.items()
        if "-" in name
    )
    table: tuple[tuple[str, Remedy], ...] = (
        (
            rf"\b(?:{named})\s*(is (?:at least|at most|over|under|exactly)(?=\s+[a-z])|[<>]=?)",
            "write `is` and its values",
        ),
        (rf"\b(?:{sets})\s+(are)\b", "write `has`"),
        *places,
        (rf"\b({spaced})\b(?!-)", _hyphened),
        (rf"\b((listener|track|work)\s+({flags}))\b(?!-)", "write `\\2 is \\3`"),
        (rf"\b((listener|track|work|generator)\s+({facts}))\b(?!-)\s", "write `\\2's \\3`"),
        *WORDINGS,
    )
    return tuple((re.compile(one, re.IGNORECASE | re.MULTILINE), help) for one, help in table)


def habit(text: str, position: int) -> tuple[int, str, str] | None:
    """What was written out of habit at, or just before, a place: offset, words and remedy.

    The match must reach the place, so that what stands elsewhere on the line is left alone.
    """
    begin = text.rfind("\n", 0, len(text[:position].rstrip())) + 1
    begin = max(begin, position - FARTHEST)
    end = text.find("\n", position + 1)
    region = text[begin : min(end if end >= 0 else len(text), position + 80)]
    for pattern, help in _habits():
        for match in pattern.finditer(region):
            after = len(region[match.end() :]) - len(region[match.end() :].lstrip())
            if match.start(1) <= position - begin <= match.end() + after:
                written = match[1].strip()
                start = begin + match.start(1) + match[1].index(written)
                return start, written, match.expand(help) if isinstance(help, str) else help(match)
    return None


def _hyphened(match: re.Match[str]) -> str:
    return f"write it with a hyphen: `{match[1].strip().lower().replace(' ', '-')}`"
