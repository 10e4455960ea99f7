"""Whose policy a text is, by its header lines alone: also of a text that does not check."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPACE = r"[^\S\n]+"
"""Also a space that does not break, which the rights language reads as one."""

_TITLE = re.compile(rf'^policy{_SPACE}"([^"\n]*)"{_SPACE}version{_SPACE}(\d+)', re.MULTILINE)
_AUTHOR = re.compile(rf'^by{_SPACE}(\w+)(?:{_SPACE}"?([a-z0-9][a-z0-9-]*)"?)?', re.MULTILINE)


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
    title, author = _TITLE.search(text), author_of(text)
    if title is None or author is None:
        return None
    return Header(author, title[1], int(title[2]))


def author_of(text: str) -> str | None:
    r"""Who speaks in a text; None if no line says `by`.

    >>> author_of('policy "Torn\nby platform\nrule'), author_of('by artist "50-cent"')
    ('platform', 'artist 50-cent')
    """
    found = _AUTHOR.search(text)
    return None if found is None else " ".join(part for part in found.groups() if part)
