"""Proves properties of policies about every request, or shows a request that breaks one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from clearmix_rules.deciding.decision import Decision, Outcome
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.errors import near
from clearmix_rules.mentions import named, named_by
from clearmix_rules.proving.cast import cast_for, conditions_of, strangers_needed
from clearmix_rules.proving.claims import broken, carries, concerned
from clearmix_rules.proving.concrete import Values
from clearmix_rules.proving.deadline import Deadline, OutOfTimeError
from clearmix_rules.proving.encoding import Encoding
from clearmix_rules.proving.example import request_of
from clearmix_rules.proving.plain import plain_request, usual_moment
from clearmix_rules.proving.property import Claim, Property
from clearmix_rules.proving.search import Search
from clearmix_rules.proving.shapes import representatives
from clearmix_rules.proving.terms import Term, every, no
from clearmix_rules.proving.words import PLAIN, differences
from clearmix_rules.proving.world import World

SECONDS = 30.0
"""How long proofs may take together, unless somebody says otherwise."""


class Status(StrEnum):
    """What became of a property."""

    PROVEN = "proven"
    BROKEN = "broken"
    EMPTY = "says nothing"
    """No request meets its conditions, so that it holds of none."""
    UNKNOWN = "unknown"
    """The time was over before an answer was found."""
    MISMATCH = "mismatch"
    """A counterexample that `decide` does not confirm: a bug of the prover, never of a policy."""


@dataclass(frozen=True, slots=True)
class Example:
    """One request with what `decide` says of it."""

    request: Mapping[str, Any]
    differences: tuple[str, ...]
    """In words, what is unlike a plain request."""
    decisions: tuple[Decision, ...]
    """By the policies in question, and by others that they are compared with."""

    def as_json(self) -> dict[str, Any]:
        """The request with what is special about it and the outcomes, as a JSON object."""
        return {
            "request": self.request,
            "differences": list(self.differences),
            "outcomes": [one.outcome.value for one in self.decisions],
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a property holds of every request."""

    property: Property
    status: Status
    example: Example | None = None
    notes: tuple[str, ...] = ()
    """What may be a slip of the pen: a name that no policy has, with the nearest that one has."""
    seconds: float = field(default=0.0, compare=False)


class Room:
    """All requests under some sets of policies, ready to be searched."""

    def __init__(
        self, sets: Sequence[PolicySet], claims: Sequence[Property], seconds: float
    ) -> None:
        self.deadline = Deadline(seconds)
        self.sets = sets
        stated = [part for one in claims for part in (one.when, one.unless) if part is not None]
        count = strangers_needed((*stated, *conditions_of(sets)))
        names = {name for one in claims for name in named(one.scope, one.when, one.unless)}
        enough = representatives(sets, names, count)
        self.cast = cast_for(enough, sorted(names), count)
        self.world = World(self.cast, self.deadline)
        self.encodings = [Encoding(one, self.world) for one in enough]
        kinds = {one.party: one.policy.author.kind for group in enough for one in group.policies}
        self.plain = plain_request(self.cast, kinds, usual_moment(enough))
        self._delegations: dict[str, set[str]] = {}
        for group in enough:
            for one in group.policies:
                if one.policy.consent is not None and one.policy.consent.to:
                    self._delegations.setdefault(one.party, set()).add(one.policy.consent.to)
        self._search: Search | None = None

    @property
    def search(self) -> Search:
        """The search; every term must have been made before it is first asked for."""
        if self._search is None:
            self._search = Search(self.world, self.deadline)
        return self._search

    def example(self, term: Term) -> Example | None:
        """The plainest request for which a term holds, decided by every set; None without one."""
        values = self.search.plainest(term, Values(Request.from_json(self.plain)))
        if values is None:
            return None
        said = request_of(values, self.plain, self._delegations)
        request = Request.from_json(said)
        decisions = tuple(one.decide(request) for one in self.sets)
        return Example(said, tuple(differences(said, self.plain)) or (PLAIN,), decisions)


def prove(
    policies: PolicySet,
    properties: Sequence[Property],
    *,
    older: Mapping[str, PolicySet] | None = None,
    seconds: float = SECONDS,
) -> tuple[Verdict, ...]:
    """A verdict on each property, in their order.

    Args:
        policies: what is to have the properties.
        properties: see `read_properties` and `library`.
        older: for each `other` of a property, the policies it names.
        seconds: after this time what is not proven is unknown.
    """
    older = older or {}
    sets = [policies, *older.values()]
    began = time.monotonic()
    try:
        room = Room(sets, properties, seconds)
        places = {name: index for index, name in enumerate(older, start=1)}
        asked = [
            (
                broken(one, room.encodings[0], _older(one, room, places)),
                every((concerned(one, room.encodings[0]), _possible(one, room.encodings[0]))),
            )
            for one in properties
        ]
    except OutOfTimeError:
        return tuple(
            Verdict(one, Status.UNKNOWN, seconds=time.monotonic() - began) for one in properties
        )
    return tuple(
        _verdict(one, room, *terms, places.get(one.other, 0))
        for one, terms in zip(properties, asked, strict=True)
    )


def _older(claim: Property, room: Room, places: Mapping[str, int]) -> Encoding | None:
    return room.encodings[places[claim.other]] if claim.other else None


def _possible(claim: Property, encoding: Encoding) -> Term:
    """What must be possible, or a proof of the property would be a proof of nothing."""
    return no(encoding.refused) if claim.claim is Claim.HAS else True


def _verdict(claim: Property, room: Room, breaks: Term, about: Term, older: int) -> Verdict:
    began = time.monotonic()
    example = None
    try:
        example = room.example(breaks)
        if example is None:
            status = Status.PROVEN if room.search.exists(about) else Status.EMPTY
        else:
            asked = example.decisions[: older + 1 : older or 1]
            example = replace(example, decisions=asked)
            status = Status.BROKEN if confirms(claim, asked) else Status.MISMATCH
    except OutOfTimeError:
        status = Status.UNKNOWN
    return Verdict(claim, status, example, tuple(_notes(claim, room)), time.monotonic() - began)


def _notes(claim: Property, room: Room) -> Iterator[str]:
    """Parties that a property names and no policy does, where a policy has a similar name."""
    names = dict.fromkeys(named(claim.scope, claim.when, claim.unless))
    if not names:
        return
    known = {name for group in room.sets for one in group.policies for name in named_by(one.policy)}
    for name in names:
        if name not in known and (match := near(name, known)):
            yield f"No policy names `{name}`; did you mean `{match}`?"


def confirms(claim: Property, decisions: Sequence[Decision]) -> bool:
    """Whether decisions break a property, as far as outcome and duties tell."""
    decision, *before = decisions
    if claim.claim is Claim.HAS:
        kept = all(carries(decision.duties, demand) for demand in claim.demands)
        return not _refuses(decision) and not kept
    if claim.claim is Claim.NOTHING_NEW:
        return not _refuses(decision) and _refuses(before[0])
    if claim.claim is Claim.ALWAYS:
        return not _called(decision, claim.answer, outright=True)
    return _called(decision, claim.answer, outright=False)


def _refuses(decision: Decision) -> bool:
    return decision.outcome.rank >= Outcome.NOT_PERMITTED.rank


def _called(decision: Decision, answer: str, *, outright: bool) -> bool:
    if answer == "permitted":
        return decision.permitted if outright else not _refuses(decision)
    return _refuses(decision) if answer == "refused" else decision.outcome == answer
