"""Checked conditions and scopes as terms about one track on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import z3

from clearmix_rules import tree
from clearmix_rules.proving.moments import COMPARE, Moment
from clearmix_rules.proving.terms import Term, Truth, all_in_turn, any_in_turn, every, no, some
from clearmix_rules.proving.world import World
from clearmix_rules.schema import ROLES, Attribute, Kind
from clearmix_rules.tree import Condition, FactTest, Op, Quantifier

_COMPARE = {
    Op.AT_MOST: lambda a, b: a <= b, Op.AT_LEAST: lambda a, b: a >= b,
    Op.UNDER: lambda a, b: a < b, Op.OVER: lambda a, b: a > b, Op.EXACTLY: lambda a, b: a == b,
    Op.BEFORE: lambda a, b: a < b, Op.AFTER: lambda a, b: a > b,
    Op.ON_OR_BEFORE: lambda a, b: a <= b, Op.ON_OR_AFTER: lambda a, b: a >= b,
}  # fmt: skip


def of_track(key: str) -> bool:
    """Whether each track of a request has a value of its own for an attribute."""
    return key.startswith(("track.", "work."))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conditions for one track, with `today` as the day in one place."""

    world: World
    track: int
    today: str = "listener"

    def truth(self, condition: Condition | None) -> Truth:
        """What a condition comes out as; True without one."""
        if condition is None:
            return Truth(True)
        if isinstance(condition, FactTest):
            return self._of_parties(condition) if condition.role else self._of_facts(condition)
        if isinstance(condition, tree.Not):
            part = self.truth(condition.part)
            return Truth(part.fails, part.missing)
        if isinstance(condition, tree.All):
            return all_in_turn(map(self.truth, condition.parts))
        if isinstance(condition, tree.Either):
            return any_in_turn(map(self.truth, condition.parts))
        raise TypeError("only a checked condition has a truth")

    def about(self, scope: tree.Scope | None) -> Term:
        """Whether the track is one that a scope is about."""
        if scope is None:
            return True
        names = [name.text for name in scope.names]
        world, track = self.world, self.track
        if scope.relation is tree.Relation.UNDER:
            return some(world.labels(name, track) for name in names)
        if scope.relation in (tree.Relation.TRACK, tree.Relation.WORK):
            keys = {
                tree.Relation.TRACK: ("track.id", "track.isrc"),
                tree.Relation.WORK: ("work.id", "work.iswc"),
            }[scope.relation]
            return some(world.holds("is", key, name, track) for key in keys for name in names)
        listed = {
            tree.Relation.BY: "track.artists", tree.Relation.WRITTEN_BY: "work.writers",
            tree.Relation.PUBLISHED_BY: "work.publishers", tree.Relation.OWNED_BY: "track.owners",
        }[scope.relation]  # fmt: skip
        return some(world.in_role(listed, name, track) for name in names)

    # ------------------------------------------------------------ facts

    def _place(self, key: str) -> tuple[int, ...]:
        return (self.track,) if of_track(key) else ()

    def _of_facts(self, test: FactTest) -> Truth:
        given = [
            self._given(attribute)
            for attribute in (test.attribute, test.other)
            if attribute is not None and not attribute.required
        ]
        if test.op is Op.GIVEN:
            return Truth(every(given))
        known = every(given)
        return Truth(every((known, self._asks(test))), no(known))

    def _given(self, attribute: Attribute) -> Term:
        if attribute.kind is Kind.PARTY:
            for party in self.world.cast.parties:
                self.world.holds("is", attribute.key, party)
        return self.world.holds("given", attribute.key)

    def _asks(self, test: FactTest) -> Term:
        """What a test asks of the attribute, which is given."""
        attribute, op, place = test.attribute, test.op, self._place(test.attribute.key)
        if attribute.kind is Kind.MOMENT:
            return self._compares_moments(test)
        if attribute.kind in (Kind.INT, Kind.DAY):
            return self._compares(test)
        if op is Op.BELOW:
            return some(self.world.labels(str(name), self.track) for name in test.values)
        if op is Op.TRUE:
            return self.world.holds("true", attribute.key, *place)
        if attribute.kind is Kind.BOOL:
            return no(self.world.holds("true", attribute.key, *place))
        if op is Op.LIKE:
            return self.world.holds("like", attribute.key, str(test.values[0]), *place)
        if op is Op.ONE_OF:
            return self._is_one_of(test)
        if op is Op.HAS_ONLY and not attribute.values and attribute.kind is Kind.SET:
            names = sorted(map(str, test.values))
            for name in names:
                self.world.holds("has", attribute.key, name, *place)
            return self.world.holds("only", attribute.key, "\n".join(names), *place)
        return self._has(test, lambda name: self._member(attribute, name))

    def _is_one_of(self, test: FactTest) -> Term:
        key, place = test.attribute.key, self._place(test.attribute.key)
        if test.other is None:
            return some(self.world.holds("is", key, str(name), *place) for name in test.values)
        return some(
            every((self.world.holds("is", key, name, *place), self._right(test.other, name)))
            for name in test.attribute.values
        )

    def _member(self, attribute: Attribute, name: str) -> Term:
        """Whether a set of names or of parties has a member."""
        if attribute.key == "request.actions":
            return self.world.action(name)
        kind = "in" if attribute.kind is Kind.PARTIES else "has"
        return self.world.holds(kind, attribute.key, name, *self._place(attribute.key))

    def _right(self, other: Attribute, name: str) -> Term:
        """Whether the request's use or actions, on the right of a test, are or have a name."""
        if other.kind is Kind.SET:
            return self._member(other, name)
        return self.world.holds("is", other.key, name, *self._place(other.key))

    def _has(self, test: FactTest, member: Any) -> Term:
        """A set against names, or against the request's own use or actions."""
        attribute = test.attribute
        domain = self.world.cast.parties if attribute.kind is Kind.PARTIES else attribute.values
        if test.other is None:
            wanted: dict[str, Term] = {str(name): True for name in test.values}
        else:
            wanted = {name: self._right(test.other, name) for name in test.other.values}
        if test.op is Op.HAS_ANY:
            return some(every((is_wanted, member(name))) for name, is_wanted in wanted.items())
        if test.op is Op.HAS_ALL:
            return every(some((no(is_wanted), member(name))) for name, is_wanted in wanted.items())
        return every(some((wanted.get(name, False), no(member(name)))) for name in domain)

    # ------------------------------------------------------------ numbers and dates

    def _number(self, attribute: Attribute) -> z3.ArithRef:
        if attribute.key == "request.today":
            return self.world.today(self.today)
        return self.world.number("number", attribute.key, *self._place(attribute.key))

    def _compares(self, test: FactTest) -> Term:
        left, op = self._number(test.attribute), test.op
        values = [_plain(value) for value in test.values]
        if op in (Op.WITHIN, Op.WITHIN_BEFORE, Op.WITHIN_AFTER):
            point = self._number(test.other) if test.other else values[1]
            distance, most = left - point, values[0]
            least = 0 if op is Op.WITHIN_AFTER else -most
            return every((distance >= least, distance <= (0 if op is Op.WITHIN_BEFORE else most)))
        if op is Op.BETWEEN:
            return every((left >= values[0], left <= values[1]))
        return _COMPARE[op](left, self._number(test.other) if test.other else values[0])

    def _compares_moments(self, test: FactTest) -> Term:
        left = self.world.moment(test.attribute.key)
        points = [Moment.of(value) for value in test.values if isinstance(value, datetime)]
        if test.op is Op.BETWEEN:
            return every((left.reached(points[0]), points[1].reached(left)))
        right = self.world.moment(test.other.key) if test.other else points[0]
        return COMPARE[test.op](left, right)

    # ------------------------------------------------------------ parties

    def _of_parties(self, test: FactTest) -> Truth:
        """A test of each party in a role: every one is read, so one who is unknown is missed."""
        listed, world = ROLES[test.role or ""], self.world
        members: list[tuple[Term, Term]] = []
        missing: list[Term] = []
        for party in world.cast.parties:
            there = world.in_role(listed, party, self.track)
            if there is False:
                continue
            asked = self._party_asks(test, party)
            members.append((there, no(asked) if test.negated else asked))
            if test.attribute.key != "party.id":
                missing.append(every((there, no(world.holds("known", party)))))
        unread = some(missing)
        anyone = some(every(one) for one in members)
        if test.quantifier is Quantifier.EVERY:
            holds = every(
                (some(there for there, _ in members),
                 every(some((no(there), asked)) for there, asked in members))
            )  # fmt: skip
        elif test.quantifier is Quantifier.NO:
            holds = no(anyone)
        else:
            holds = anyone
        return Truth(every((no(unread), holds)), unread)

    def _party_asks(self, test: FactTest, party: str) -> Term:
        attribute, world = test.attribute, self.world
        if attribute.key == "party.id":
            return party in test.values
        if attribute.kind is Kind.BOOL:
            flag = world.holds("party is", attribute.key, party)
            return flag if test.op is Op.TRUE else no(flag)
        return self._has(test, lambda name: world.holds("party has", attribute.key, name, party))


def _plain(value: object) -> int:
    if isinstance(value, date):
        return value.toordinal()
    return int(value)  # type: ignore[call-overload,no-any-return]
