"""How requests of one standing are decided: whom to ask with which functions, and the verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Protocol, TypeAlias

from clearmix_rules.deciding.compiled import CompiledPolicy, CompiledRule, Group
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.generated import View, applies, but, rule_fires
from clearmix_rules.deciding.parties import bound, needed
from clearmix_rules.deciding.request import Consent, Request
from clearmix_rules.deciding.sayings import Asked, Saying
from clearmix_rules.deciding.seats import EVER, Seat, Shelf, default_of, span
from clearmix_rules.deciding.standing import Case, Standing
from clearmix_rules.deciding.windows import State, Window, day_in, days
from clearmix_rules.english import plural
from clearmix_rules.schema import PLATFORM
from clearmix_rules.zones import zone

if TYPE_CHECKING:
    from clearmix_rules.deciding.verdict import Verdict

Masks: TypeAlias = tuple[int, ...]
"""What the functions of a plan answered, in their order."""

RECORDED = "recorded consent"
"""What stands for the title of a policy where a consent was recorded."""


class Seats(Protocol):
    """Where a plan finds the policies of parties."""

    def shelf(self, party: str) -> Shelf:
        """The policies of a party."""

    def seat(self, party: str, now: datetime, time_zone: str | None) -> Seat:
        """What they say at a moment."""


@dataclass(frozen=True, slots=True)
class Call:
    """One generated function to call: for which track, with which rules relevant."""

    group: Group
    track: int
    relevant: int
    clock: int
    """Which of the plan's clocks says what day it is; -1 if no rule asks."""


@dataclass(slots=True)
class Chair:
    """One party's place in the decision about one track."""

    party: str
    track: int
    groups: list[tuple[Group, State | None]] = field(default_factory=list)
    """Its rules that are about the track; None where the policy is not in force."""
    default: str = "opt-in"
    delegates: tuple[str, ...] = ()
    refusals: list[tuple[RuleRef, str]] = field(default_factory=list)
    """Recorded refusals, each with what it refuses in words."""
    allowed: dict[str, RuleRef] = field(default_factory=dict)
    """Actions with a recorded allowance."""
    calls: list[tuple[Group, int]] = field(default_factory=list)
    """What is called for it: each group with the place of its answer."""

    def answers(
        self, masks: Masks, *, permits: bool, second: bool = False
    ) -> list[tuple[CompiledRule, Group]]:
        """Its permits or forbids that fired; the second bit tells of errors and broken limits."""
        bit = but if second else applies
        found = [
            (rule, group)
            for group, place in self.calls
            if masks[place]
            for number, rule in enumerate(group.rules)
            if rule.permits is permits and masks[place] & bit(number)
        ]
        return sorted(found, key=lambda one: one[0].ref)  # whatever the groups of their scopes


