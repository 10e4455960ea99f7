"""Two sets of policies compared over every request: equivalent, stricter, looser, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from clearmix_rules.deciding.decision import Decision, Outcome
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.proving.deadline import OutOfTimeError
from clearmix_rules.proving.terms import Term, every, no
from clearmix_rules.proving.terms_of_duties import KINDS, other_duties
from clearmix_rules.proving.verdicts import SECONDS, Example, Room


class Relation(StrEnum):
    """What a newer set of policies is beside an older one."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LOOSER = "looser"
    INCOMPARABLE = "incomparable"
    """Looser for some requests and stricter for others."""
    SAME_OUTCOMES = "equally strict"
    """Neither looser nor stricter, but not the same: other duties, or another kind of refusal."""
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """In which way an answer changes."""

    LOOSER = "looser"
    STRICTER = "stricter"
    REFUSED_OTHERWISE = "refused otherwise"
    OTHER_DUTIES = "other duties"


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which answers change, with the plainest request whose answer does."""

    direction: Direction
    about: str
    """In words; for duties, the kind of duty."""
    example: Example
    confirmed: bool
    """Whether `decide` gives the two answers; if not, the prover has a bug."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All ways in which a newer set of policies answers otherwise than an older one."""

    relation: Relation
    changes: tuple[Change, ...]


Differs: TypeAlias = Callable[[Decision, Decision], bool]


def compare(old: PolicySet, new: PolicySet, *, seconds: float = SECONDS) -> Comparison:
    """How the answers to requests for one track change from older policies to newer ones.

    A permit that waits for an approval lies between a permit and a refusal.
    """
    changes: list[Change] = []
    try:
        room = Room([old, new], (), seconds)
        for direction, about, term, differs in list(_questions(room)):
            if any(_tells(one, direction, about) for one in changes):
                continue
            example = room.example(term)
            if example is not None:
                confirmed = differs(*example.decisions)
                changes.append(Change(direction, about, example, confirmed))
    except OutOfTimeError:
        return Comparison(Relation.UNKNOWN, tuple(changes))
    directions = {one.direction for one in changes}
    if {Direction.LOOSER, Direction.STRICTER} <= directions:
        relation = Relation.INCOMPARABLE
    elif Direction.LOOSER in directions:
        relation = Relation.LOOSER
    elif Direction.STRICTER in directions:
        relation = Relation.STRICTER
    else:
        relation = Relation.SAME_OUTCOMES if directions else Relation.EQUIVALENT
    return Comparison(relation, tuple(changes))


def _tells(change: Change, direction: Direction, about: str) -> bool:
    """Whether an example that was found already shows what is asked for."""
    if change.direction is not direction:
        return False
    if direction is not Direction.OTHER_DUTIES:
        return True
    before, after = (one.duties for one in change.example.decisions)
    return any(getattr(before, part) != getattr(after, part) for part in KINDS[about])


def _questions(room: Room) -> Iterator[tuple[Direction, str, Term, Differs]]:
    """What to look for: a direction, its words, the term, and how decisions confirm it."""
    old, new = room.encodings
    refused = "refused before, permitted now", "permitted before, refused now"
    waiting = "waited for an approval before, permitted now", "permitted before, waits now"
    for direction, words, one, other in (
        (Direction.LOOSER, 0, old, new),
        (Direction.STRICTER, 1, new, old),
    ):
        turned = every((one.refused, no(other.refused)))
        eased = every((one.comes_out(Outcome.REFERRED), other.comes_out(Outcome.PERMITTED)))
        sign = -1 if direction is Direction.LOOSER else 1
        yield direction, refused[words], turned, _moves(sign)
        yield direction, waiting[words], eased, _moves(sign)
    both = every((old.refused, new.refused))
    for outcome in Outcome:
        if outcome.rank >= Outcome.NOT_PERMITTED.rank:
            term = every((both, old.comes_out(outcome), no(new.comes_out(outcome))))
            about = f"{outcome.value} before, refused otherwise now"
            yield Direction.REFUSED_OTHERWISE, about, term, lambda a, b: a.outcome != b.outcome
    neither = every((no(old.refused), no(new.refused)))
    for kind, differs in other_duties(old.granted, new.granted).items():
        term = every((neither, differs))
        yield Direction.OTHER_DUTIES, kind, term, lambda a, b: a.duties != b.duties


def _moves(sign: int) -> Differs:
    """Whether an answer gets worse (1) or better (-1), all refusals being alike."""

    def level(decision: Decision) -> int:
        return min(decision.outcome.rank, Outcome.NOT_PERMITTED.rank)

    return lambda before, after: (level(after) - level(before)) * sign > 0
