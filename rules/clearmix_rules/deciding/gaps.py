"""What keeps a condition from coming out as wanted: the cheapest set of tests to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from clearmix_rules import tree
from clearmix_rules.deciding.decision import RuleRef, Shortfall
from clearmix_rules.deciding.generated import View, holds
from clearmix_rules.deciding.request import Fact
from clearmix_rules.english import failing, remedy
from clearmix_rules.errors import EvaluationError
from clearmix_rules.schema import Origin
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier

# How much a listener minds a change; what they cannot change at all comes last.
_COST: Mapping[Origin, int] = {
    Origin.SPEC: 2, Origin.USE: 3, Origin.LISTENER: 20, Origin.GENERATOR: 20, Origin.CLOCK: 60,
    Origin.PARTY: 100, Origin.CATALOGUE: 200,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """One test that does not come out as wanted."""

    test: FactTest
    wanted: bool
    unknown: str = ""
    """Why the test could not be made at all, if it could not."""

    @property
    def cost(self) -> int:
        """How far away the change is."""
        return 400 if self.unknown else _COST[self.test.attribute.origin]

    def words(self, view: View) -> str:
        """The condition that fails, with the value read."""
        return self.unknown or failing(self.test, self.wanted, actual(self.test, view))

    @property
    def remedy(self) -> str:
        """Under which value it would come out as wanted."""
        return remedy(self.test, self.wanted)


def actual(test: FactTest, view: View) -> Fact | None:
    """The value that a test reads, or None for one of parties or one that is not given."""
    return None if test.role else view.facts.get(test.attribute.key)


def gaps(condition: Condition | None, view: View, wanted: bool = True) -> tuple[Gap, ...]:
    """The cheapest tests whose change would make a condition come out as wanted; () if it does."""
    if condition is None:
        return ()
    if isinstance(condition, FactTest):
        try:
            held = holds(condition, view)
        except EvaluationError as error:
            return (Gap(condition, wanted, error.message),)
        return () if held is wanted else (Gap(condition, wanted),)
    if isinstance(condition, tree.Not):
        return gaps(condition.part, view, not wanted)
    if isinstance(condition, tree.All | tree.Either):
        parts = [gaps(part, view, wanted) for part in condition.parts]
        if isinstance(condition, tree.All) is wanted:
            return tuple(dict.fromkeys(gap for part in parts for gap in part))
        return min(parts, key=cost)
    return ()


def cost(found: tuple[Gap, ...]) -> int:
    """How far away a permit is that needs all these changes."""
    return sum(gap.cost for gap in found)


def shortfall(gap: Gap, view: View, rule: RuleRef | None = None) -> Shortfall:
    """A gap as data that a program can act on."""
    test = gap.test
    operator, values = _operation(test, gap.wanted)
    read = actual(test, view)
    seen: int | str | bool | tuple[str, ...] | None
    if isinstance(read, frozenset | tuple):
        seen = tuple(sorted(read))
    elif isinstance(read, datetime | date):
        seen = read.isoformat()
    else:
        seen = read
    changeable = test.attribute.changeable and test.role is None and not gap.unknown
    return Shortfall(
        test.attribute.name,
        operator,
        values,
        seen,
        gap.remedy,
        changeable,
        str(view.facts["track.id"]),
        rule,
    )


_SAME: Mapping[tuple[Op, bool], str] = {
    (Op.ONE_OF, True): "one-of", (Op.ONE_OF, False): "none-of",
    (Op.AT_MOST, True): "at-most", (Op.AT_LEAST, True): "at-least",
    (Op.OVER, False): "at-most", (Op.UNDER, False): "at-least",
    (Op.EXACTLY, True): "one-of", (Op.EXACTLY, False): "none-of",
    (Op.BETWEEN, True): "between", (Op.BETWEEN, False): "not-within",
    (Op.HAS_ANY, True): "has-any", (Op.HAS_ANY, False): "has-none",
    (Op.HAS_ALL, True): "has-all", (Op.HAS_ONLY, True): "has-only",
    (Op.GIVEN, True): "given", (Op.GIVEN, False): "not-given",
    (Op.ON_OR_AFTER, True): "on-or-after", (Op.ON_OR_BEFORE, True): "on-or-before",
    (Op.BEFORE, False): "on-or-after", (Op.AFTER, False): "on-or-before",
}  # fmt: skip


def _operation(test: FactTest, wanted: bool) -> tuple[str, tuple[int | str | bool, ...]]:
    """The operator of a shortfall and its values."""
    values = tuple(
        one.isoformat() if isinstance(one, datetime | date) else one for one in test.values
    )
    if test.role is not None or test.quantifier is Quantifier.NO or test.other is not None:
        return "other", values
    if test.op is Op.TRUE:
        return "is", (wanted,)
    if (test.op, wanted) in _SAME:
        return _SAME[test.op, wanted], values
    number = values[0] if values else None
    if isinstance(number, int):
        # A strict bound on whole numbers is a bound one further.
        if (test.op, wanted) in ((Op.UNDER, True), (Op.AT_LEAST, False)):
            return "at-most", (number - 1,)
        if (test.op, wanted) in ((Op.OVER, True), (Op.AT_MOST, False)):
            return "at-least", (number + 1,)
    return "other", values
