"""Terms that cannot be met together: which rules are to blame, and which limits are apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clearmix_rules.deciding.compiled import CompiledRule
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.duties import Bounds, merge_all

_MOST_COMPARED = 100
"""Of so many needs each is compared with each; with more, the refusal that there is will do."""


@dataclass(frozen=True, slots=True)
class Need:
    """One party's permit for one action: the rules of which one is enough."""

    party: str
    rules: tuple[CompiledRule, ...]


def culprits(rules: Sequence[CompiledRule]) -> list[CompiledRule]:
    """A smallest set of rules whose duties contradict: each is left out that can be.

    What is found is what leaving out one after the other would find, by halving instead.
    """
    kept: list[CompiledRule] = []
    rest = list(rules)
    while not _contradict(kept):
        # The latest start from which the rest still contradicts: that rule cannot be left out.
        first, last = 0, len(rest)
        while last - first > 1:
            middle = (first + last) // 2
            if _contradict([*kept, *rest[middle:]]):
                first = middle
            else:
                last = middle
        kept.append(rest[first])
        rest = rest[first + 1 :]
    return kept


def _contradict(rules: Sequence[CompiledRule]) -> bool:
    return merge_all(rule.duties for rule in rules).conflict() is not None


def limits_apart(needs: Sequence[Need]) -> Iterator[tuple[tuple[CompiledRule, CompiledRule], str]]:
    """Each pair of rules of two needs whose limits leave no value that suits both, and why.

    Without it a listener would be told to ask for a length that another party refuses.
    """
    bounded = [one for one in needs if any(rule.duties.limits for rule in one.rules)]
    told: set[frozenset[RuleRef]] = set()
    for index, first in enumerate(bounded[:_MOST_COMPARED]):
        for second in bounded[index + 1 : _MOST_COMPARED]:
            clash = _clash(first, second)
            if clash is None:
                continue
            pair, attribute = clash
            refs = frozenset(rule.ref for rule in pair)
            if refs not in told:
                told.add(refs)
                yield pair, f"no {attribute} is within the limits of both"


def _clash(first: Need, second: Need) -> tuple[tuple[CompiledRule, CompiledRule], str] | None:
    """An attribute on which no permit of one need goes together with any of the other.

    A rule does not clash with itself: if its own limits leave nothing open, it never applies.
    """
    pairs = [
        (one, other) if one.ref <= other.ref else (other, one)
        for one in first.rules
        for other in second.rules
    ]
    attributes = {bounds.attribute for pair in pairs for rule in pair for bounds in
                  rule.duties.limits}  # fmt: skip
    for attribute in sorted(attributes):
        if all(
            one.ref != other.ref
            and _apart(one.duties.bounds(attribute), other.duties.bounds(attribute))
            for one, other in pairs
        ):
            return min(pairs, key=lambda pair: (pair[0].ref, pair[1].ref)), attribute
    return None


def _apart(one: Bounds, other: Bounds) -> bool:
    least = max((b.least for b in (one, other) if b.least is not None), default=None)
    greatest = min((b.greatest for b in (one, other) if b.greatest is not None), default=None)
    return least is not None and greatest is not None and least > greatest
