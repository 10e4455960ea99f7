"""What makes values of a world's variables a request that somebody could send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import z3

from clearmix_rules.proving.moments import DAY, HOUR, Moment
from clearmix_rules.proving.patterns import matches, witnesses
from clearmix_rules.proving.terms import Term, every, no, some
from clearmix_rules.proving.world import OFFSET, Fact, World
from clearmix_rules.schema import ACTIONS, SCHEMA, Kind
from clearmix_rules.territories import CODES
from clearmix_rules.units import LARGEST
from clearmix_rules.zones import zone

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Requests are thought of that come in this century; recordings may be two centuries older."""
OLDEST = datetime(1800, 1, 1, tzinfo=UTC)
UNNAMED = "anything-else"
"""A member of an open set that no policy names."""


def axioms(world: World) -> list[z3.BoolRef]:
    """Conditions on the variables that were made so far."""
    terms: list[Term] = []
    for key, *place in sorted(_places(world, "is"), key=str):
        terms += _choices(world, str(key), tuple(place))
    for key, *place in sorted(_places(world, "only"), key=str):
        terms += _sets(world, str(key), tuple(place))
    for key, *place in sorted(_places(world, "like"), key=str):
        terms += _texts(world, str(key), tuple(place))
    terms.append(some(world.holds("has", "request.actions", action) for action in ACTIONS))
    for fact in world.of_kind("number"):
        terms += _range(world, fact)
    terms += _times(world)
    for party in world.cast.parties:
        terms += _party(world, party)
    for track in range(world.cast.tracks):
        terms += _labels(world, track)
        terms += _publishers(world, track)
    return [term for term in terms if term is not True]


def _places(world: World, kind: str) -> set[tuple[str | int | None, ...]]:
    """Each attribute, with its track if it has one, of which there are facts of a kind."""
    return {(fact[1], *fact[3:]) for fact in world.of_kind(kind)}


def _values(
    world: World, kind: str, key: str, place: tuple[str | int | None, ...]
) -> dict[str, Any]:
    return {
        str(fact[2]): world.variables[fact]
        for fact in world.of_kind(kind)
        if fact[1] == key and fact[3:] == place
    }


def _choices(world: World, key: str, place: tuple[str | int | None, ...]) -> Iterator[Term]:
    """A name has one value; one of a closed list has a value of the list."""
    attribute = SCHEMA.attributes[key]
    values = _values(world, "is", key, place)
    if len(values) > 1:
        yield z3.AtMost(*values.values(), 1)
    if attribute.kind is Kind.PARTY:
        yield world.holds("given", key) == some(values.values())
    closed = CODES if attribute.kind is Kind.TERRITORY else frozenset(attribute.values)
    if closed and closed == values.keys():
        yield some(values.values())


def _sets(world: World, key: str, place: tuple[str | int | None, ...]) -> Iterator[Term]:
    """A set has only certain names if it has none of the others, nor one that nobody names."""
    world.holds("has", key, UNNAMED, *place)
    members = _values(world, "has", key, place)
    for names, only in _values(world, "only", key, place).items():
        others = (has for name, has in members.items() if name not in names.split("\n"))
        yield only == no(some(others))


def _texts(world: World, key: str, place: tuple[str | int | None, ...]) -> Iterator[Term]:
    """A text matches what its characters match; other texts, what some text can match at once."""
    patterns = _values(world, "like", key, place)
    values = _values(world, "is", key, place)
    for value, equal in values.items():
        for pattern, like in patterns.items():
            yield some((no(equal), like if matches(pattern, value) else no(like)))
    possible = [
        every(
            like if held else no(like) for like, held in zip(patterns.values(), ends, strict=True)
        )
        for ends in witnesses([*patterns], apart_from=values)
    ]
    if possible:
        yield some((*values.values(), *possible))


def _range(world: World, fact: Fact) -> Iterator[Term]:
    number = world.variables[fact]
    if SCHEMA.attributes[str(fact[1])].kind is Kind.DAY:
        yield every((number >= OLDEST.toordinal(), number < LAST.toordinal()))
    else:
        yield every((number >= 0, number <= LARGEST))


# ---------------------------------------------------------------- time


