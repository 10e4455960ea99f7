"""What is decided for all facts that the rules answer alike: all but the blanks of sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from clearmix_rules.deciding.compiled import CompiledRule, Group
from clearmix_rules.deciding.decision import Outcome, Reason, RuleRef, Shortfall
from clearmix_rules.deciding.duties import NO_DUTIES, Duties
from clearmix_rules.deciding.gaps import cost, gaps, shortfall
from clearmix_rules.deciding.generated import UNREADABLE
from clearmix_rules.deciding.lacking import Candidate, Lacking, nearest
from clearmix_rules.deciding.plans import Plan
from clearmix_rules.deciding.sayings import NOWHERE, Asked, Saying, Words
from clearmix_rules.deciding.windows import days

K = TypeVar("K")
V = TypeVar("V")
_MOST_KEPT = 256


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One party's share in an outcome that is not a permit."""

    outcome: Outcome
    saying: Saying | None = None
    """None where the nearest of the candidates has to be found first."""
    rules: tuple[RuleRef, ...] = ()
    party: str = ""
    track: int = NOWHERE
    forbids: tuple[CompiledRule, Group] | None = None
    """The forbid that fired."""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """The rules that made an outcome, and its reasons with their blanks open."""

    rules: tuple[RuleRef, ...]
    sayings: tuple[Saying, ...]
    alike: bool = False
    """Whether several of them might come out alike: of two tracks, or of no rule."""

    def reasons(self, asked: Asked) -> tuple[Reason, ...]:
        """The reasons with their blanks filled, each once."""
        reasons = tuple([one.reason(asked) for one in self.sayings])
        return tuple(dict.fromkeys(reasons)) if self.alike else reasons


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    """Keeps a value; where there are too many, it starts anew."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value


class Verdict:
    """The outcome for all facts to which the functions of a plan answer alike.

    Which permit is nearest hangs on every single test. It is found when somebody asks, and kept by
    what the tests say.
    """

    __slots__ = ("_filled", "_kept", "_labels", "_open", "_plan", "_said", "_tests", "duties",
                 "outcome", "parts")  # fmt: skip

    def __init__(
        self,
        plan: Plan,
        outcome: Outcome,
        parts: tuple[Part, ...] = (),
        said: Said | None = None,
        duties: Duties = NO_DUTIES,
        labels: tuple[tuple[Words, int], ...] = (),
    ) -> None:
        self._plan = plan
        self.outcome = outcome
        self.parts = parts
        self.duties = duties
        """Without labels whose blanks are open."""
        self._labels = labels
        worst = [part for part in parts if part.outcome is outcome]
        self._open = tuple(part for part in worst if part.saying is None)
        self._said = said or (None if self._open else self._say(worst, {}))
        self._kept: dict[tuple[int, ...], Said] = {}
        self._filled: dict[tuple[object, ...], Duties] = {}
        self._tests = tuple(
            dict.fromkeys((one.group, part.track) for part in self._open for one in part.candidates)
        )

    # ------------------------------------------------------------ what a decision reads

    def said(self, asked: Asked) -> Said:
        """The rules and the reasons, for one request."""
        if self._said is not None:
            return self._said
        key = tuple([self._atoms(group, asked, track) for group, track in self._tests])
        known = self._kept.get(key)
        if known is None:
            found = {
                part: nearest(self._plan, part.candidates, asked, part.track) for part in self._open
            }
            worst = (part for part in self.parts if part.outcome is self.outcome)
            known = self._say(worst, found)
            if UNREADABLE not in key:  # why a test cannot be made is not in the key
                _keep(self._kept, key, known)
        return known

    def duties_for(self, asked: Asked) -> Duties:
        """The duties with their labels filled in, kept by what fills them."""
        if not self._labels:
            return self.duties
        cases = asked.cases
        spoken = cases[0].spoken if len(cases) == 1 else tuple([case.spoken for case in cases])
        filled = self._filled.get(spoken)
        if filled is None:
            labels = {
                words if isinstance(words, str) else words(asked, track)
                for words, track in self._labels
            }
            filled = replace(self.duties, labels=tuple(sorted(labels)))
            _keep(self._filled, spoken, filled)
        return filled

    def shortfalls(self, asked: Asked) -> tuple[Shortfall, ...]:
        """Everything that would have to change; none if no set of changes leads to a permit."""
        found: dict[Shortfall, None] = {}
        for part in self.parts:
            changes = self._changes(part, asked)
            if not changes:
                return ()
            found.update(dict.fromkeys(changes))
        return tuple(found)

    # ------------------------------------------------------------ how it is found

    def _atoms(self, group: Group, asked: Asked, track: int) -> int:
        case, now = asked.cases[track], asked.now
        day = None
        if group.permits_read_today:
            day = days(now, group.policy.window.where(self._plan.listener))[0]
        return group.atoms(case.facts, asked.request.parties, case.labels, now, day)

    def _say(self, worst: Iterable[Part], found: dict[Part, Lacking]) -> Said:
        rules: set[RuleRef] = set()
        sayings: dict[tuple[object, ...], Saying] = {}
        for part in worst:
            if part.saying is not None:
                rules.update(part.rules)
                sayings.setdefault((part.saying,), part.saying)
                continue
            lacking = found[part]
            rule = lacking.candidate.rule
            rules.add(rule.ref)
            sayings.setdefault(
                (part.party, part.track, rule.ref, lacking.missing),
                Saying(lacking.words, rule.ref, lacking, part.party, part.track),
            )
        return Said(
            tuple(sorted(rules)), tuple(sayings.values()), self._plan.alike(sayings.values())
        )

    def _changes(self, part: Part, asked: Asked) -> list[Shortfall]:
        """What would undo one part of a refusal."""
        if part.candidates:
            lacking = nearest(self._plan, part.candidates, asked, part.track)
            return lacking.changes(asked, part.track)
        if part.forbids is None:
            return []
        rule, group = part.forbids
        view = self._plan.firing_view(rule, group.policy, asked, part.track)
        ways = [gaps(rule.rule.when, view, False), gaps(rule.rule.unless, view, True)]
        cheapest = min((way for way in ways if way), key=cost, default=())
        return [shortfall(gap, view, rule.ref) for gap in cheapest]
