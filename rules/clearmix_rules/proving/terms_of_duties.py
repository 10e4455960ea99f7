"""What the duties of permits come to, as terms: contradictions, open approvals, what is owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import z3

from clearmix_rules.deciding.compiled import CompiledRule, bounds
from clearmix_rules.deciding.duties import Duties, merge_all
from clearmix_rules.proving.terms import Term, every, no, some, which
from clearmix_rules.proving.world import World
from clearmix_rules.schema import ROYALTY_BASES

Rules: TypeAlias = Sequence[tuple[CompiledRule, Term]]
"""Rules, each with whether it counts."""


def contradict(granted: Rules) -> Term:
    """Whether nobody could keep the duties of all rules that count."""
    shares = (_over(granted, base) for base in ROYALTY_BASES)
    exclusive = [one for one in granted if one[0].duties.only_watermarks]
    pairs = (
        every((counts, others))
        for rule, counts in exclusive
        for other, others in granted
        if _exclude(rule.duties, other.duties)
    )
    return some((*shares, *pairs))


def _over(granted: Rules, base: str) -> Term:
    """Whether the shares of a base add up to more than 100 %."""
    rates: dict[str, list[tuple[int, Term]]] = {}
    for rule, counts in granted:
        for one in rule.duties.royalties:
            if one.base == base:
                rates.setdefault(one.payee, []).append((one.rate_bps, counts))
    if sum(max(rate for rate, _ in theirs) for theirs in rates.values()) <= 10_000:
        return False
    return z3.Sum([best(theirs, max, 0) for theirs in rates.values()]) > 10_000


def _exclude(one: Duties, other: Duties) -> bool:
    """Whether an exclusive watermark of one leaves no room for what the other asks for."""
    both = one.merge(other)
    only = Duties(watermarks=both.watermarks, only_watermarks=both.only_watermarks)
    return only.conflict() is not None


def open_approval(granted: Rules, world: World) -> Term:
    """Whether anybody must still approve."""
    return some(
        every((counts, no(world.holds("approves", approval.party))))
        for rule, counts in granted
        for approval in rule.duties.approvals
    )


def best(offers: Iterable[tuple[int, Term]], choose: Callable[..., int], none: int) -> Any:
    """The greatest or the least number of those that count, or `none`."""
    descending = sorted(offers, key=lambda one: one[0], reverse=choose is min)
    result: Any = z3.IntVal(none)
    for number, counts in descending:
        result = which(counts, z3.IntVal(number), result)
    return result


def clash(first: Rules, second: Rules) -> Term:
    """Whether on some attribute no rule that counts of one goes with any of the other."""
    attributes = {test.attribute.name for rule, _ in (*first, *second) for test, _ in rule.limits}
    found: list[Term] = []
    for attribute in sorted(attributes):
        together = [
            (counts, others, _apart(attribute, rule, other))
            for rule, counts in first
            for other, others in second
        ]
        if any(apart for _, _, apart in together):
            kept = (no(every((one, other))) for one, other, apart in together if not apart)
            found.append(every(kept))
    if not found:
        return False
    return every((some(one for _, one in first), some(one for _, one in second), some(found)))


def _apart(attribute: str, *rules: CompiledRule) -> bool:
    """Whether the limits of two rules leave no value of an attribute."""
    limits = merge_all(
        Duties(limits=(bounds(test),))
        for rule in rules
        for test, _ in rule.limits
        if test.attribute.name == attribute
    )
    return limits.conflict() is not None
