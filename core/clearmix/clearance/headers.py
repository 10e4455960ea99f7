"""Whose policy a text is, by its header lines alone: also of a text that does not check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clearmix_rules import Diagnostic, PolicySource
from clearmix_rules.reading.builder import Builder
from clearmix_rules.reading.parser import STARTS, grammar, pieces
from clearmix_rules.reading.pieces import parse_piece
from clearmix_rules.tree import Author


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
    said = _said(text)
    if not said.get("policy") or not said.get("by"):
        return None
    (title, version), author = said["policy"], said["by"]
    return Header(f"{author.kind} {author.party}".rstrip(), title, version)


def author_of(text: str) -> Author | None:
    r"""Who speaks in a text, as it is written; None if no line can be read that says `by`.

    >>> author_of('policy "Torn\nby artist "50-cent"\nin fource')
    Author(kind='artist', party='50-cent')
    """
    author: Author | None = _said(text).get("by")
    return author


def only_defines(text: str) -> bool:
    r"""Whether a text is no policy but a file of definitions, which policies share.

    >>> only_defines('define home as SE'), only_defines('policy "Torn\ndefine home as SE')
    (True, False)
    """
    said = _said(text)
    return bool(said) and said.keys() <= {"use", "define"}


@lru_cache(maxsize=1024)
def _said(text: str) -> Mapping[str, Any]:
    """What the first `policy` and `by` lines say, and the keywords of all other pieces.

    The rights language finds and reads them. Where it cannot, as the next line begins with a slip
    and so belongs to the one before, the line alone is read; None if that says nothing either.
    """
    source = PolicySource("", text)
    said: dict[str, Any] = {}
    for keyword, start, end in pieces(source, [], set()):
        if keyword in said:
            continue
        said[keyword] = None
        if keyword in ("policy", "by"):
            line_end = text.find("\n", start, end)
            for until in (end, line_end if line_end >= 0 else end):
                clause = parse_piece(source, grammar(), Builder(), STARTS[keyword], start, until)
                if not isinstance(clause, Diagnostic):
                    said[keyword] = clause.value
                    break
    return said
