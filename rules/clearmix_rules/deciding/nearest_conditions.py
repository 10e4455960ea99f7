"""Checked conditions as formulas: a test becomes the values under which it comes out as wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

from clearmix_rules import tree
from clearmix_rules.deciding.nearest_formula import ALWAYS, NEVER, Formula, Within, every, some
from clearmix_rules.deciding.nearest_values import ENDLESS, Asked, Names, Numbers, Region, Sets
from clearmix_rules.deciding.request import Fact, Party
from clearmix_rules.schema import ROLES, Kind
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What the conditions of one track read, and which of it may be changed."""

    facts: dict[str, Fact]
    parties: Mapping[str, Party]
    labels: frozenset[str]
    """The track's label with everything above it."""
    changeable: frozenset[str]

    def on(self, today: date) -> Known:
        """The same on a calendar day."""
        return replace(self, facts={**self.facts, "request.today": today})


def formula(condition: Condition, wanted: bool, known: Known) -> Formula:
    """When a condition comes out as wanted, without an error.

    Parts are tried from left to right, as in a decision: a part that cannot be read stops the
    condition unless an earlier part has settled it.
    """
    if isinstance(condition, FactTest):
        return _test(condition, wanted, known)
    if isinstance(condition, tree.Not):
        return formula(condition.part, not wanted, known)
    if not isinstance(condition, tree.All | tree.Either):
        raise TypeError("only a checked condition has a formula")
    if isinstance(condition, tree.All) is wanted:
        return every(formula(part, wanted, known) for part in condition.parts)
    ways: list[Formula] = []
    before: list[Formula] = []
    for part in condition.parts:
        ways.append(every([*before, formula(part, wanted, known)]))
        if can_fail(part):
            before.append(formula(part, not wanted, known))
    return some(ways)


def failure(condition: Condition, known: Known) -> Formula:
    """When a condition needs something that is not known, before it is settled."""
    if not can_fail(condition):
        return NEVER
    if isinstance(condition, tree.Not):
        return failure(condition.part, known)
    if isinstance(condition, tree.All | tree.Either):
        goes_on = isinstance(condition, tree.All)
        ways: list[Formula] = []
        before: list[Formula] = []
        for part in condition.parts:
            ways.append(every([*before, failure(part, known)]))
            before.append(formula(part, goes_on, known))
        return some(ways)
    if isinstance(condition, FactTest) and condition.role is None:
        return _placed(condition.attribute.key, [Names.of([None])], known)
    # What is known of parties cannot change: such a test can come out, or it never can.
    return _sure(formula(condition, True, known) == formula(condition, False, known) == NEVER)


def can_fail(condition: Condition) -> bool:
    """Whether a condition may need something that is not known."""
    if isinstance(condition, FactTest):
        optional = not condition.attribute.required and condition.op is not Op.GIVEN
        return condition.role is not None or optional
    if isinstance(condition, tree.Not):
        return can_fail(condition.part)
    return isinstance(condition, tree.All | tree.Either) and any(map(can_fail, condition.parts))


def _test(test: FactTest, wanted: bool, known: Known) -> Formula:
    if test.role is not None:
        return _of_parties(test, wanted, known)
    key = test.attribute.key
    if test.op is Op.GIVEN:
        region: Region = Names(frozenset({None}), but=wanted)
        return _placed(key, [region], known)
    if test.other is not None and test.other.key in known.changeable:
        return NEVER  # no attribute of a request may be compared with one that changes
    if known.facts.get(key) is None and key not in known.changeable:
        return NEVER
    if test.op is Op.BELOW:
        return _sure((not known.labels.isdisjoint(map(str, test.values))) is wanted)
    return _placed(key, _regions(test, wanted, known), known)


def _placed(key: str, regions: Iterable[Region], known: Known) -> Formula:
    """An attribute in one of these regions: settled at once if it cannot change."""
    if key in known.changeable:
        return some(Within(key, region) for region in regions)
    value = _comparable(known.facts.get(key))
    return _sure(any(value in region for region in regions))


def _sure(holds: bool) -> Formula:
    return ALWAYS if holds else NEVER


# ---------------------------------------------------------------- tests of parties


def _of_parties(test: FactTest, wanted: bool, known: Known) -> Formula:
    """A test of the parties in a role; what is known of them cannot change, `this use` can."""
    other = test.other
    if other is not None and other.key in known.changeable:
        fitting = [
            value
            for value in other.values
            if _all_told(replace(test, other=None, values=(value,)), known) is wanted
        ]
        return some([Within(other.key, Names.of(fitting))] if fitting else [])
    return _sure(_all_told(test, known) is wanted)


