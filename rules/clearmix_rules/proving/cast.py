"""Who must be there in a world: everyone whom policies name, and enough strangers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearmix_rules import tree
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.proving.world import Cast
from clearmix_rules.schema import PLATFORM, ROLES, Kind
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


def cast_of(policies: PolicySet, request: Request) -> Cast:
    """Whoever has a part in one request under these policies."""
    parties = dict.fromkeys(name for one in policies.policies for name in named_by(one.policy))
    for one in request.parties.values():
        parties |= dict.fromkeys((one.id, *(name for name in (one.parent, one.delegate) if name)))
    listed = [key for key in ROLES.values() if key.startswith(("track.", "work."))]
    for track in request.tracks:
        parties |= dict.fromkeys(name for key in listed for name in track.parties(key))
        parties |= dict.fromkeys([str(track.facts["track.label"])])
    for key in ("sound.voice-of", "sound.style-of"):
        if key in request.facts:
            parties[str(request.facts[key])] = None
    follows = request.facts.get("listener.follows", ())
    parties |= dict.fromkeys(follows if isinstance(follows, tuple) else ())
    parties |= dict.fromkeys(one.party for one in request.consents)
    parties |= dict.fromkeys(one.party for one in request.approvals)
    edges = {(one.id, one.delegate) for one in request.parties.values() if one.delegate is not None}
    everyone = [one for one in parties if one]
    return Cast(tuple(everyone), tuple(sorted(edges)), len(request.tracks))


def strangers(count: int, taken: Iterable[str]) -> list[str]:
    """Ids for parties that no policy names."""
    known = {*taken, PLATFORM}
    names = (f"person-{number}" for number in range(1, count + len(known) + 1))
    return [name for name in names if name not in known][:count]


def cast_for(
    sets: Iterable[PolicySet], scopes: Iterable[tree.Scope | None], conditions: Iterable[Condition]
) -> Cast:
    """Whoever may matter to all requests under these policies.

    A stranger for each test of what is known of the parties in a role, and one for each such role:
    of all strangers in a request that satisfy or break a test one is enough, and the others could be
    left out of the request without a change in its outcome. Consents are delegated to parties
    with policies: whoever delegates to a stranger could answer what the stranger answers.
    """
    parties: dict[str, None] = {}
    authors: dict[str, None] = {PLATFORM: None}
    read: list[Condition] = []
    for policies in sets:
        for one in policies.policies:
            authors[one.party] = None
            parties |= dict.fromkeys(named_by(one.policy))
            for rule in one.policy.rules:
                read += [part for part in (rule.when, rule.unless) if part is not None]
    for scope in scopes:
        parties |= dict.fromkeys(named(scope))
    conditions = [*conditions]
    parties |= dict.fromkeys(named(None, *conditions))
    of_people = {
        (test.role, test.attribute.key, test.op, test.values)
        for condition in (*read, *conditions)
        for test in tests(condition)
        if test.role is not None and test.attribute.key != "party.id"
    }
    count = 3 + len(of_people) + len({role for role, *_ in of_people})
    everyone = [one for one in parties if one != PLATFORM]
    everyone += strangers(count, everyone)
    delegations = tuple((one, to) for one in everyone for to in authors)
    return Cast(tuple(everyone), delegations)
