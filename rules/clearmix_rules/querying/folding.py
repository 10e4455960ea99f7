"""Partial evaluation: a checked condition with everything but the track filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from clearmix_rules import tree
from clearmix_rules.deciding.compiled import CompiledRule
from clearmix_rules.deciding.generated import View, holds
from clearmix_rules.deciding.request import Fact, Party
from clearmix_rules.errors import EvaluationError
from clearmix_rules.querying.encoding import day_number, entry
from clearmix_rules.querying.residual import (
    ALWAYS,
    FALSE,
    NEVER,
    TRUE,
    UNKNOWN,
    Between,
    EachOf,
    Equals,
    Flag,
    Like,
    Lists,
    ListsOnly,
    Node,
    SomeOf,
    Truth,
    both,
    constant,
    either,
    empty,
    no,
)
from clearmix_rules.schema import IMITATED, ROLES, Kind
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier, Relation

COLUMNS: Mapping[str, str] = {
    "track.id": "id", "track.isrc": "isrc", "track.title": "title", "track.explicit": "explicit",
    "track.release-date": "release_day", "track.genres": "genres", "track.language": "language",
    "track.label": "label", "track.artists": "artists", "track.performers": "performers",
    "track.producers": "producers", "track.owners": "owners", "work.id": "work_id",
    "work.iswc": "iswc", "work.writers": "writers", "work.publishers": "publishers",
    "work.public-domain": "public_domain",
}  # fmt: skip
"""The column of a catalogue's tracks that holds each fact."""

_SCOPES: Mapping[Relation, str] = {
    Relation.BY: "artists", Relation.WRITTEN_BY: "writers", Relation.PUBLISHED_BY: "publishers",
    Relation.OWNED_BY: "owners",
}  # fmt: skip
_TURNED: Mapping[Op, Op] = {
    Op.BEFORE: Op.AFTER, Op.AFTER: Op.BEFORE, Op.ON_OR_BEFORE: Op.ON_OR_AFTER,
    Op.ON_OR_AFTER: Op.ON_OR_BEFORE, Op.WITHIN_BEFORE: Op.WITHIN_AFTER,
    Op.WITHIN_AFTER: Op.WITHIN_BEFORE,
}  # fmt: skip
_NO_LABELS: frozenset[str] = frozenset()


