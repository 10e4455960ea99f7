"""Looks for a request with z3, and for the plainest one of those that there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import z3

from clearmix_rules.proving.axioms import axioms
from clearmix_rules.proving.concrete import Values
from clearmix_rules.proving.deadline import Deadline, OutOfTimeError
from clearmix_rules.proving.moments import HOUR
from clearmix_rules.proving.terms import Term, every, solid
from clearmix_rules.proving.world import OFFSET, Fact, World
from clearmix_rules.schema import SCHEMA

_FIRST_KEPT = (
    "known", "declines", "refuses", "allows", "approves", "delegates", "default", "zone is known",
    "above publisher", "in", "party is", "party has", "given", "true", "only", "like", "has",
    "above label", "is",
)  # fmt: skip
"""Which facts rather stay as they are in the plain request: those of the first kinds."""


_NUMBERS = ("number", "day", "time", "offset")
"""The facts that are numbers, apart from those that follow from the moment."""


class Search:
    """The requests of a world, as a solver sees them. The world has all its variables by now."""

    def __init__(self, world: World, deadline: Deadline) -> None:
        self.world = world
        self.deadline = deadline
        self._solver = z3.Solver()
        self._solver.add(axioms(world))

    def exists(self, term: Term) -> bool:
        """Whether the term holds of any request.

        Raises:
            OutOfTimeError: z3 does not know, or not in time.
        """
        self._solver.push()
        try:
            self._solver.add(solid(term))
            return self._check()
        finally:
            self._solver.pop()

    def plainest(self, term: Term, plain: Values) -> dict[Fact, bool | int] | None:
        """The values of a request for which the term holds, few of them unlike the plain ones.

        None if there is no such request. What can stay plain does, and numbers stay near.

        Raises:
            OutOfTimeError: z3 does not know whether there is one, or not in time.
        """
        self._solver.push()
        try:
            self._solver.add(solid(term))
            if not self._check():
                return None
            model = self._solver.model()
            try:
                for wishes in self._wishes(plain):
                    self._keep(wishes)
                self._bring_near(plain)
                if self._check():
                    model = self._solver.model()
            except OutOfTimeError:
                pass  # a request that is not the plainest is one all the same
            return {
                fact: _plain(model.eval(variable, model_completion=True))
                for fact, variable in self.world.variables.items()
            }
        finally:
            self._solver.pop()

    def _check(self, *assumptions: Any) -> bool:
        self._solver.set("timeout", self.deadline.milliseconds_left)
        answer = self._solver.check(*assumptions)
        if answer == z3.unknown:
            raise OutOfTimeError("the time is over")
        return bool(answer == z3.sat)

    # ------------------------------------------------------------ staying plain

    def _wishes(self, plain: Values) -> list[list[Any]]:
        """For each kind of fact, literals that say that a fact is as in the plain request."""
        wishes: dict[str, list[Any]] = {kind: [] for kind in _FIRST_KEPT}
        numbers: list[Any] = []
        for fact, variable in self.world.variables.items():
            value = plain.of(fact)
            if z3.is_bool(variable):
                literal = variable if z3.is_true(value) else z3.Not(variable)
                wishes[str(fact[0])].append(literal)
            elif fact[0] in _NUMBERS:
                numbers.append(variable == value)
        return [*wishes.values(), numbers]

    def _settle(self, term: Any) -> bool:
        """Whether a term can hold beside all that is settled; if so, it is settled too."""
        literal = z3.FreshBool()
        self._solver.add(z3.Implies(literal, term))
        holds = self._check(literal)
        if holds:
            self._solver.add(literal)
        return holds

    def _keep(self, wishes: Sequence[Any]) -> None:
        """Settles of these literals what can be settled together."""
        if wishes and not self._settle(solid(every(wishes))) and len(wishes) > 1:
            middle = len(wishes) // 2
            self._keep(wishes[:middle])
            self._keep(wishes[middle:])

    def _bring_near(self, plain: Values) -> None:
        """Moves each number as near to its plain value as it can be, in whole steps if it can."""
        for fact, variable in self.world.variables.items():
            if fact[0] not in _NUMBERS or fact == OFFSET:
                continue
            wanted = plain.of(fact)
            for step in _steps(fact):
                away = z3.FreshInt()
                if self._settle(variable == wanted + away * step):
                    self._shrink(away)
                    break

    def _shrink(self, away: Any) -> None:
        """Settles the least distance from 0 that a number can have."""
        low, high = -1, 0
        # It is no less than `low + 1` away, and once it can be, no more than `high`.
        while not self._settle(z3.And(away <= high, away >= -high)):
            low, high = high, high * 2 + 1
        while high - low > 1:
            middle = (low + high) // 2
            if self._settle(z3.And(away <= middle, away >= -middle)):
                high = middle
            else:
                low = middle


def _steps(fact: Fact) -> tuple[int, ...]:
    """The steps in which people would count a number, the longest first."""
    if fact[0] == "time":
        return HOUR, 60_000_000, 1
    unit = SCHEMA.attributes[str(fact[1])].unit or ""
    return {"ms": (1_000, 1), "bps": (100, 1), "cents": (100, 1)}.get(unit, (1,))


def _plain(value: Any) -> bool | int:
    return z3.is_true(value) if z3.is_bool(value) else int(value.as_long())
