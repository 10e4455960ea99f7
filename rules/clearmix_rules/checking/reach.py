"""Whether conditions can hold at all: what a rule asks, taken together, attribute by attribute.

Sound, not complete: a rule that is said to be out of reach is; one that is not said to be may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from clearmix_rules import tree
from clearmix_rules.schema import Attribute, Kind
from clearmix_rules.territories import CODES
from clearmix_rules.tree import Condition, FactTest, Op, Scalar

MOST_BRANCHES = 500
"""So many ways through nested `either` are tried; a condition with more counts as possible."""

MOST_CHOICES = 12
"""So many `either` at once are looked at; a condition with more counts as possible."""

_OPPOSITE = {
    Op.AT_MOST: Op.OVER, Op.OVER: Op.AT_MOST, Op.AT_LEAST: Op.UNDER, Op.UNDER: Op.AT_LEAST,
    Op.BEFORE: Op.ON_OR_AFTER, Op.ON_OR_AFTER: Op.BEFORE, Op.AFTER: Op.ON_OR_BEFORE,
    Op.ON_OR_BEFORE: Op.AFTER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """The values that are left for one attribute: of a list, or of a range of numbers or days."""

    values: frozenset[Scalar] | None = None
    without: frozenset[Scalar] = frozenset()
    low: int | None = None
    high: int | None = None

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        if self.values is not None and not self.values - self.without:
            return True
        return self.low is not None and self.high is not None and self.low > self.high


Rooms = Mapping[str, Room]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on the way through a condition."""

    rooms: Rooms
    literals: frozenset[tuple[FactTest, bool]] = frozenset()
    """Tests that hold and tests that do not."""


def window(policy: tree.Policy) -> Known:
    """What a policy's window leaves open: the days on which it is in force."""
    said = policy.in_force
    opens = said.opens.day.toordinal() if said and isinstance(said.opens, tree.Day) else None
    closes = said.closes.day.toordinal() if said and isinstance(said.closes, tree.Day) else None
    return Known({"request.today": Room(low=opens, high=closes)})


def possible(conditions: list[tuple[Condition, bool]], known: Known) -> bool:
    """Whether all conditions, each wanted or not, can come out as wanted at once."""
    return _possible(conditions, known, [MOST_BRANCHES])


def _possible(waiting: list[tuple[Condition, bool]], known: Known, budget: list[int]) -> bool:
    choices: list[list[tuple[Condition, bool]]] = []
    waiting = list(waiting)
    while waiting:
        condition, wanted = waiting.pop()
        if isinstance(condition, tree.Not):
            waiting.append((condition.part, not wanted))
        elif isinstance(condition, tree.All | tree.Either):
            parts = [(part, wanted) for part in condition.parts]
            if isinstance(condition, tree.All) is wanted:
                waiting += parts
            else:
                choices.append(parts)
        elif isinstance(condition, FactTest):
            narrowed = _narrow(known, condition, wanted)
            if narrowed is None:
                return False
            known = narrowed
    if not choices or len(choices) > MOST_CHOICES:
        return True
    first, *rest = choices
    others = [(tree.Either(tuple(_wish(one) for one in parts)), True) for parts in rest]
    for part in first:
        budget[0] -= 1
        if budget[0] < 0 or _possible([part, *others], known, budget):
            return True
    return False


def _wish(part: tuple[Condition, bool]) -> Condition:
    condition, wanted = part
    return condition if wanted else tree.Not(condition)


def _narrow(known: Known, test: FactTest, wanted: bool) -> Known | None:
    """What is known once a test comes out as wanted; None if it cannot."""
    if (test, not wanted) in known.literals:
        return None
    literals = known.literals | {(test, wanted)}
    key = test.attribute.key
    if test.role is not None or test.other is not None or test.op is Op.GIVEN:
        return Known(known.rooms, literals)
    room = _cut(known.rooms.get(key) or _whole(test.attribute), test, wanted)
    return None if room.empty else Known({**known.rooms, key: room}, literals)


def _whole(attribute: Attribute) -> Room:
    """Every value of an attribute."""
    if attribute.kind is Kind.BOOL:
        return Room(frozenset({True, False}))
    if attribute.kind is Kind.TERRITORY:
        return Room(frozenset(CODES))
    if attribute.kind is Kind.ENUM:
        return Room(frozenset(attribute.values))
    return Room(low=0) if attribute.kind is Kind.INT else Room()


def _cut(room: Room, test: FactTest, wanted: bool) -> Room:
    """The room that a test leaves."""
    op = test.op
    if op is Op.TRUE:
        return replace(room, values=(room.values or frozenset({True, False})) & {wanted})
    if op is Op.ONE_OF:
        named = frozenset(test.values)
        if not wanted:
            return replace(room, without=room.without | named)
        return replace(room, values=named if room.values is None else room.values & named)
    if not wanted:
        if op not in _OPPOSITE:
            return room
        op = _OPPOSITE[op]
    numbers = [_number(value) for value in test.values]
    if not numbers or any(number is None for number in numbers):
        return room
    first, last = numbers[0] or 0, numbers[-1] or 0
    low, high = {
        Op.AT_MOST: (None, first), Op.ON_OR_BEFORE: (None, first), Op.UNDER: (None, first - 1),
        Op.BEFORE: (None, first - 1), Op.AT_LEAST: (first, None), Op.ON_OR_AFTER: (first, None),
        Op.OVER: (first + 1, None), Op.AFTER: (first + 1, None), Op.EXACTLY: (first, first),
        Op.BETWEEN: (first, last),
    }.get(op, (None, None))  # fmt: skip
    lows = [one for one in (room.low, low) if one is not None]
    highs = [one for one in (room.high, high) if one is not None]
    return replace(room, low=max(lows, default=None), high=min(highs, default=None))


def _number(value: Scalar) -> int | None:
    """A number, or the number of a day; None for what has no such order, also a moment."""
    if type(value) is date:
        return value.toordinal()
    return value if type(value) is int else None
