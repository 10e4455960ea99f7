"""Rules, conditions and what would have to change, in plain English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from clearmix_rules import tree
from clearmix_rules.schema import Attribute, Kind
from clearmix_rules.territories import GROUPS
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier, Scalar
from clearmix_rules.units import say

_DATES = {
    Op.BEFORE: "before {}", Op.AFTER: "after {}", Op.ON_OR_BEFORE: "on or before {}",
    Op.ON_OR_AFTER: "on or after {}", Op.EXACTLY: "on {}",
}  # fmt: skip
_OPPOSITE = {
    Op.AT_MOST: Op.OVER, Op.AT_LEAST: Op.UNDER, Op.UNDER: Op.AT_LEAST, Op.OVER: Op.AT_MOST,
    Op.BEFORE: Op.ON_OR_AFTER, Op.AFTER: Op.ON_OR_BEFORE, Op.ON_OR_BEFORE: Op.AFTER,
    Op.ON_OR_AFTER: Op.BEFORE,
}  # fmt: skip
_OWN = {"request.use": "this request's use", "request.actions": "all of this request's actions"}
_MOST = 8


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """Words as a list, the tail of a long one counted.

    >>> listed(["GB", "IE", "SE"])
    'GB, IE or SE'
    """
    words = list(words)
    if len(words) > _MOST:
        return f"{', '.join(words[:_MOST])} {conjunction} {len(words) - _MOST} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def scalar(value: object, attribute: Attribute) -> str:
    """One value of an attribute in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime(f"%Y-%m-%d %H:%M{':%S' if value.second else ''} UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return say(value, attribute.unit)
    if isinstance(value, frozenset | tuple):
        return listed(sorted(map(str, value)), "and") or "none"
    return str(value) or "none"


def names(test: FactTest, conjunction: str = "or") -> str:
    """The values of a test in words; many territories by the groups they make up."""
    if test.attribute.kind is Kind.TERRITORY and len(test.values) > _MOST:
        return _territories({str(value) for value in test.values}, conjunction)
    return listed((scalar(value, test.attribute) for value in test.values), conjunction)


def _territories(codes: set[str], conjunction: str) -> str:
    """Many territories in the fewest words: `EU or GB`, `worldwide except US`."""
    ways: list[str] = []
    parts: list[str] = []
    rest = set(codes)
    for name, members in sorted(GROUPS.items(), key=lambda one: -len(one[1])):
        missing = members - codes
        if codes <= members and len(missing) <= _MOST:
            ways.append(f"{name} except {listed(sorted(missing), 'and')}" if missing else name)
        if len(members) > _MOST and members <= rest:
            parts.append(name)
            rest -= members
    ways.append(listed([*parts, *sorted(rest)], conjunction))
    return min(ways, key=len)


# ---------------------------------------------------------------- conditions


def condition(node: Condition) -> str:
    """A checked condition in words, as it would stand after `if`."""
    return _condition(node, False)


def _condition(node: Condition, negated: bool) -> str:
    if isinstance(node, FactTest):
        return _test(node, negated)
    if isinstance(node, tree.Not):
        return _condition(node.part, not negated)
    if isinstance(node, tree.All | tree.Either):
        both = not _is_choice(node, negated)
        parts = [
            f"({_condition(part, negated)})"
            if _is_choice(part, negated)
            else _condition(part, negated)
            for part in node.parts
        ]
        if both:
            return " and ".join(parts)
        return f"either {' or else '.join(parts)}"
    return str(node)


def _is_choice(node: Condition, negated: bool) -> bool:
    """Whether a condition comes out as `either ... or else ...`."""
    while isinstance(node, tree.Not):
        node, negated = node.part, not negated
    return isinstance(node, tree.All if negated else tree.Either)


def _subject(test: FactTest) -> str:
    attribute = test.attribute
    if test.role is not None:
        who = f"{test.quantifier.value if test.quantifier else 'the'} {test.role}"
        flag = attribute.key == "party.id" or test.op is Op.TRUE
        return who if flag else f"{who}'s {attribute.name}"
    if test.op is Op.TRUE:
        return f"the {attribute.group}"
    if attribute.group in ("listener", "generator") or attribute.name == "id":
        return f"the {attribute.group}'s {attribute.name}"
    return attribute.name


def _test(test: FactTest, negated: bool) -> str:
    """One test in words, or its opposite."""
    if negated and test.quantifier is Quantifier.NO:
        return _test(replace(test, quantifier=Quantifier.ANY), False)
    if negated and test.quantifier is not None:
        return f"it is not so that {_test(test, False)}"
    return f"{_subject(test)} {_says(test, negated is not test.negated)}"


def _says(test: FactTest, negated: bool) -> str:
    op, attribute = test.op, test.attribute
    no = "not " if negated else ""
    if op is Op.GIVEN:
        return f"is {no}given"
    if op is Op.TRUE:
        return f"is {no}{attribute.name}"
    right = _OWN.get(test.other.key, f"the {test.other.name}") if test.other else names(test)
    if op in _OPPOSITE and negated:
        op, no = _OPPOSITE[op], ""
    if op in (Op.WITHIN, Op.WITHIN_BEFORE, Op.WITHIN_AFTER):
        days = say(int(test.values[0]), "days")  # type: ignore[arg-type]
        point = right if test.other else scalar(test.values[1], attribute)
        side = {Op.WITHIN: "of", Op.WITHIN_BEFORE: "before", Op.WITHIN_AFTER: "after"}[op]
        return f"is {no}within {days} {side} {point}"
    if op is Op.BETWEEN:
        low, high = (scalar(value, attribute) for value in test.values)
        return f"is {no}between {low} and {high}"
    if op in _DATES and op is not Op.EXACTLY and attribute.kind in (Kind.DAY, Kind.MOMENT):
        return f"is {no}{_DATES[op].format(right)}"
    if op is Op.HAS_ANY:
        return f"has {'none of ' if negated else ''}{right}"
    if op is Op.HAS_ALL:
        return f"{'lacks' if negated else 'has'} {right if test.other else names(test, 'and')}"
    if op is Op.HAS_ONLY:
        return f"has {no}only {right}"
    if op is Op.BELOW:
        return f"is {no}under {right}"
    if op is Op.LIKE:
        return f'is {no}like "{test.values[0]}"'
    if op in (Op.AT_MOST, Op.AT_LEAST, Op.UNDER, Op.OVER, Op.EXACTLY):
        return f"{op.value.removesuffix(' exactly')} {no}{right}"
    return f"is {no}{right}"


# ---------------------------------------------------------------- what would be permitted


def remedy(test: FactTest, wanted: bool) -> str:
    """Under which value the test would come out as wanted: `at 90 seconds or less`."""
    attribute = test.attribute
    bound = _bound(test, wanted)
    if attribute.phrase and bound is not None and test.role is None:
        return attribute.phrase.format(bound)
    return f"if {_test(test, not wanted)}"


def _bound(test: FactTest, wanted: bool) -> str | None:
    """The value that is wanted, to stand after `at`, `for` or `in`; None if it needs a sentence."""
    op = test.op if wanted else _OPPOSITE.get(test.op)
    if op is None or test.other is not None:
        return None
    attribute = test.attribute
    if attribute.kind is Kind.DAY:
        return _DATES[op].format(names(test)) if op in _DATES else None
    if op is Op.ONE_OF or op is Op.EXACTLY or (op is Op.HAS_ANY and attribute.name == "add-ons"):
        return names(test)
    words = {Op.AT_MOST: "{} or less", Op.AT_LEAST: "{} or more", Op.UNDER: "less than {}",
             Op.OVER: "more than {}"}  # fmt: skip
    if op in words:
        return words[op].format(names(test))
    if op is Op.BETWEEN and wanted:
        return f"{_scalar_of(test, 0)} to {_scalar_of(test, 1)}"
    return None


def _scalar_of(test: FactTest, index: int) -> str:
    return scalar(test.values[index], test.attribute)


def failing(
    test: FactTest, wanted: bool, actual: Scalar | frozenset[str] | tuple[str, ...] | None
) -> str:
    """A test that did not come out as wanted, with the value that was read."""
    before, after = around(test, wanted)
    if actual is None or after is None:
        return _test(test, wanted)
    return f"{before}{scalar(actual, test.attribute)}{after}"


def around(test: FactTest, wanted: bool) -> tuple[str, str | None]:
    """What stands before and after the value read, where a test did not come out as wanted.

    Where no value is told there is only the first.
    """
    if test.role is not None or test.op in (Op.TRUE, Op.GIVEN):
        return _test(test, wanted), None
    needed = _says(test, not wanted)
    for verb, must in (("is not ", "must not be "), ("is ", "must be "), ("has ", "must have "),
                       ("lacks ", "must lack ")):  # fmt: skip
        if needed.startswith(verb):
            needed = must + needed.removeprefix(verb)
            break
    verb = "has" if test.attribute.kind in (Kind.SET, Kind.PARTIES) else "is"
    return f"{_subject(test)} {verb} ", f"; it {needed}"


# ---------------------------------------------------------------- rules


def rule(node: tree.Rule) -> str:
    """A whole checked rule as a sentence or two."""
    uses = listed(plural(word.text) for word in node.actions) if node.actions else "any use"
    text = f"{'Permits' if node.effect is tree.Effect.PERMIT else 'Forbids'} {uses}"
    if node.scope is not None:
        text += f" of {node.scope.relation.value} {listed(name.text for name in node.scope.names)}"
    if node.when is not None:
        text += f", if {condition(node.when)}"
    if node.unless is not None:
        text += f", unless {condition(node.unless)}"
    text += "."
    if node.duties:
        text += f" In return: {'; '.join(duty(one) for one in node.duties)}."
    return text


def duty(node: tree.Duty) -> str:
    """One duty in words."""
    if isinstance(node, tree.Limit):
        return condition(node.test)
    if isinstance(node, tree.LabelReads):
        return f'the label reads "{node.text}"'
    if isinstance(node, tree.RoyaltyAtLeast):
        return f"{quantity(node.rate)} of {node.base} goes to {node.payee}"
    if isinstance(node, tree.ApprovalBy):
        within = f" within {quantity(node.within)}" if node.within else ""
        return f"{node.party} approves it{within}"
    if isinstance(node, tree.CreditTo):
        return f"credit is given to the {listed((word.text for word in node.roles), 'and')}"
    if isinstance(node, tree.WatermarkWith):
        only = "only " if node.only else ""
        return f"the watermark is {only}{listed((w.text for w in node.watermarks), 'and')}"
    if isinstance(node, tree.MarkWith):
        return f"the file is marked with {listed((word.text for word in node.marks), 'and')}"
    if isinstance(node, tree.KeepRecords):
        return f"records are kept for {quantity(node.period)}"
    if isinstance(node.when, tree.Day):
        return f"it expires on {node.when.day.isoformat()}"
    return f"it expires after {quantity(node.when)}"


def quantity(number: tree.Number) -> str:
    """A number as written, with its unit."""
    amount = number.amount
    text = str(amount.numerator) if amount.denominator == 1 else f"{float(amount):g}"
    if number.unit is None:
        return text
    return f"{text}%" if number.unit == "%" else f"{text} {number.unit}"


def plural(action: str) -> str:
    """What several of an action are called: `speed changes`."""
    words = action.replace("-", " ")
    return f"{words}es" if words.endswith(("x", "sh")) else f"{words}s"