class Folding:
    """The facts of one request, and what conditions come to under them.

    Args:
        facts: everything the request says but its tracks, by key.
        parties: what is known of each party.
        mentioned: the parties that a column of the catalogue lists.
        imitated: whoever's voice or style is imitated, by name.
        imitates_artists: whether the artists of the track are imitated as well.
    """

    def __init__(
        self,
        facts: Mapping[str, Fact],
        parties: Mapping[str, Party],
        mentioned: Callable[[str], frozenset[str]],
        imitated: tuple[str, ...],
        imitates_artists: bool,
    ) -> None:
        self._view = View(dict(facts), parties, _NO_LABELS)
        self._mentioned = mentioned
        self._imitated = imitated
        self._imitates_artists = imitates_artists
        self._below = _below(parties)
        self._groups: dict[frozenset[str], int] = {}
        self.asked: set[tuple[str, int]] = set()
        """The columns, each with a group, that some condition asks about."""
        self._settled: dict[tuple[FactTest, Fact], Truth] = {}
        self._verdicts: dict[tuple[FactTest, frozenset[str]], _Verdicts] = {}

    @property
    def groups(self) -> Mapping[int, frozenset[str]]:
        """The groups of parties that `SomeOf` and `EachOf` name so far."""
        return {number: group for group, number in self._groups.items()}

    def rule(self, rule: CompiledRule, days: tuple[date, ...]) -> Truth:
        """Where a rule applies: a forbid on any of the days, a permit on every one."""
        forbids = rule.rule.effect is tree.Effect.FORBID
        result = NEVER if forbids else ALWAYS
        for day in days if rule.reads_today else days[:1]:
            applies = self._applies(rule.rule, day)
            result = result.otherwise(applies) if forbids else result.then(applies)
        return result

    def _applies(self, rule: tree.Rule, day: date) -> Truth:
        self._view.facts["request.today"] = day
        result = ALWAYS if rule.scope is None else Truth(self._scope(rule.scope))
        if rule.when is not None:
            result = result.then(self._fold(rule.when))
        if rule.unless is not None and result.holds is not FALSE:
            result = result.then(self._fold(rule.unless).opposite())
        return result

    def _scope(self, scope: tree.Scope) -> Node:
        names = tuple(sorted({name.text for name in scope.names}))
        if scope.relation is Relation.UNDER:
            return self._label_below(names)
        if scope.relation is Relation.TRACK:
            return either(Equals("id", names), Equals("isrc", names))
        if scope.relation is Relation.WORK:
            return either(Equals("work_id", names), Equals("iswc", names))
        return _lists_any(_SCOPES[scope.relation], names)

    def _fold(self, condition: Condition) -> Truth:
        """A condition; parts are read from left to right, as one by one decisions do."""
        if isinstance(condition, FactTest):
            return self._of_parties(condition) if condition.role else self._of_facts(condition)
        if isinstance(condition, tree.Not):
            return self._fold(condition.part).opposite()
        if isinstance(condition, tree.All):
            result = ALWAYS
            for part in condition.parts:
                if result is NEVER or result is UNKNOWN:
                    break
                result = result.then(self._fold(part))
            return result
        if isinstance(condition, tree.Either):
            result = NEVER
            for part in condition.parts:
                if result is ALWAYS or result is UNKNOWN:
                    break
                result = result.otherwise(self._fold(part))
            return result
        raise TypeError("only a checked condition can be folded")

    # ------------------------------------------------------------ facts

    def _of_facts(self, test: FactTest) -> Truth:
        column = COLUMNS.get(test.attribute.key)
        other = COLUMNS.get(test.other.key) if test.other else None
        if test.op is Op.GIVEN or (column is None and other is None):
            return self._known(test)
        if column is None or other is None:
            return Truth(self._of_track(test, column or ""))
        # The release date compared with itself: any day will do.
        facts = {**self._view.facts, test.attribute.key: date(2000, 1, 1)}
        return self._constant(test, View(facts, {}, _NO_LABELS))

    def _known(self, test: FactTest) -> Truth:
        """A test that the request settles."""
        key = test, self._view.facts["request.today"]
        known = self._settled.get(key)
        if known is None:
            known = self._settled[key] = self._constant(test, self._view)
        return known

    @staticmethod
    def _constant(test: FactTest, view: View) -> Truth:
        if test.op is Op.GIVEN and test.attribute.key in COLUMNS:
            return ALWAYS
        try:
            return ALWAYS if holds(test, view) else NEVER
        except EvaluationError:
            return UNKNOWN

    def _of_track(self, test: FactTest, column: str) -> Node:
        kind, values = test.attribute.kind, test.values
        names = tuple(str(value) for value in values)
        if Kind.DAY in (kind, test.other.kind if test.other else None):
            return self._of_release(test)
        if kind is Kind.BOOL:
            return Flag(column) if test.op is Op.TRUE else no(Flag(column))
        if test.op is Op.LIKE:
            return Like(column, tuple(str(values[0]).split("*")))
        if test.op is Op.BELOW:
            return self._label_below(names)
        if test.op is Op.HAS_ANY:
            return _lists_any(column, names)
        if test.op is Op.HAS_ALL:
            return both(*(Lists(column, entry(name)) for name in names))
        if test.op is Op.HAS_ONLY:
            return ListsOnly(column, tuple(map(entry, names)))
        return Equals(column, names)

    def _of_release(self, test: FactTest) -> Node:
        """The release date against a day that is known."""
        op, values = test.op, test.values
        number = 0
        if op in (Op.WITHIN, Op.WITHIN_BEFORE, Op.WITHIN_AFTER):
            number = int(values[0])  # type: ignore[arg-type]
            values = values[1:]
        if test.attribute.key == "request.today":
            op, values = _TURNED.get(op, op), (self._view.facts["request.today"],)  # type: ignore[assignment]
        elif test.other is not None:
            values = (self._view.facts[test.other.key],)  # type: ignore[assignment]
        first = day_number(values[0])  # type: ignore[arg-type]
        last = day_number(values[-1])  # type: ignore[arg-type]
        bounds: Mapping[Op, tuple[int | None, int | None]] = {
            Op.BEFORE: (None, first - 1), Op.AFTER: (first + 1, None),
            Op.ON_OR_BEFORE: (None, first), Op.ON_OR_AFTER: (first, None),
            Op.EXACTLY: (first, first), Op.BETWEEN: (first, last),
            Op.WITHIN: (first - number, first + number),
            Op.WITHIN_BEFORE: (first - number, first), Op.WITHIN_AFTER: (first, first + number),
        }  # fmt: skip
        return Between("release_day", *bounds[op])

    def _label_below(self, names: tuple[str, ...]) -> Node:
        labels = {label for name in names for label in (name, *self._below.get(name, ()))}
        return Equals("label", tuple(sorted(labels - {""}))) if labels - {""} else FALSE

    # ------------------------------------------------------------ parties

    def _of_parties(self, test: FactTest) -> Truth:
        """A test of any, of every (at least one) or of no party in a role."""
        listed = ROLES[test.role or ""]
        named: tuple[str, ...] = ()
        column: str | None
        if listed == IMITATED:
            named = self._imitated
            column = "artists" if self._imitates_artists else None
        else:
            column = COLUMNS[listed]
        told = self._verdicts_on(test, frozenset(named))
        in_error: Node = constant(bool(told.unknown))
        some: Node = constant(bool(told.passing))
        each: Node = constant(len(told.passing) == len(named))
        nobody: Node = constant(not named)
        if column is not None:
            if test.attribute.key == "party.id":
                names = tuple(str(value) for value in test.values)
                here_some = _lists_any(column, names)
                here_each: Node = ListsOnly(column, tuple(map(entry, names)))
                if test.negated:
                    here_some, here_each = no(here_each), no(here_some)
            else:
                all_here = self._mentioned(column)
                told = self._verdicts_on(test, all_here)
                in_error = either(in_error, self._some_of(column, told.unknown, all_here))
                here_some = self._some_of(column, told.passing, all_here)
                here_each = self._each_of(column, told.passing, all_here)
            some = either(some, here_some)
            each = both(each, here_each)
            nobody = both(nobody, empty(column))
        if test.quantifier is Quantifier.EVERY:
            result = both(no(nobody), each)
        elif test.quantifier is Quantifier.NO:
            result = no(some)
        else:
            result = some
        return Truth(both(result, no(in_error)), in_error)

    def _verdicts_on(self, test: FactTest, ids: frozenset[str]) -> _Verdicts:
        """Of which parties a test holds, and of which it cannot be made."""
        one = replace(test, quantifier=Quantifier.ANY, role="artist")
        key = (one, ids)
        known = self._verdicts.get(key)
        if known is None:
            facts: dict[str, Fact] = dict(self._view.facts)
            view = View(facts, self._view.parties, _NO_LABELS)
            passing, unknown = set(), set()
            for id in ids:
                facts["track.artists"] = (id,)
                try:
                    if holds(one, view):
                        passing.add(id)
                except EvaluationError:
                    unknown.add(id)
            known = self._verdicts[key] = _Verdicts(frozenset(passing), frozenset(unknown))
        return known

    def _some_of(self, column: str, group: frozenset[str], whole: frozenset[str]) -> Node:
        if not group:
            return FALSE
        return no(empty(column)) if group == whole else SomeOf(column, self._number(column, group))

    def _each_of(self, column: str, group: frozenset[str], whole: frozenset[str]) -> Node:
        if not group:
            return empty(column)
        return TRUE if group == whole else EachOf(column, self._number(column, group))

    def _number(self, column: str, group: frozenset[str]) -> int:
        number = self._groups.setdefault(group, len(self._groups))
        self.asked.add((column, number))
        return number


class _Verdicts:
    """The parties that pass a test, and those of whom nothing is known."""

    __slots__ = ("passing", "unknown")

    def __init__(self, passing: frozenset[str], unknown: frozenset[str]) -> None:
        self.passing = passing
        self.unknown = unknown


def _lists_any(column: str, names: Iterable[str]) -> Node:
    return either(*(Lists(column, entry(name)) for name in names))


def _below(parties: Mapping[str, Party]) -> dict[str, set[str]]:
    """For each party with others below it, all of those."""
    below: dict[str, set[str]] = {}
    for id, party in parties.items():
        seen = {id}
        above = party.parent
        while above and above not in seen:
            seen.add(above)
            below.setdefault(above, set()).add(id)
            known = parties.get(above)
            above = known.parent if known else None
    return below