def _all_told(test: FactTest, known: Known) -> bool | None:
    """The outcome over all parties in the role; None if something of one of them is not known."""
    listed = known.facts.get(ROLES[test.role or ""], ())
    answers: list[bool] = []
    for id in listed if isinstance(listed, tuple) else ():
        party = known.parties.get(id)
        fact: Asked = id if test.attribute.key == "party.id" else None
        if fact is None and party is not None:
            fact = party.facts.get(test.attribute.key)
        if fact is None:
            return None
        held = any(_comparable(fact) in one for one in _regions(test, True, known))
        answers.append(held is not test.negated)
    if test.quantifier is Quantifier.EVERY:
        return bool(answers) and all(answers)
    return any(answers) is not (test.quantifier is Quantifier.NO)


# ---------------------------------------------------------------- regions


def _regions(test: FactTest, wanted: bool, known: Known) -> list[Region]:
    """The regions in which a test comes out as wanted; [] if there is none."""
    other = known.facts.get(test.other.key) if test.other else None
    if test.op in (Op.HAS_ANY, Op.HAS_ALL, Op.HAS_ONLY):
        given = other if test.other else test.values
        names = frozenset(map(str, given if isinstance(given, frozenset | tuple) else (given,)))
        held = known.facts.get(test.attribute.key)
        return list(_of_sets(test, names, wanted, held if isinstance(held, frozenset) else ()))
    if test.op is Op.TRUE:
        return [Names.of([wanted])]
    if test.op is Op.LIKE:
        return [_like(test, wanted, known)]
    if test.op is Op.ONE_OF and test.attribute.kind not in (Kind.INT, Kind.DAY, Kind.MOMENT):
        listed: frozenset[Asked] = frozenset([other] if test.other else test.values)
        # A value that is not given is an error of the test, whichever way it should come out.
        return [Names(listed) if wanted else Names(listed | {None}, True)]
    numbers = _numbers(test, other)
    if numbers is None:
        return []
    return [numbers if wanted else numbers.others()]


def _numbers(test: FactTest, other: Asked) -> Numbers | None:
    """The numbers, or days or moments as numbers, for which an ordering test holds."""
    values = [_number(value) for value in test.values]
    if other is not None:
        values.append(_number(other))
    first, last = values[0], values[-1]
    match test.op:
        case Op.AT_MOST | Op.ON_OR_BEFORE:
            return Numbers.between(0, last)
        case Op.UNDER | Op.BEFORE:
            return Numbers.between(0, last - 1)
        case Op.AT_LEAST | Op.ON_OR_AFTER:
            return Numbers.between(last, ENDLESS)
        case Op.OVER | Op.AFTER:
            return Numbers.between(last + 1, ENDLESS)
        case Op.WITHIN:
            return Numbers.between(last - first, last + first)
        case Op.WITHIN_AFTER:
            return Numbers.between(last, last + first)
        case Op.WITHIN_BEFORE:
            return Numbers.between(last - first, last)
        case Op.EXACTLY | Op.BETWEEN:
            return Numbers.between(first, last)
    return None


def _of_sets(
    test: FactTest, names: frozenset[str], wanted: bool, held: Iterable[str]
) -> Iterable[Sets]:
    """One region for each way in which a set, of which some names are `held` now, is as wanted."""
    if test.op is Op.HAS_ANY and wanted:
        return (Sets(has=frozenset({name})) for name in sorted(names))
    if test.op is Op.HAS_ALL and not wanted:
        return (Sets(lacks=frozenset({name})) for name in sorted(names))
    if test.op is Op.HAS_ANY:
        return (Sets(lacks=names),)
    if test.op is Op.HAS_ALL:
        return (Sets(has=names),)
    if wanted:
        return (Sets(only=names),)
    others = {*test.attribute.values, *held} - names
    return (Sets(has=frozenset({name})) for name in sorted(others))


def _like(test: FactTest, wanted: bool, known: Known) -> Names:
    """Of what an attribute is or can be left at, that which a pattern with stars is like."""
    pattern = "".join("[[]" if char == "[" else "[?]" if char == "?" else char
                      for char in str(test.values[0]))  # fmt: skip
    candidates = (known.facts.get(test.attribute.key), test.attribute.default)
    return Names.of(
        one for one in candidates if isinstance(one, str) and fnmatchcase(one, pattern) is wanted
    )


def _comparable(value: Asked) -> Asked:
    """A day or a moment as a number; anything else as it is."""
    return _number(value) if isinstance(value, date) else value


def _number(value: object) -> int:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, date):
        return value.toordinal()
    return int(value)  # type: ignore[call-overload, no-any-return]
