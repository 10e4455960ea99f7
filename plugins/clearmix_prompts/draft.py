"""The fields of a spec while one turn is folded into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clearmix_prompts.grammar import Ask

Fields = dict[str, Any]
"""Fields of a spec in JSON's types."""


@dataclass
class Draft:
    """A spec in the making.

    `before` are the fields as the turn found them. `further` says that the turn goes on from what
    stands, `assumed` are paths of values that were not asked for, `refused` asks that nothing came
    of, `questions` what must be asked back,
    `touched` the fields that this turn speaks of, `wanted` the terms that it asks for.
    """

    fields: Fields
    refining: bool
    before: Fields = field(default_factory=dict)
    further: bool = False
    assumed: list[str] = field(default_factory=list)
    refused: list[Ask] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)

    def assume(self, path: str) -> None:
        """Notes that the value at a path was not asked for."""
        if path not in self.assumed:
            self.assumed.append(path)


def values(asks: Iterable[Ask], what: str) -> list[Any]:
    """The different values of the asks of one sort, in their order."""
    return list(dict.fromkeys(ask.value for ask in asks if ask.what == what))