def _times(world: World) -> Iterator[Term]:
    """Moments have a time of day; listeners live whole hours from UTC, zones keep their clocks."""
    for fact in world.of_kind("day"):
        day, time = world.variables[fact], world.number("time", fact[1])
        yield every((day >= FIRST.toordinal(), day < LAST.toordinal(), time >= 0, time < DAY))
    if OFFSET in world.variables:
        hours = z3.Int("hours ahead of UTC")
        yield every((world.variables[OFFSET] == hours * HOUR, hours >= -12, hours <= 14))
    for fact in world.of_kind("ahead"):
        ahead, now = world.variables[fact], world.now
        for since, until, offset in _offsets(str(fact[1])):
            within = every((now.reached(since), no(now.reached(until))))
            yield some((no(within), ahead == offset))


@lru_cache(maxsize=64)
def _offsets(name: str) -> tuple[tuple[Moment, Moment, int], ...]:
    """How far a zone is ahead of UTC: from when, until when, how far, in microseconds."""
    where = zone(name)
    found: list[tuple[Moment, Moment, int]] = []
    since, step = FIRST, timedelta(days=1)

    def ahead(at: datetime) -> int:
        return (at.astimezone(where).utcoffset() or timedelta()) // timedelta(microseconds=1)

    at = FIRST
    while at < LAST:
        if ahead(at + step) != ahead(at):
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if ahead(middle) == ahead(at) else (low, middle)
            change = high.replace(microsecond=0)
            found.append((Moment.of(since), Moment.of(change), ahead(at)))
            since = change
        at += step
    return (*found, (Moment.of(since), Moment.of(LAST), ahead(since)))


# ---------------------------------------------------------------- parties


def _party(world: World, party: str) -> Iterator[Term]:
    """A party that is known has one default, and one delegate if it delegates."""
    known = world.holds("known", party)
    opted_out = world.holds("default", party, "opt-out")
    delegated = world.holds("default", party, "delegated")
    delegates = world.cast.delegations.get(party, ())
    ways = [world.holds("delegates", party, delegate) for delegate in delegates]
    yield some((no(opted_out), every((known, no(delegated)))))
    yield some((no(delegated), every((known, some(ways)))))
    yield no(some(every((one, no(delegated))) for one in ways))
    if len(ways) > 1:
        yield z3.AtMost(*ways, 1)


def _made(world: World, kind: str, track: int, *key: str) -> dict[str, Term]:
    """A fact of each party about a track, False where no rule reads it."""
    return {
        party: world.variables.get((kind, *key, party, track), False)
        for party in world.cast.parties
    }


def _labels(world: World, track: int) -> Iterator[Term]:
    """Above a label stand its parents, in one line; a party with a parent is known."""
    above = _made(world, "above label", track)
    label = _made(world, "is", track, "track.label")
    some_label, parents = some(label.values()), _above(above, label)
    for party in world.cast.parties:
        known = world.holds("known", party)
        yield some((no(label[party]), above[party]))
        yield some((no(above[party]), some_label))
        yield some((no(above[party]), known, every((label[party], no(parents)))))


def _publishers(world: World, track: int) -> Iterator[Term]:
    """The same of publishers, whose parents may be among those of the label.

    INVARIANT: exactly these sets of parties come from parents. The label's line can be ordered with
    the shared parties at its top, unless the label itself, which is its foot, is shared.
    """
    above = _made(world, "above publisher", track)
    direct = _made(world, "in", track, "work.publishers")
    labels = _made(world, "above label", track)
    label = _made(world, "is", track, "track.label")
    parents = _above(above, direct)
    apart = some(every((direct[one], no(labels[one]))) for one in world.cast.parties)
    foot = some(every((label[one], above[one])) for one in world.cast.parties)
    for party in world.cast.parties:
        known = world.holds("known", party)
        parent = every((above[party], no(direct[party])))
        yield some((no(direct[party]), above[party]))
        yield some((no(direct[party]), known, no(parents)))
        yield some((no(parent), every((known, some(direct.values())))))
        yield some((no(parent), labels[party], apart))
        yield some((no(parent), no(label[party]), apart))
        yield some((no(foot), no(labels[party]), above[party]))


def _above(above: dict[str, Term], direct: dict[str, Term]) -> Term:
    """Whether anybody is there only as a parent."""
    return some(every((above[party], no(direct[party]))) for party in above)
