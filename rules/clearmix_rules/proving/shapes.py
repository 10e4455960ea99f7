"""Parties whose documents differ only in their own id: a few of them stand for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from clearmix_rules.deciding.compiled import CompiledPolicy
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.mentions import named_by
from clearmix_rules.schema import PLATFORM

_SELF = "\x00self"
"""Stands for the party itself in what its documents say; no id has this character."""


def representatives(
    sets: Sequence[PolicySet], named: Collection[str], count: int
) -> list[PolicySet]:
    """The sets with only so many of the parties of each shape as can matter together.

    Exchanging two parties with documents of one shape, of whom nobody else's documents and no
    claim (`named`) speak, turns every request into one that is decided alike. So a request with
    some of them is as good as one with the first of them, and `count`, as of strangers, is enough;
    or as many as it takes for their shares to add up to more than 100 %.
    """
    read = [_read(policies) for policies in sets]
    shared = {PLATFORM, *named}.union(*(one.spoken_of for one in read))
    authors = dict.fromkeys(party for one in read for party in one.shapes)
    shapes: dict[object, list[str]] = {}
    for party in authors:
        if party not in shared:
            shape = tuple(one.shapes.get(party) for one in read)
            shapes.setdefault(shape, []).append(party)
    dropped: set[str] = set()
    for parties in shapes.values():
        most = max(count, *(_to_exceed(policies.of(parties[0])) for policies in sets))
        dropped |= set(parties[most:])
    if not dropped:
        return [*sets]
    return [PolicySet(one for one in group.policies if one.party not in dropped) for group in sets]


@dataclass(frozen=True, slots=True)
class _Read:
    """What counts of a set of policies, read once."""

    spoken_of: frozenset[str]
    """Parties of whom another party's documents speak."""
    shapes: Mapping[str, tuple[str, ...]]
    """What each party's documents say, with the party itself left out."""


_known: WeakKeyDictionary[PolicySet, _Read] = WeakKeyDictionary()


def _read(policies: PolicySet) -> _Read:
    known = _known.get(policies)
    if known is None:
        spoken_of = (
            name
            for one in policies.policies
            for name in (*named_by(one.policy), *_payees(one))
            if name != one.party
        )
        shapes: dict[str, tuple[str, ...]] = {one.party: () for one in policies.policies}
        for party in shapes:
            theirs = policies.of(party)
            titles = sorted({one.policy.title for one in theirs})
            shapes[party] = tuple(_shape(one, titles) for one in theirs)
        known = _known[policies] = _Read(frozenset(spoken_of), shapes)
    return known


def _payees(policy: CompiledPolicy) -> Iterable[str]:
    return (payee for rule in policy.rules if rule.permits for payee in rule.duties.payees)


def _shape(policy: CompiledPolicy, titles: Sequence[str]) -> str:
    """What a policy says, with its own party, its title and its reasons left out.

    Of a title it counts only which of the party's policies have the same.
    """
    said = policy.policy
    rules = tuple(replace(rule, reason="") for rule in said.rules)
    words = repr((titles.index(said.title), said.version, said.in_force, said.consent, rules))
    return words.replace(repr(policy.party), repr(_SELF))


def _to_exceed(policies: Iterable[CompiledPolicy]) -> int:
    """How many parties with these documents it takes for their shares to exceed 100 %."""
    rates = [
        royalty.rate_bps
        for one in policies
        for rule in one.rules
        if rule.permits
        for royalty in rule.duties.royalties
        if royalty.payee == one.party and royalty.rate_bps
    ]
    return 10_000 // min(rates) + 1 if rates else 0
