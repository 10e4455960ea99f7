"""Sees to it that an optional attribute is read only where it is known to be given."""

from __future__ import annotations

from clearmix_rules import tree
from clearmix_rules.checking.findings import Findings
from clearmix_rules.tree import Condition, FactTest, Op

Known = frozenset[str]


def check_guards(when: Condition | None, unless: Condition | None, findings: Findings) -> None:
    """Notes each test of an optional attribute that no earlier `is given` guards.

    Parts are tried from left to right, `when` before `unless`, so a guard must come first.
    """
    known: Known = frozenset()
    if when is not None:
        known = _read(when, known, findings)
    if unless is not None:
        _read(unless, known, findings)


def _read(condition: Condition, known: Known, findings: Findings) -> Known:
    """Checks a condition; returns what is known to be given if it holds."""
    if isinstance(condition, FactTest):
        for attribute in (condition.attribute, condition.other):
            if attribute is None or attribute.required or attribute.key in known:
                continue
            if condition.op is Op.GIVEN:
                return known | {attribute.key}
            findings.error(
                condition.span,
                "unguarded",
                f"`{attribute.name}` may be missing from a request",
                f"write `{attribute.name} is given and` before it",
            )
        return known
    if isinstance(condition, tree.All):
        for part in condition.parts:
            known = _read(part, known, findings)
        return known
    if isinstance(condition, tree.Either):
        outcomes: list[Known] = []
        for part in condition.parts:
            outcomes.append(_read(part, known, findings))
            known |= _if_not(part)
        return frozenset.intersection(*outcomes)
    if isinstance(condition, tree.Not):
        _read(condition.part, known, findings)
        return known | _if_not(condition.part)
    return known


def _if_not(condition: Condition) -> Known:
    """What is known to be given if a condition does not hold."""
    if isinstance(condition, tree.Not):
        part = condition.part
        if isinstance(part, FactTest) and part.op is Op.GIVEN:
            return frozenset({part.attribute.key})
    if isinstance(condition, tree.Either):
        return frozenset().union(*(_if_not(part) for part in condition.parts))
    return frozenset()
