"""All requests at once: one variable for each fact that policies may read, made when it is read.

A variable is named by what it says, a tuple such as `("is", "listener.tier", "plus")`. What makes
a set of values a request that could be sent (a listener has one tier, a label that is somewhere
has parents in one line) is said once, in `axioms`, about the variables that were made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import z3

from clearmix_rules.deciding.parties import IMITATIONS
from clearmix_rules.proving.deadline import Deadline
from clearmix_rules.proving.moments import HOUR, Moment
from clearmix_rules.proving.terms import Term, every, no, some

Fact: TypeAlias = tuple[str | int | None, ...]

OFFSET: Fact = ("offset",)
"""How far the listener's clock is ahead of UTC, in microseconds."""
ZONE_KNOWN: Fact = ("zone is known",)
EARLIEST, LATEST = "earliest", "latest"
"""The places on earth where a day begins first, and last."""
OFFSETS = {EARLIEST: 14 * HOUR, "UTC": 0, LATEST: -12 * HOUR}


@dataclass(frozen=True)
class Cast:
    """Who is there: every party that a policy names, some strangers, and how many tracks."""

    parties: tuple[str, ...]
    delegations: Mapping[str, tuple[str, ...]]
    """To whom the catalogue may delegate each party's consent."""
    strangers: tuple[str, ...] = ()
    """Those of the parties of whom nobody speaks."""
    tracks: int = 1


@dataclass
class World:
    """The facts of a request as variables."""

    cast: Cast
    deadline: Deadline | None = None
    """When building terms for ever more facts has to stop."""
    variables: dict[Fact, Any] = field(default_factory=dict)
    _terms: dict[object, Any] = field(default_factory=dict)

    def holds(self, *fact: str | int | None) -> z3.BoolRef:
        """The variable for something that is so or not."""
        known = self.variables.get(fact)
        if known is None:
            known = self.variables[fact] = z3.Bool(self._name(fact))
        return known

    def number(self, *fact: str | int | None) -> z3.ArithRef:
        """The variable for a number."""
        known = self.variables.get(fact)
        if known is None:
            known = self.variables[fact] = z3.Int(self._name(fact))
        return known

    def check(self) -> None:
        """Raises OutOfTimeError if building terms has taken too long."""
        if self.deadline is not None:
            self.deadline.check()

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """A term that is built the first time that it is asked for."""
        known = self._terms.get(key)
        if known is None:
            known = self._terms[key] = make()
        return known

    def _name(self, fact: Fact) -> str:
        self.check()
        return f"{len(self.variables)} {' '.join(map(str, fact))}"

    # ------------------------------------------------------------ facts with a shape of their own

    @property
    def now(self) -> Moment:
        """The moment of the request."""
        return self.moment("request.now")

    def moment(self, key: str) -> Moment:
        """The value of an attribute that is a moment."""
        return Moment(self.number("day", key), self.number("time", key))

    def ahead(self, where: str) -> Any:
        """How far a clock is ahead of UTC: of `listener`, a place in `OFFSETS` or a named zone."""
        if where == "listener":
            return self.number(*OFFSET)
        return OFFSETS[where] if where in OFFSETS else self.number("ahead", where)

    def today(self, where: str) -> z3.ArithRef:
        """The number of the calendar day that a clock shows."""
        return self.once(("today", where), lambda: self.now.date(self.ahead(where)))

    def action(self, action: str) -> Term:
        """Whether an action is asked for, or follows from what is."""

        def make() -> Term:
            parts = [self.holds("has", "request.actions", action)]
            if action in IMITATIONS:
                parts.append(self.names_someone(action))
            if action == "voice-imitation":
                parts.append(self.holds("is", "sound.voice", "imitated"))
            return some(parts)

        return self.once(("action", action), make)

    def names_someone(self, imitation: str) -> Term:
        """Whether the request says whose voice or style is imitated."""
        for party in self.cast.parties:
            self.holds("is", IMITATIONS[imitation], party)
        return self.holds("given", IMITATIONS[imitation])

    def imitates(self, imitation: str, party: str, track: int) -> Term:
        """Whether an imitation, if there is one, is of this party."""
        key = IMITATIONS[imitation]

        def nobody() -> Term:
            return no(some(self.holds("is", key, one) for one in self.cast.parties))

        named = self.holds("is", key, party)
        artist = self.holds("in", "track.artists", party, track)
        return some((named, every((self.once(("nobody", key), nobody), artist))))

    def imitated(self, party: str, track: int) -> Term:
        """Whether anything that is asked for imitates this party."""

        def make() -> Term:
            return some(
                every((self.action(one), self.imitates(one, party, track))) for one in IMITATIONS
            )

        return self.once(("imitated", party, track), make)

    def in_role(self, listed: str, party: str, track: int) -> Term:
        """Whether a party is in a list such as `track.artists`."""
        if listed == "request.imitated":
            return self.imitated(party, track)
        return self.holds("in", listed, party, track)

    def labels(self, party: str, track: int) -> Term:
        """Whether a party is the track's label or above it."""
        self.holds("is", "track.label", party, track)
        return self.holds("above label", party, track)

    def publishes(self, party: str, track: int) -> Term:
        """Whether a party is a publisher of the work or above one."""
        self.holds("in", "work.publishers", party, track)
        return self.holds("above publisher", party, track)

    def of_kind(self, kind: str) -> list[Fact]:
        """The facts of a kind that have a variable."""
        return [fact for fact in self.variables if fact[0] == kind]
