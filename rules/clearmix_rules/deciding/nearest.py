"""The nearest request that would be permitted: found from the rules, then decided.

What every party needs is one formula over the attributes that the listener can change. The point of
it with the fewest and smallest changes is searched for, and counts only once `decide` has permitted
the request that it makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from clearmix_rules.deciding.decision import Decision, Outcome, RuleRef
from clearmix_rules.deciding.nearest_formula import Within, every, support
from clearmix_rules.deciding.nearest_needs import Aim, needs
from clearmix_rules.deciding.nearest_search import Effort, Start, search
from clearmix_rules.deciding.nearest_values import (
    ENDLESS,
    Asked,
    Names,
    Numbers,
    Region,
)
from clearmix_rules.deciding.nearest_words import WITHOUT, said, sentence
from clearmix_rules.deciding.parties import asked_for
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.errors import RequestError, did_you_mean
from clearmix_rules.schema import SCHEMA, Kind

MOST_DECISIONS = 40
"""How many requests are decided to confirm one, and how often the search begins anew."""

_GIVEN = Names.of([None]).others()
_SOME = Numbers.between(1, ENDLESS)

DROPPABLE: Mapping[str, Mapping[str, tuple[Asked, Names | Numbers]]] = {
    "voice-imitation": {
        "sound.voice": ("original", Names.of(["imitated"])),
        "sound.voice-of": (None, _GIVEN),
    },
    "style-imitation": {"sound.style-of": (None, _GIVEN)},
    "lyric-change": {"sound.lyrics": ("kept", Names.of(["replaced", "translated"]))},
    "speed-change": {"sound.tempo-change": (0, _SOME), "sound.pitch-change": (0, _SOME)},
    "edit": {},
}
"""The actions that a request can do without: what the sound is then, and what it is with them."""
MAIN = ("remix", "cover", "mashup", "speed-change", "edit")
"""What a request is at its heart: one of them stays, if one was asked for."""
DROPPED = Fraction(5)
"""How large a change it is to leave an action out: as large as five steps of a fixed list."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to ask for differently.

    `words` tells every value that would do, with the other changes made; `value` is the closest.
    An action that is left out has the attribute `actions`, its name as `asked` and no value.
    """

    attribute: str
    asked: Asked
    value: Asked
    words: str
    changeable: bool = True
    """Whether the listener can ask for it; otherwise it only tells what would help."""

    def as_json(self) -> dict[str, Any]:
        """The change as a JSON object."""
        return {
            "attribute": self.attribute,
            "asked": _json(self.asked),
            "value": _json(self.value),
            "words": self.words,
            "changeable": self.changeable,
        }


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest request that would be permitted, or that waits only for approvals."""

    changes: tuple[Change, ...]
    request: Request
    decision: Decision

    @property
    def words(self) -> str:
        """The offer in a sentence: `It would be permitted at 90 seconds`."""
        given = {one.party for one in self.request.approvals}
        waits = self.decision.outcome is Outcome.REFERRED
        approvals = [one.party for one in self.decision.duties.approvals if one.party not in given]
        return sentence(
            [one.words for one in self.changes if one.changeable],
            [one.words for one in self.changes if not one.changeable],
            [self.request.party_name(one) for one in approvals] if waits else [],
        )

    def as_json(self) -> dict[str, Any]:
        """The offer as a JSON object."""
        return {
            "outcome": self.decision.outcome.value,
            "words": self.words,
            "changes": [one.as_json() for one in self.changes],
            "hash": self.decision.hash,
        }


def nearest(policies: PolicySet, request: Request, *, also: Collection[str] = ()) -> Nearest | None:
    """The permitted request with the fewest and then the smallest changes; None if there is none.

    An outright permit comes first; if there is none, a request that waits only for approvals will
    do. The bound: 2,000,000 conditions looked at and 40 decisions for each of the two.

    Args:
        policies: whose permits are needed.
        request: what was asked for; if it is permitted, it is its own nearest.
        also: keys of attributes such as `listener.tier`, which a listener cannot ask for, to learn
            what would help where nothing else does.

    Raises:
        RequestError: `also` names an attribute that no request could change.
    """
    own, all_of_them = _changeable(also)
    for changeable in dict.fromkeys((own, all_of_them)):
        for outright in (True, False):
            found = _confirmed(policies, request, changeable, outright)
            if found is not None:
                return found
    return None


