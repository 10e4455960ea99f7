"""Looks for a request with z3, and for the plainest one of those that there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import z3

from clearmix_rules.proving.axioms import axioms
from clearmix_rules.proving.concrete import Values
from clearmix_rules.proving.deadline import Deadline, OutOfTimeError
from clearmix_rules.proving.moments import HOUR
from clearmix_rules.proving.terms import Term, solid
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
        self._kept: list[Any] = []
        """Literals that hold of the request that is looked for, besides what is asked."""

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
                self._kept = []
                for wishes in self._wishes(plain):
                    self._keep(wishes)
                self._bring_near(plain)
                if self._check(*self._kept):
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
                numbers.append(self._named(variable == value))
        return [*wishes.values(), numbers]

    def _named(self, term: Any) -> Any:
        """A literal that makes a term hold."""
        literal = z3.FreshBool()
        self._solver.add(z3.Implies(literal, term))
        return literal

    def _keep(self, wishes: Sequence[Any]) -> None:
        """Keeps of these literals what can be kept with what is kept already."""
        if not wishes:
            return
        if self._check(*self._kept, *wishes):
            self._kept += wishes
        elif len(wishes) > 1:
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
                near = self._named(variable == wanted + away * step)
                if self._check(*self._kept, near):
                    self._kept.append(near)
                    self._shrink(away)
                    break

    def _shrink(self, away: Any) -> None:
        low, high = -1, 0
        while True:  # no further away than `high`, but further than `low`
            within = self._named(z3.And(away <= high, away >= -high))
            if self._check(*self._kept, within):
                break
            low, high = high, high * 2 + 1
        while high - low > 1:
            middle = (low + high) // 2
            closer = self._named(z3.And(away <= middle, away >= -middle))
            if self._check(*self._kept, closer):
                high, within = middle, closer
            else:
                low = middle
        self._kept.append(within)


def _steps(fact: Fact) -> tuple[int, ...]:
    """The steps in which people would count a number, the longest first."""
    if fact[0] == "time":
        return HOUR, 60_000_000, 1
    unit = SCHEMA.attributes[str(fact[1])].unit or ""
    return {"ms": (1_000, 1), "bps": (100, 1), "cents": (100, 1)}.get(unit, (1,))


def _plain(value: Any) -> bool | int:
    return z3.is_true(value) if z3.is_bool(value) else int(value.as_long())
