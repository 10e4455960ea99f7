"""Who must be there in a world: everyone whom policies name, and enough strangers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.mentions import named_by, tests
from clearmix_rules.proving.world import Cast
from clearmix_rules.schema import PLATFORM, ROLES
from clearmix_rules.tree import Condition

MOST_DELEGATIONS = 400
"""Up to so many pairs of parties the catalogue may delegate from anybody to anybody."""


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
    delegations = {one.id: (one.delegate,) for one in request.parties.values() if one.delegate}
    everyone = [one for one in parties if one]
    return Cast(tuple(everyone), delegations, tracks=len(request.tracks))


def strangers(count: int, taken: Iterable[str]) -> list[str]:
    """Ids for parties that no policy names."""
    known = {*taken, PLATFORM}
    names = (f"person-{number}" for number in range(1, count + len(known) + 1))
    return [name for name in names if name not in known][:count]


def strangers_needed(conditions: Iterable[Condition]) -> int:
    """How many parties of whom no policy speaks, or policies of one shape, can matter together.

    One for each test of what is known of the parties in a role, one for each such role, and three:
    of all that satisfy or break a test one is enough, and the others could be left out of a request
    without a change in its outcome.
    """
    of_people = {
        (test.role, test.attribute.key, test.op, test.values, test.negated)
        for condition in conditions
        for test in tests(condition)
        if test.role is not None and test.attribute.key != "party.id"
    }
    return 3 + len(of_people) + len({role for role, *_ in of_people})


def conditions_of(sets: Iterable[PolicySet]) -> Iterator[Condition]:
    """Every condition in some policies."""
    for policies in sets:
        for one in policies.policies:
            for rule in one.policy.rules:
                yield from (part for part in (rule.when, rule.unless) if part is not None)


def cast_for(sets: Sequence[PolicySet], names: Iterable[str], count: int) -> Cast:
    """Everyone whom policies or claims (`names`) name, and so many strangers."""
    parties: dict[str, None] = {}
    for policies in sets:
        for one in policies.policies:
            parties |= dict.fromkeys(named_by(one.policy))
    parties |= dict.fromkeys(names)
    everyone = [one for one in parties if one != PLATFORM]
    others = strangers(count, everyone)
    everyone += others
    delegates: dict[str, list[str]] = {}
    for delegator, delegate in _delegations(sets, everyone, others[-1]):
        delegates.setdefault(delegator, []).append(delegate)
    delegations = {party: tuple(theirs) for party, theirs in delegates.items()}
    return Cast(tuple(everyone), delegations, strangers=tuple(others))


def _delegations(
    sets: Sequence[PolicySet], everyone: Sequence[str], stranger: str
) -> Iterator[tuple[str, str]]:
    """From whom to whom the catalogue may delegate a consent: to parties with policies.

    Whoever delegates to a stranger could answer what the stranger answers. Among many parties only
    those delegate of whom no policy is and to whom none delegates, to parties whose policies name
    them, and one stranger to each: no circle is then thought of. A property of the outcome itself
    needs none of this: instead of its delegate, a delegator may as well refuse or grant.
    """
    authors = dict.fromkeys(
        one.party for policies in sets for one in policies.policies if one.party != PLATFORM
    )
    if len(everyone) * len(authors) <= MOST_DELEGATIONS:
        yield from ((one, to) for one in everyone for to in authors)
        return
    yield from ((stranger, to) for to in authors)
    policies = [one.policy for group in sets for one in group.policies]
    targets = {one.consent.to for one in policies if one.consent is not None}
    pairs = (
        (name, one.author.party)
        for one in policies
        for name in named_by(one)
        if name not in authors and name not in targets and one.author.party
    )
    yield from dict.fromkeys(pairs)
