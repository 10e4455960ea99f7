"""Whom a checked policy names, with every definition replaced by what it stands for."""

from __future__ import annotations

from collections.abc import Iterator

from clearmix_rules import tree
from clearmix_rules.schema import Kind
from clearmix_rules.tree import Condition, FactTest, Relation

_TRACKS = (Relation.TRACK, Relation.WORK)


def tests(condition: Condition | None) -> Iterator[FactTest]:
    """Every test in a condition."""
    if isinstance(condition, FactTest):
        yield condition
    elif isinstance(condition, tree.Not):
        yield from tests(condition.part)
    elif isinstance(condition, tree.All | tree.Either):
        for part in condition.parts:
            yield from tests(part)


def named(scope: tree.Scope | None, *conditions: Condition | None) -> Iterator[str]:
    """The parties that a scope and conditions name."""
    if scope is not None and scope.relation not in _TRACKS:
        yield from (name.text for name in scope.names)
    for condition in conditions:
        for test in tests(condition):
            if test.attribute.kind in (Kind.PARTY, Kind.PARTIES, Kind.LABEL):
                yield from map(str, test.values)


def named_by(policy: tree.Policy) -> Iterator[str]:
    """The parties that a policy names, its own first."""
    if policy.author.party:
        yield policy.author.party
    if policy.consent is not None and policy.consent.to:
        yield policy.consent.to
    for rule in policy.rules:
        yield from named(rule.scope, rule.when, rule.unless)
        yield from (one.party for one in rule.duties if isinstance(one, tree.ApprovalBy))


def payees(policy: tree.Policy) -> Iterator[str]:
    """Those to whom a policy has royalties paid; they have no say in an outcome."""
    for rule in policy.rules:
        yield from (one.payee for one in rule.duties if isinstance(one, tree.RoyaltyAtLeast))
