"""What the duties of permits come to, as terms: contradictions, open approvals, what is owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import z3

from clearmix_rules.deciding.compiled import CompiledRule, bounds
from clearmix_rules.deciding.duties import Duties, merge_all
from clearmix_rules.proving.terms import Term, every, no, solid, some, which
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
    """Whether on some attribute no rule that counts of one goes with any of the other.

    A rule does not clash with itself.
    """
    attributes = {test.attribute.name for rule, _ in (*first, *second) for test in rule.limits}
    found: list[Term] = []
    for attribute in sorted(attributes):
        together = [
            (counts, others, rule.ref != other.ref and _apart(attribute, rule, other))
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
        for test in rule.limits
        if test.attribute.name == attribute
    )
    return limits.conflict() is not None


# ---------------------------------------------------------------- all that is owed

_NEVER = 10**12
"""Later than any deadline, and more than any limit."""


def owed(granted: Rules) -> dict[tuple[str, ...], Any]:
    """Each thing that the merged duties may hold, with a term for what it comes to.

    The first word of each name is the kind of duty. A term is whether a name is owed, or the
    number that counts: -1 or a number above all others where nothing of the kind is owed.
    """
    there: dict[tuple[str, ...], list[Term]] = {}
    most: dict[tuple[str, ...], list[tuple[int, Term]]] = {}
    least: dict[tuple[str, ...], list[tuple[int, Term]]] = {}
    for rule, counts in granted:
        duties = rule.duties
        for kind, names in _NAMED.items():
            for name in names(duties):
                there.setdefault((kind, name), []).append(counts)
        for royalty in duties.royalties:
            share = ("royalty", royalty.payee, royalty.base)
            most.setdefault(share, []).append((royalty.rate_bps, counts))
        for approval in duties.approvals:
            days = _NEVER - 1 if approval.within_days is None else approval.within_days
            least.setdefault(("approval", approval.party), []).append((days, counts))
        for limit in duties.limits:
            for end, value, kept in (("least", limit.least, most), ("most", limit.greatest, least)):
                if value is not None:
                    kept.setdefault(("limit", limit.attribute, end), []).append((value, counts))
        if duties.keep_records_days is not None:
            most.setdefault(("records",), []).append((duties.keep_records_days, counts))
        if duties.expires_on is not None:
            ends = duties.expires_on.toordinal()
            least.setdefault(("expiry", "on"), []).append((ends, counts))
        if duties.expires_after_days is not None:
            ends = duties.expires_after_days
            least.setdefault(("expiry", "after"), []).append((ends, counts))
    return {
        **{name: solid(some(counts)) for name, counts in there.items()},
        **{name: best(offers, max, -1) for name, offers in most.items()},
        **{name: best(offers, min, _NEVER) for name, offers in least.items()},
    }


KINDS: dict[str, tuple[str, ...]] = {
    "limit": ("limits",), "royalty": ("royalties",), "approval": ("approvals",),
    "label": ("labels",), "credit": ("credits",), "mark": ("marks",), "watermark": ("watermarks",),
    "exclusive watermark": ("only_watermarks",), "records": ("keep_records_days",),
    "expiry": ("expires_on", "expires_after_days"),
}  # fmt: skip
"""The kinds of duties, and where `Duties` holds what is owed of each."""
_NAMED: dict[str, Callable[[Duties], Iterable[str]]] = {
    "label": lambda duties: duties.labels,
    "credit": lambda duties: duties.credits,
    "watermark": lambda duties: duties.watermarks,
    "exclusive watermark": lambda duties: (", ".join(one) for one in duties.only_watermarks),
    "mark": lambda duties: duties.marks,
}


def other_duties(first: Rules, second: Rules) -> dict[str, Term]:
    """For each kind of duty, whether two sets of rules that count owe something else of it."""
    one, other = owed(first), owed(second)
    found: dict[str, list[Term]] = {}
    for name in sorted({*one, *other}):
        left, right = one.get(name), other.get(name)
        if left is None or right is None:
            left = right if left is None else left
            # What only one of the two may owe differs where that one owes it.
            differs = left if z3.is_bool(left) else z3.And(left != -1, left != _NEVER)
        else:
            differs = left != right
        found.setdefault(name[0], []).append(differs)
    return {kind: some(found[kind]) for kind in KINDS if kind in found}
