"""The words a remix spec may use: canonical ids, their meaning in musical numbers, synonyms.

The terms are data: one TOML file for each kind beside this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class TermKind(StrEnum):
    """Which field of a spec a term belongs to; each has a TOML file of that name."""

    ERA = "eras"
    STYLE = "styles"
    MOOD = "moods"
    EFFECT = "effects"
    PART = "parts"
    USE_CASE = "use_cases"
    LINEUP = "lineups"


Meaning = Mapping[str, float | str | list[float] | list[str]]


@dataclass(frozen=True)
class Term:
    """One entry: `id` is canonical, `synonyms` are what people say, `meaning` is in numbers."""

    id: str
    kind: TermKind
    label: str
    synonyms: tuple[str, ...] = ()
    meaning: Meaning = field(default_factory=lambda: MappingProxyType({}))


@cache
def terms(kind: TermKind) -> Mapping[str, Term]:
    """All terms of a kind by id, in the order of their file.

    >>> terms(TermKind.ERA)["1980s"].label
    '1980s'
    """
    text = files(__package__).joinpath(f"{kind.value}.toml").read_text(encoding="utf-8")
    found: dict[str, Term] = {}
    for id, row in tomllib.loads(text).items():
        found[id] = Term(
            id=id,
            kind=kind,
            label=row.pop("label", id),
            synonyms=tuple(row.pop("synonyms", ())),
            meaning=MappingProxyType(row),
        )
    return MappingProxyType(found)


@cache
def _names(kind: TermKind) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for term in terms(kind).values():
        for name in (term.id, term.label, *term.synonyms):
            names.setdefault(_folded(name), term.id)
    return MappingProxyType(names)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def canonical(kind: TermKind, name: str) -> str | None:
    """The id of the term that a name or synonym stands for, or None.

    >>> canonical(TermKind.ERA, "80s")
    '1980s'
    """
    return _names(kind).get(_folded(name))


def near_matches(kind: TermKind, name: str, most: int = 3) -> tuple[str, ...]:
    """Ids whose names look like the given one, best first."""
    names = _names(kind)
    close = get_close_matches(_folded(name), names, n=most * 2, cutoff=0.6)
    return tuple(dict.fromkeys(names[found] for found in close))[:most]
