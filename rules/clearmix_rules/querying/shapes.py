"""The shape of a condition: its constants taken out, so that many policies share one predicate."""

from __future__ import annotations

from clearmix_rules.querying.residual import (
    Between,
    Both,
    Either,
    Equals,
    Lists,
    No,
    Node,
    Number,
    Param,
    Text,
    Truth,
)

MOST_NAMES = 4
"""A longer list of names stays part of the shape."""


class Shaping:
    """Takes the constants out of conditions, in reading order."""

    def __init__(self) -> None:
        self.values: list[str | int] = []

    @classmethod
    def of(cls, truth: Truth) -> tuple[Truth, tuple[str | int, ...]]:
        """A condition with numbered places instead of constants, and the constants."""
        shaping = cls()
        shape = Truth(shaping.node(truth.holds), shaping.node(truth.error))
        return shape, tuple(shaping.values)

    def node(self, node: Node) -> Node:
        """The shape of one condition."""
        if isinstance(node, Both):
            return Both(tuple(map(self.node, node.parts)))
        if isinstance(node, Either):
            return Either(tuple(map(self.node, node.parts)))
        if isinstance(node, No):
            return No(self.node(node.part))
        if isinstance(node, Equals) and len(node.values) <= MOST_NAMES:
            return Equals(node.column, tuple(map(self._text, node.values)))
        if isinstance(node, Lists):
            return Lists(node.column, self._text(node.entry))
        if isinstance(node, Between):
            return Between(node.column, self._number(node.least), self._number(node.most))
        return node

    def _text(self, value: Text) -> Param:
        return self._place(value)

    def _number(self, value: Number | None) -> Param | None:
        return None if value is None else self._place(value)

    def _place(self, value: str | int | Param) -> Param:
        if isinstance(value, Param):
            return value
        self.values.append(value)
        return Param(len(self.values) - 1)
