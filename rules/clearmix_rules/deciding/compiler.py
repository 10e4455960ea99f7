"""Compiles checked conditions to Python closures over the facts of one track."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from clearmix_rules import tree
from clearmix_rules.deciding.request import Fact, Party
from clearmix_rules.errors import EvaluationError
from clearmix_rules.schema import ROLES
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier


class View:
    """What the rules see of one track of a request.

    `facts` are those of the request and of the track; `labels` is the track's label with everything
    above it; `today` is set anew for each policy, which may have a zone of its own.
    """

    __slots__ = ("facts", "labels", "parties")

    def __init__(
        self, facts: dict[str, Fact], parties: Mapping[str, Party], labels: frozenset[str]
    ) -> None:
        self.facts = facts
        self.parties = parties
        self.labels = labels


Holds: TypeAlias = Callable[[View], bool]
Reads: TypeAlias = Callable[[Fact, View], bool]


def compile_condition(condition: Condition) -> Holds:
    """Whether a checked condition holds; the closure raises EvaluationError for a missing fact."""
    if isinstance(condition, FactTest):
        return _of_parties(condition) if condition.role else _of_facts(condition)
    if isinstance(condition, tree.Not):
        part = compile_condition(condition.part)
        return lambda view: not part(view)
    if isinstance(condition, tree.All):
        parts = tuple(map(compile_condition, condition.parts))
        return lambda view: all(part(view) for part in parts)
    if isinstance(condition, tree.Either):
        branches = tuple(map(compile_condition, condition.parts))
        return lambda view: any(branch(view) for branch in branches)
    raise TypeError("only a checked condition can be compiled")


def compile_scope(scope: tree.Scope | None) -> Holds:
    """Whether a rule is about the track."""
    if scope is None:
        return lambda view: True
    names = frozenset(name.text for name in scope.names)
    if scope.relation is tree.Relation.UNDER:
        return lambda view: not names.isdisjoint(view.labels)
    if scope.relation is tree.Relation.TRACK:
        return lambda view: view.facts["track.id"] in names or view.facts["track.isrc"] in names
    if scope.relation is tree.Relation.WORK:
        return lambda view: view.facts["work.id"] in names or view.facts["work.iswc"] in names
    key = {
        tree.Relation.BY: "track.artists", tree.Relation.WRITTEN_BY: "work.writers",
        tree.Relation.PUBLISHED_BY: "work.publishers", tree.Relation.OWNED_BY: "track.owners",
    }[scope.relation]  # fmt: skip
    return lambda view: not names.isdisjoint(view.facts[key])  # type: ignore[arg-type]


def actual(test: FactTest, view: View) -> Fact | None:
    """The value that a test reads, or None for one of parties or one that is not given."""
    return None if test.role else view.facts.get(test.attribute.key)


def _of_facts(test: FactTest) -> Holds:
    key = test.attribute.key
    if test.op is Op.GIVEN:
        return lambda view: key in view.facts
    reads = _reader(test)
    name = test.attribute.name

    def holds(view: View) -> bool:
        try:
            return reads(view.facts[key], view)
        except KeyError:
            raise EvaluationError(f"`{name}` is not known", help="give it in the request") from None

    return holds


def _of_parties(test: FactTest) -> Holds:
    """A test of each party in a role: of any, of every (at least one), or of none."""
    listed, key = ROLES[test.role or ""], test.attribute.key
    reads = _reader(test)
    name = test.attribute.name

    def one(id: str, view: View) -> bool:
        if key == "party.id":
            return reads(id, view)
        party = view.parties.get(id)
        if party is None or key not in party.facts:
            raise EvaluationError(
                f"nothing is known of `{id}`, so not its `{name}`", help=f'add "{id}" to "parties"'
            )
        return reads(party.facts[key], view)

    def each(view: View) -> list[bool]:
        return [one(id, view) for id in view.facts[listed]]  # type: ignore[union-attr]

    if test.quantifier is Quantifier.EVERY:
        return lambda view: bool(answers := each(view)) and all(answers)
    if test.quantifier is Quantifier.NO:
        return lambda view: not any(each(view))
    return lambda view: any(each(view))


def _reader(test: FactTest) -> Reads:
    """What a test asks of the value it reads."""
    values = test.values
    first: Any = values[0] if values else None
    names = frozenset(values)
    other = test.other.key if test.other else None
    op = test.op
    if op is Op.TRUE:
        return lambda value, view: value is True
    if op is Op.LIKE:
        pattern = re.compile(".*".join(map(re.escape, _stars(str(first)).split("*"))), re.DOTALL)
        return lambda value, view: pattern.fullmatch(str(value)) is not None
    if op is Op.BELOW:
        return lambda value, view: not names.isdisjoint(view.labels)
    if op in (Op.ONE_OF, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_ONLY):
        return _names_reader(op, names, other)
    if op in (Op.WITHIN, Op.WITHIN_BEFORE, Op.WITHIN_AFTER):
        return _days_reader(op, int(first), values[1] if len(values) > 1 else None, other)
    if op is Op.BETWEEN:
        low, high = values
        return lambda value, view: low <= value <= high  # type: ignore[operator]
    compare = _COMPARE[op]
    if other is not None:
        return lambda value, view: compare(value, view.facts[other])
    return lambda value, view: compare(value, first)


_COMPARE: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.AT_MOST: lambda a, b: a <= b, Op.AT_LEAST: lambda a, b: a >= b,
    Op.UNDER: lambda a, b: a < b, Op.OVER: lambda a, b: a > b, Op.EXACTLY: lambda a, b: a == b,
    Op.BEFORE: lambda a, b: a < b, Op.AFTER: lambda a, b: a > b,
    Op.ON_OR_BEFORE: lambda a, b: a <= b, Op.ON_OR_AFTER: lambda a, b: a >= b,
}  # fmt: skip


def _names_reader(op: Op, names: frozenset[Any], other: str | None) -> Reads:
    def right(view: View) -> frozenset[Any]:
        if other is None:
            return names
        value: Any = view.facts[other]
        return value if isinstance(value, frozenset) else frozenset((value,))

    if op is Op.ONE_OF:
        return (
            (lambda value, view: value in names)
            if other is None
            else (lambda value, view: value in right(view))
        )
    if op is Op.HAS_ANY:
        return lambda value, view: not right(view).isdisjoint(value)  # type: ignore[arg-type]
    if op is Op.HAS_ALL:
        return lambda value, view: right(view).issubset(value)  # type: ignore[arg-type]
    return lambda value, view: right(view).issuperset(value)  # type: ignore[arg-type]


def _days_reader(op: Op, most: int, point: Any, other: str | None) -> Reads:
    """Whether a day is at most so many days from another; the day itself counts."""

    def distance(value: Any, view: View) -> int:
        day: date = view.facts[other] if other else point  # type: ignore[assignment]
        return (value - day).days  # type: ignore[no-any-return]

    if op is Op.WITHIN_AFTER:
        return lambda value, view: 0 <= distance(value, view) <= most
    if op is Op.WITHIN_BEFORE:
        return lambda value, view: 0 <= -distance(value, view) <= most
    return lambda value, view: abs(distance(value, view)) <= most


def _stars(pattern: str) -> str:
    """A pattern with runs of stars made one, so that no pattern is slow to match."""
    return re.sub(r"\*+", "*", pattern)


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