def _changeable(also: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The attributes that a listener can change, and the same with those that would help."""
    keys = {
        key
        for key, row in SCHEMA.attributes.items()
        if row.kind not in (Kind.DAY, Kind.MOMENT) and key != "request.actions"
        if row.group in ("request", "listener", "sound", "generator")
    }
    for key in also:
        if key not in keys:
            raise RequestError(
                f"`{key}` cannot be changed", help=did_you_mean(key, keys, "name a fact by its key")
            )
    own = frozenset(key for key in keys if SCHEMA.attributes[key].changeable)
    return own, own | frozenset(also)


def _confirmed(
    policies: PolicySet, request: Request, changeable: frozenset[str], outright: bool
) -> Nearest | None:
    """The nearest request that a decision permits.

    Terms that contradict show only in a decision: its rules are then kept apart, and the search
    begins anew.
    """
    wanted = (Outcome.PERMITTED,) if outright else (Outcome.PERMITTED, Outcome.REFERRED)
    apart: list[frozenset[RuleRef]] = []
    effort = Effort()
    decided = 0
    while True:
        starts = list(_starts(policies, request, changeable, outright, tuple(apart)))
        for start, point in search(starts, effort):
            made = _request(request, start, point)
            decision = policies.decide(made)
            decided += 1
            if decision.outcome in wanted:
                return Nearest(_changes(request, start, point), made, decision)
            if decided >= MOST_DECISIONS:
                return None
            if decision.outcome is Outcome.TERMS_CANNOT_BE_MET:
                apart.append(frozenset(decision.rules))
                break
        else:
            return None


# ---------------------------------------------------------------- where the search begins


def _starts(
    policies: PolicySet,
    request: Request,
    changeable: frozenset[str],
    outright: bool,
    apart: tuple[frozenset[RuleRef], ...],
) -> Iterator[Start]:
    """One start for each set of actions that the request could do without."""
    actions = asked_for(request)
    droppable = [action for action in actions if action in DROPPABLE]
    heart = set(actions) & set(MAIN) or set(actions)
    for size in range(len(droppable) + 1):
        for dropped in combinations(droppable, size):
            if heart <= set(dropped):
                continue
            less = _without(request, dropped)
            aim = Aim(asked_for(less), changeable, outright, apart)
            yield Start(
                less.facts,
                dict(_regions(less, actions, dropped)),
                needs(policies, less, aim),
                (size, size * DROPPED),
                dropped,
            )


def _without(request: Request, dropped: Collection[str]) -> Request:
    """The request without some of its actions, and without what they do to the sound."""
    facts: dict[str, Any] = {**request.facts, "request.actions": request.actions - set(dropped)}
    for action in dropped:
        for key, (plain, done) in DROPPABLE[action].items():
            if facts.get(key) in done:
                facts[key] = plain
    return replace(request, facts={key: one for key, one in facts.items() if one is not None})


def _regions(
    less: Request, actions: Collection[str], dropped: Collection[str]
) -> Iterator[tuple[str, Region]]:
    """What keeps the sound in step with the actions: none is begun, none that stays is undone."""
    for action, means in DROPPABLE.items():
        for key, (plain, done) in means.items():
            value = less.facts.get(key)
            if isinstance(done, Numbers):
                if action in dropped:
                    yield key, done.others()
            elif value not in done:
                yield key, done.others()
            else:
                yield key, Names.of([value] if action in actions else [value, plain])


# ---------------------------------------------------------------- what was found


def _request(request: Request, start: Start, point: Mapping[str, Asked]) -> Request:
    facts = {key: value for key, value in point.items() if value is not None}
    return replace(request, facts=facts)


def _changes(request: Request, start: Start, point: Mapping[str, Asked]) -> tuple[Change, ...]:
    """What the point changes, in the order of the schema; actions left out come last."""
    moved = [
        key for key in SCHEMA.attributes if key in point and point[key] != start.asked.get(key)
    ]
    kept = [Within(key, start.regions[key]) for key in moved if key in start.regions]
    regions = support(every([start.formula, *kept]), point, frozenset(moved))
    changes = []
    for key in moved:
        attribute = SCHEMA.attributes[key]
        region = regions.get(key, Names.of([point[key]]))
        changes.append(
            Change(
                attribute.name,
                request.facts.get(key),
                point[key],
                said(attribute, region, point[key]),
                attribute.changeable,
            )
        )
    left_out = (Change("actions", action, None, WITHOUT[action]) for action in start.dropped)
    return (*changes, *left_out)


def _json(value: Asked) -> Any:
    return sorted(value) if isinstance(value, frozenset | tuple) else value
