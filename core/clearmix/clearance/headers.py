"""Whose policy a text is, by its header lines alone: also of a text that does not check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from clearmix_rules import PolicySource
from clearmix_rules.reading.parser import pieces

_GAP = r"(?:\s|#[^\n]*\n)+"
"""What may stand between two words, as the rights language reads it."""

_TITLE = re.compile(rf'policy{_GAP}"([^"\n]*)"{_GAP}version{_GAP}(\d+)')
_AUTHOR = re.compile(rf'by{_GAP}(\w+)(?:{_GAP}"?(\w[\w.-]*)"?)?')


@dataclass(frozen=True)
class Header:
    """What a policy is called and who wrote it; together they name a version."""

    author: str
    """As written after `by`: `label northlight`, or `platform`."""
    title: str
    version: int

    def __str__(self) -> str:
        return f"“{self.title}” version {self.version} by {self.author}"


def header(text: str) -> Header | None:
    r"""The header of a policy; None if the text has none that can be read.

    >>> header('policy "Terms" version 2\nby label northlight\n')
    Header(author='label northlight', title='Terms', version=2)
    """
    title, author = _line(text, "policy", _TITLE), author_of(text)
    if title is None or author is None:
        return None
    return Header(author, title[1], int(title[2]))


def author_of(text: str) -> str | None:
    r"""Who speaks in a text; None if no line says `by`.

    >>> author_of('policy "Torn\nby platform\nrule'), author_of('by artist "50-cent"')
    ('platform', 'artist 50-cent')
    """
    found = _line(text, "by", _AUTHOR)
    return None if found is None else " ".join(part for part in found.groups() if part)


def _line(text: str, keyword: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first header line with a keyword, if it reads as it should."""
    for found, start, end in _lines(text):
        if found == keyword:
            return pattern.match(text, start, end)
    return None


@lru_cache(maxsize=1024)
def _lines(text: str) -> tuple[tuple[str, int, int], ...]:
    """The header lines as the rights language finds them, wherever they stand."""
    found = pieces(PolicySource("", text), [], set())
    return tuple(one for one in found if one[0] in ("policy", "by"))
