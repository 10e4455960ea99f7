"""The permit of a party that is nearest to applying, and what keeps it from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clearmix_rules.deciding.compiled import CompiledRule, Group
from clearmix_rules.deciding.decision import Shortfall
from clearmix_rules.deciding.expressions import CLOCK
from clearmix_rules.deciding.gaps import Gap, cost, gaps, shortfall
from clearmix_rules.deciding.plans import Plan
from clearmix_rules.deciding.request import Fact
from clearmix_rules.deciding.sayings import Asked, before
from clearmix_rules.deciding.windows import Window
from clearmix_rules.english import around, listed, scalar

_CLOSED_COST = 80
"""How much further away a permit is whose policy is not in force."""
_MOST_KEPT = 256
"""How many values of one test are remembered in words."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A permit that does not apply, and the window of its policy if that is not in force."""

    rule: CompiledRule
    group: Group
    closed: Window | None = None


class Lacking:
    """A permit that does not apply, with the tests that do not come out as it wants them."""

    __slots__ = ("_closed", "_dated", "_plan", "_tellings", "candidate", "missing", "words")

    def __init__(self, plan: Plan, candidate: Candidate, missing: tuple[Gap, ...]) -> None:
        self._plan = plan
        self.candidate = candidate
        self.missing = missing
        remedies = [gap.remedy for gap in missing]
        if candidate.closed is not None:
            remedies.append(f"while its terms are {candidate.closed.words()}")
        self.words = candidate.rule.words
        if remedies:
            remedy = listed(dict.fromkeys(remedies), "and")
            self.words = before(self.words, f" It would be permitted {remedy}.")
        self._tellings = [_Telling(gap) for gap in missing]
        self._dated = any(one.key in CLOCK for one in self._tellings)
        self._closed: tuple[str, ...] = ()
        if candidate.closed is not None:
            self._closed = (f"the policy is {candidate.closed.words()}",)

    def __call__(self, asked: Asked, track: int) -> tuple[str, ...]:
        """Each failing condition in words, with the value read."""
        facts = asked.cases[track].facts
        if self._dated:
            facts = self._plan.view(self.candidate.group.policy, asked, track).facts
        return tuple([one.words(facts.get(one.key)) for one in self._tellings]) + self._closed

    def changes(self, asked: Asked, track: int) -> list[Shortfall]:
        """What would have to be otherwise, as data."""
        ref, closed = self.candidate.rule.ref, self.candidate.closed
        view = self._plan.view(self.candidate.group.policy, asked, track)
        found = [shortfall(gap, view, ref) for gap in self.missing]
        if closed is not None:
            id, now = asked.cases[track].track.id, asked.now.isoformat()
            found.append(Shortfall("now", "other", (), now, closed.words(), False, id, ref))
        return found


class _Telling:
    """How to say that a test failed, for whatever value was read; what was said is kept."""

    __slots__ = ("_after", "_attribute", "_before", "_said", "key")

    def __init__(self, gap: Gap) -> None:
        test = gap.test
        self.key = test.attribute.key
        self._attribute = test.attribute
        self._before, self._after = around(test, gap.wanted)
        self._said: dict[Fact, str] = {}
        if gap.unknown:
            self._before, self._after = gap.unknown, None

    def words(self, value: Fact | None) -> str:
        """The failing condition with its value."""
        if self._after is None or value is None:
            return self._before
        said = self._said.get(value)
        if said is None:
            if len(self._said) >= _MOST_KEPT:
                self._said.clear()
            said = f"{self._before}{scalar(value, self._attribute)}{self._after}"
            self._said[value] = said
        return said


def nearest(plan: Plan, candidates: Iterable[Candidate], asked: Asked, track: int) -> Lacking:
    """The candidate that needs the smallest changes."""
    found = []
    for one in candidates:
        rule, view = one.rule.rule, plan.view(one.group.policy, asked, track)
        missing = (
            *gaps(rule.when, view),
            *gaps(rule.unless, view, False),
            *(gap for test in one.rule.limits for gap in gaps(test, view)),
        )
        away = cost(missing) + (_CLOSED_COST if one.closed else 0)
        found.append((away, one.rule.ref, one, missing))
    _, _, one, missing = min(found, key=lambda each: each[:2])
    return Lacking(plan, one, missing)
