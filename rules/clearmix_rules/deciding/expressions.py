"""Checked conditions written as Python expressions over the facts of one track.

The expressions read `f` (facts by key), `parties`, `labels` (the track's label with everything
above it), `now` and `today`. Every value of a policy becomes a constant `c0`, `c1` and so on, so
that policies which differ in their values only are written alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clearmix_rules import tree
from clearmix_rules.schema import ROLES
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier

CLOCK = {"request.now": "now", "request.today": "today"}
"""The facts that are not in `f`, with the variables that hold them."""
_COMPARE: Mapping[Op, str] = {
    Op.AT_MOST: "<=", Op.AT_LEAST: ">=", Op.UNDER: "<", Op.OVER: ">", Op.EXACTLY: "==",
    Op.BEFORE: "<", Op.AFTER: ">", Op.ON_OR_BEFORE: "<=", Op.ON_OR_AFTER: ">=",
}  # fmt: skip
_SETS: Mapping[Op, str] = {
    Op.HAS_ANY: "not {}.isdisjoint({})", Op.HAS_ALL: "{}.issubset({})",
    Op.HAS_ONLY: "{}.issuperset({})",
}  # fmt: skip


class Writer:
    """Writes expressions and gathers their constants in order."""

    def __init__(self) -> None:
        self.constants: list[object] = []

    def condition(self, node: Condition) -> str:
        """A condition; parts are tried from left to right, as far as needed."""
        if isinstance(node, FactTest):
            return self.test(node)
        if isinstance(node, tree.Not):
            return f"(not {self.condition(node.part)})"
        if isinstance(node, tree.All | tree.Either):
            word = " and " if isinstance(node, tree.All) else " or "
            return f"({word.join(map(self.condition, node.parts))})"
        raise TypeError("only a checked condition can be written")

    def test(self, test: FactTest) -> str:
        """One test, of a fact or of the parties in a role."""
        if test.role is None:
            if test.op is Op.GIVEN:
                return _given(test.attribute.key)
            return f"({self._asks(test, _fact(test.attribute.key))})"
        # Every party is read before any counts: who stands first must not decide whether a
        # missing fact of another is an error.
        listed = f"f[{ROLES[test.role]!r}]"
        key = test.attribute.key
        value = "p" if key == "party.id" else f"parties[p].facts[{key!r}]"
        asks = f"not ({self._asks(test, value)})" if test.negated else self._asks(test, value)
        each = f"[({asks}) for p in {listed}]"
        if test.quantifier is Quantifier.EVERY:
            return f"({listed} and all({each}))"
        return f"(not any({each}))" if test.quantifier is Quantifier.NO else f"any({each})"

    def _asks(self, test: FactTest, value: str) -> str:
        """What a test asks of the value it reads."""
        op = test.op
        if op is Op.TRUE:
            return f"{value} is True"
        if op is Op.LIKE:
            return f"{self._constant(Like(str(test.values[0])))}.matches({value})"
        if op is Op.BELOW:
            return f"not {self._constant(frozenset(test.values))}.isdisjoint(labels)"
        if op is Op.ONE_OF:
            return f"{value} in {self._names(test)}"
        if op in _SETS:
            return _SETS[op].format(self._names(test), value)
        if op is Op.BETWEEN:
            low, high = map(self._constant, test.values)
            return f"{low} <= {value} <= {high}"
        if op in _COMPARE:
            right = _fact(test.other.key) if test.other else self._constant(test.values[0])
            return f"{value} {_COMPARE[op]} {right}"
        most = self._constant(test.values[0])
        day = _fact(test.other.key) if test.other else self._constant(test.values[1])
        distance = f"({value} - {day}).days"
        if op is Op.WITHIN_AFTER:
            return f"0 <= {distance} <= {most}"
        if op is Op.WITHIN_BEFORE:
            return f"0 <= -{distance} <= {most}"
        return f"abs({distance}) <= {most}"

    def _names(self, test: FactTest) -> str:
        """The set of names that a test compares with."""
        if test.other is not None:
            return f"as_set({_fact(test.other.key)})"
        return self._constant(frozenset(test.values))

    def _constant(self, value: object) -> str:
        self.constants.append(value)
        return f"c{len(self.constants) - 1}"


def _fact(key: str) -> str:
    return CLOCK.get(key) or f"f[{key!r}]"


def _given(key: str) -> str:
    return "True" if key in CLOCK else f"({key!r} in f)"


def as_set(value: Any) -> frozenset[Any]:
    """A fact as a set: itself, or the set of it alone."""
    return value if isinstance(value, frozenset) else frozenset((value,))


class Like:
    """A pattern in which `*` stands for any text.

    Each piece between stars is looked for once, from left to right, so that no pattern is slow:
    a regular expression with many stars would take time beyond any bound.

    >>> Like("GB*26*").matches("GBXXX2600001"), Like("GB").matches("GBXXX2600001")
    (True, False)
    """

    __slots__ = ("_first", "_last", "_middle", "_whole")

    def __init__(self, pattern: str) -> None:
        pieces = pattern.split("*")
        self._whole = len(pieces) == 1
        self._first, self._last = pieces[0], pieces[-1]
        self._middle = [piece for piece in pieces[1:-1] if piece]

    def matches(self, value: object) -> bool:
        """Whether the whole text is like the pattern."""
        text = str(value)
        if self._whole:
            return text == self._first
        at, end = len(self._first), len(text) - len(self._last)
        if at > end or not (text.startswith(self._first) and text.endswith(self._last)):
            return False
        for piece in self._middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True


def reads_today(condition: Condition | None) -> bool:
    """Whether a condition depends on the calendar day."""
    if isinstance(condition, FactTest):
        keys = {condition.attribute.key, condition.other.key if condition.other else ""}
        return "request.today" in keys
    if isinstance(condition, tree.Not):
        return reads_today(condition.part)
    if isinstance(condition, tree.All | tree.Either):
        return any(map(reads_today, condition.parts))
    return False


def tests(condition: Condition | None) -> list[FactTest]:
    """Every test of a condition, from left to right."""
    if isinstance(condition, FactTest):
        return [condition]
    if isinstance(condition, tree.Not):
        return tests(condition.part)
    if isinstance(condition, tree.All | tree.Either):
        return [test for part in condition.parts for test in tests(part)]
    return []