class Plan:
    """Everything about a standing between two moments that does not hang on the facts."""

    def __init__(self, seats: Seats, request: Request, standing: Standing, now: datetime) -> None:
        self.actions = standing.actions
        self.listener = zone(request.time_zone) if request.time_zone else None
        self.since, self.until = EVER
        self.approvals = request.approvals
        self.free_works = [case.facts.get("work.public-domain") is True for case in standing.cases]
        self.chairs: list[dict[str, Chair]] = []
        self.bound: list[tuple[str, ...]] = []
        self.needed: list[dict[str, tuple[str, ...]]] = []
        self.clocks: list[tzinfo | None] = []
        """The calendars by which any rule asks what day it is."""
        self.calls: list[Call] = []
        for track, case in enumerate(standing.cases):
            whose = needed(self.actions, case.track, request)
            binding = bound(self.actions, case.track, request)
            self.needed.append(whose)
            self.bound.append(binding)
            self.chairs.append({})
            consents: dict[str, list[Consent]] = {}
            for one in case.consents:
                consents.setdefault(one.party, []).append(one)
            waiting = [PLATFORM, *binding, *(party for each in whose.values() for party in each)]
            while waiting:
                party = waiting.pop()
                if party not in self.chairs[track]:
                    chair = self._chair(seats, party, track, case, request, now)
                    for one in consents.get(party, ()):
                        self._read_consent(chair, one, now)
                    self.chairs[track][party] = chair
                    waiting += chair.delegates
        self.asks = tuple((one.group.fired, one.relevant) for one in self.calls)
        self.plain = len(standing.cases) == 1 and len(self.clocks) < 2 and None not in self.clocks
        """Whether there is one track and one calendar at most, as nearly always."""
        self.calendar = self.clocks[0] if self.plain and self.clocks else None
        self.verdicts: dict[Masks, Verdict] = {}

    def masks(self, asked: Asked) -> Masks:
        """What every function answers about the facts of a request."""
        cases, now, parties = asked.cases, asked.now, asked.request.parties
        if self.plain:
            facts, labels = cases[0].facts, cases[0].labels
            today = None if self.calendar is None else day_in(now, self.calendar)
            return tuple(
                [
                    fired(facts, parties, labels, now, today, relevant)
                    for fired, relevant in self.asks
                ]
            )
        possible = [days(now, where) for where in self.clocks]
        masks = []
        for call in self.calls:
            facts, labels = cases[call.track].facts, cases[call.track].labels
            fired, relevant = call.group.fired, call.relevant
            if call.clock < 0:
                masks.append(fired(facts, parties, labels, now, None, relevant))
                continue
            first, *others = possible[call.clock]
            mask = fired(facts, parties, labels, now, first, relevant)
            for day in others:
                mask = call.group.on_either_day(
                    mask, fired(facts, parties, labels, now, day, relevant)
                )
            masks.append(mask)
        return tuple(masks)

    def alike(self, sayings: Collection[Saying]) -> bool:
        """Whether several sayings might come out alike: of two tracks, or of one rule or none."""
        return len(self.chairs) > 1 or len({one.rule for one in sayings}) < len(sayings)

    def view(self, policy: CompiledPolicy, asked: Asked, track: int) -> View:
        """What the rules of a policy see of a track, on the first day that it may be."""
        return next(self.views(policy, asked, track))

    def firing_view(self, rule: CompiledRule, policy: CompiledPolicy, asked: Asked,
                    track: int) -> View:  # fmt: skip
        """What a forbid saw when it fired: the first day on which it does."""
        views = self.views(policy, asked, track)
        return next(
            (view for view in views if rule_fires(rule.rule, view)), self.view(policy, asked, track)
        )

    def views(self, policy: CompiledPolicy, asked: Asked, track: int) -> Iterator[View]:
        """The same on every day that it may be."""
        case, now = asked.cases[track], asked.now
        for day in days(now, policy.window.where(self.listener)):
            facts = {**case.facts, "request.now": now, "request.today": day}
            yield View(facts, asked.request.parties, case.labels)

    def _chair(
        self, seats: Seats, party: str, track: int, case: Case, request: Request, now: datetime
    ) -> Chair:
        taken = seats.seat(party, now, request.time_zone)
        self._within(taken.since, taken.until)
        chair = Chair(party, track)
        for group in seats.shelf(party).about(case):
            state = taken.states.get(group.policy)
            chair.groups.append((group, state))
            relevant = group.relevant(self.actions, state is State.OPEN) if state else 0
            if relevant:
                chair.calls.append((group, len(self.calls)))
                self.calls.append(Call(group, track, relevant, self._clock(group)))
        if party != PLATFORM:
            chair.default, chair.delegates = default_of(taken, request.parties.get(party))
        return chair

    def _clock(self, group: Group) -> int:
        """The place of the clock that says what day it is for a group of rules."""
        if not group.reads_today:
            return -1
        where = group.policy.window.where(self.listener)
        if where not in self.clocks:
            self.clocks.append(where)
        return self.clocks.index(where)

    def _read_consent(self, chair: Chair, consent: Consent, now: datetime) -> None:
        if chair.party == PLATFORM:
            return
        window = Window(consent.opens, consent.closes)
        self._within(*span([window], now, self.listener))
        state = window.state(now, self.listener)
        about = "any use" if consent.kind == "any" else consent.kind
        if consent.answer == "refuse" and state is not State.CLOSED:
            ref = RuleRef(RECORDED, 0, f"refusal of {about}", chair.party, "forbid")
            words = about if consent.kind == "any" else plural(about)
            chair.refusals.append((ref, words))
        elif consent.answer == "allow" and state is State.OPEN:
            ref = RuleRef(RECORDED, 0, f"allowance of {about}", chair.party, "permit")
            for action in self.actions if consent.kind == "any" else (consent.kind,):
                chair.allowed.setdefault(action, ref)

    def _within(self, since: datetime, until: datetime) -> None:
        self.since, self.until = max(self.since, since), min(self.until, until)
