"""Python functions generated from rules: one code object for all rules of one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from clearmix_rules import tree
from clearmix_rules.deciding.expressions import Writer, as_set, tests
from clearmix_rules.deciding.request import Fact, Party
from clearmix_rules.errors import EvaluationError
from clearmix_rules.schema import ROLES
from clearmix_rules.tree import Condition, Effect, FactTest, Op

MOST_RULES = 15
"""How many rules one function evaluates: two bits each fit one digit of a Python integer."""

Facts: TypeAlias = Mapping[str, Fact]
Fired: TypeAlias = Callable[
    [Facts, Mapping[str, Party], frozenset[str], datetime, date | None, int], int
]
Atoms: TypeAlias = Callable[
    [Facts, Mapping[str, Party], frozenset[str], datetime, date | None], int
]

UNREADABLE = -1
"""What an `Atoms` function returns if any test cannot be made."""

_READS = "f, parties, labels, now, today"


class View:
    """What the rules see of one track of a request.

    `facts` are those of the request and of the track, with `request.now` and `request.today`;
    `labels` is the track's label with everything above it.
    """

    __slots__ = ("facts", "labels", "parties")

    def __init__(
        self, facts: dict[str, Fact], parties: Mapping[str, Party], labels: frozenset[str]
    ) -> None:
        self.facts = facts
        self.parties = parties
        self.labels = labels


def applies(bit: int) -> int:
    """The bit of the rule at a place: it fired, or it permits and its limits are kept."""
    return 1 << 2 * bit


def but(bit: int) -> int:
    """The other bit of a rule: a forbid in error, or a permit whose limits the request breaks."""
    return 2 << 2 * bit


def fired(rules: Sequence[tree.Rule]) -> Fired:
    """A function that evaluates every relevant rule and returns which fired, two bits for each.

    Its last argument has the `applies` bit of every rule that is about what is asked. Scopes are
    not looked at. Whatever goes wrong in a forbid is an error of it; such a permit grants nothing.
    """
    writer = Writer()
    lines = [f"def made({_READS}, relevant):", " fired = 0"]
    for place, rule in enumerate(rules):
        permit = rule.effect is Effect.PERMIT
        bounds = [
            writer.test(duty.test)
            for duty in (rule.duties if permit else ())
            if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest)
        ]
        when = writer.condition(rule.when) if rule.when else "True"
        if rule.unless:
            when += f" and not {writer.condition(rule.unless)}"
        yes, no = applies(place), but(place)
        lines += [f" if relevant & {yes}:", "  try:", f"   if {when}:"]
        if bounds:
            # A limit that cannot be read is one that is not kept.
            lines += [
                "    try:",
                f"     fired |= {yes} if {' and '.join(bounds)} else {no}",
                "    except Exception:",
                f"     fired |= {no}",
            ]
        else:
            lines.append(f"    fired |= {yes}")
        lines += ["  except Exception:", "   pass" if permit else f"   fired |= {no}"]
    lines.append(" return fired")
    return _made(lines, writer)  # type: ignore[no-any-return]


def atoms(rules: Sequence[tree.Rule]) -> Atoms:
    """A function that makes every single test of these rules and returns one bit for each."""
    writer = Writer()
    lines = [f"def made({_READS}):", " held = 0", " try:"]
    for place, test in enumerate(test for rule in rules for test in rule_tests(rule)):
        lines.append(f"  if {writer.test(test)}: held |= {1 << place}")
    lines += ["  return held", " except Exception:", f"  return {UNREADABLE}"]
    return _made(lines, writer)  # type: ignore[no-any-return]


def rule_tests(rule: tree.Rule) -> list[FactTest]:
    """Every test that a rule makes: of its conditions, then of its limits."""
    limits = [
        duty.test
        for duty in rule.duties
        if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest)
    ]
    return [*tests(rule.when), *tests(rule.unless), *limits]


def holds(condition: Condition, view: View) -> bool:
    """Whether a condition holds, for where the reason of an error is wanted.

    Raises:
        EvaluationError: a fact is missing that the outcome hangs on.
    """
    if isinstance(condition, FactTest):
        facts = view.facts
        try:
            return _test(condition)(
                facts, view.parties, view.labels, facts["request.now"], facts["request.today"]
            )
        except Exception as error:
            raise _why(condition, view) from error
    if isinstance(condition, tree.Not):
        return not holds(condition.part, view)
    if isinstance(condition, tree.All):
        return all(holds(part, view) for part in condition.parts)
    if isinstance(condition, tree.Either):
        return any(holds(part, view) for part in condition.parts)
    raise TypeError("only a checked condition can be asked")


def rule_fires(rule: tree.Rule, view: View) -> bool:
    """Whether a rule's conditions hold; False if they cannot be read to their end."""
    try:
        if rule.when is not None and not holds(rule.when, view):
            return False
        return rule.unless is None or not holds(rule.unless, view)
    except EvaluationError:
        return False


@lru_cache(maxsize=16_384)
def _test(test: FactTest) -> Callable[..., bool]:
    """A function that makes one test."""
    writer = Writer()
    return _made([f"def made({_READS}):", f" return bool({writer.test(test)})"], writer)  # type: ignore[no-any-return]


def _why(test: FactTest, view: View) -> EvaluationError:
    """Why a test could not be made."""
    key, name = test.attribute.key, test.attribute.name
    if test.role is not None and key != "party.id":
        listed = view.facts.get(ROLES[test.role])
        for id in listed if isinstance(listed, tuple) else ():
            party = view.parties.get(id)
            if party is None or key not in party.facts:
                return EvaluationError(
                    f"nothing is known of `{id}`, so not its `{name}`",
                    help=f'add "{id}" to "parties"',
                )
    other = test.other.key if test.other else key
    if test.op is not Op.GIVEN and (key not in view.facts or other not in view.facts):
        return EvaluationError(f"`{name}` is not known", help="give it in the request")
    return EvaluationError(
        f"`{name}` has a value that it cannot have", help="make requests with `Request.from_json`"
    )


def _made(body: list[str], writer: Writer) -> Any:
    """The function that these lines define as `made`, with its constants."""
    parameters = ", ".join(f"c{number}" for number in range(len(writer.constants)))
    lines = [f"def make({parameters}):", *(f" {line}" for line in body), " return made"]
    return _factory("\n".join(lines))(*writer.constants)


@lru_cache(maxsize=4_096)
def _factory(source: str) -> Callable[..., Any]:
    """Compiled once for each shape; of a policy's own words nothing stands in the source."""
    namespace: dict[str, Any] = {"as_set": as_set}
    exec(compile(source, "<rules>", "exec"), namespace)  # noqa: S102
    return namespace["make"]  # type: ignore[no-any-return]
