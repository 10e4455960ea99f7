"""What every party needs of a request to permit it, as one formula over what can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clearmix_rules import tree
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.hearing import MOST_DELEGATIONS
from clearmix_rules.deciding.nearest_conditions import Known, can_fail, failure, formula
from clearmix_rules.deciding.nearest_formula import ALWAYS, NEVER, Formula, every, some
from clearmix_rules.deciding.nearest_stance import Stance, stance
from clearmix_rules.deciding.parties import IMITATIONS, bound, imitated, label_tree, needed
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request, Track
from clearmix_rules.deciding.windows import State, Window, days
from clearmix_rules.schema import IMITATED, PLATFORM
from clearmix_rules.tree import Effect, FactTest, Relation
from clearmix_rules.zones import zone


@dataclass(frozen=True, slots=True)
class Aim:
    """What is looked for."""

    actions: tuple[str, ...]
    """What the request does to its sources."""
    changeable: frozenset[str]
    """Keys of the attributes that may take other values."""
    outright: bool
    """Whether a permit that waits for an approval will not do."""
    apart: tuple[frozenset[RuleRef], ...] = ()
    """Sets of rules whose terms contradict, so that not all of a set may apply."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A rule about the track and the actions, with what it reads on each day that it may be."""

    ref: RuleRef
    rule: tree.Rule
    possible: tuple[Known, ...]
    holds: bool
    """Whether its policy surely holds; a permit of one that may not hold grants nothing."""

    @property
    def limits(self) -> tuple[FactTest, ...]:
        """The limits among its duties."""
        tests = [one.test for one in self.rule.duties if isinstance(one, tree.Limit)]
        return tuple(test for test in tests if isinstance(test, FactTest))

    def speaks_of(self, action: str) -> bool:
        """Whether the rule is about an action."""
        return not self.rule.actions or action in {word.text for word in self.rule.actions}

    def waits_for(self, approved: set[str]) -> bool:
        """Whether one of its duties is an approval that has not been given."""
        return any(
            isinstance(one, tree.ApprovalBy) and one.party not in approved
            for one in self.rule.duties
        )

    def grants(self) -> Formula:
        """When a permit applies and its limits are kept."""
        return every([*map(self._applies, self.possible), self.kept()])

    def kept(self) -> Formula:
        """When its limits are kept."""
        return every(formula(test, True, self.possible[0]) for test in self.limits)

    def lapses(self) -> Formula:
        """When a permit grants nothing, so that its duties do not bind."""
        broken = [formula(test, False, self.possible[0]) for test in self.limits]
        return some([self.is_silent(), *broken])

    def is_silent(self) -> Formula:
        """When a permit, which may be in error, does not apply, its limits kept or not."""
        return some([*map(self._does_not_apply, self.possible), *map(self._fails, self.possible)])

    def is_avoided(self) -> Formula:
        """When a forbid does not apply, on any day that it may be."""
        return every(map(self._does_not_apply, self.possible))

    def _applies(self, known: Known) -> Formula:
        return every([self._when(True, known), self._unless(False, known)])

    def _does_not_apply(self, known: Known) -> Formula:
        excused = [self._unless(True, known)]
        if self.rule.when is not None and can_fail(self.rule.when):
            excused.append(self._when(True, known))
        return some([self._when(False, known), every(excused)])

    def _fails(self, known: Known) -> Formula:
        when, unless = self.rule.when, self.rule.unless
        return some(
            [
                failure(when, known) if when else NEVER,
                every([self._when(True, known), failure(unless, known) if unless else NEVER]),
            ]
        )

    def _when(self, wanted: bool, known: Known) -> Formula:
        if self.rule.when is None:
            return ALWAYS if wanted else NEVER
        return formula(self.rule.when, wanted, known)

    def _unless(self, wanted: bool, known: Known) -> Formula:
        if self.rule.unless is None:
            return NEVER if wanted else ALWAYS
        return formula(self.rule.unless, wanted, known)


class TrackNeeds:
    """The needs of all parties of one track."""

    def __init__(self, policies: PolicySet, request: Request, track: Track, aim: Aim) -> None:
        self._policies = policies
        self._request = request
        self._track = track
        self._aim = aim
        self._listener = zone(request.time_zone) if request.time_zone else None
        self._stances: dict[str, Stance] = {}
        self._approved = {one.party for one in request.approvals if one.answer == "approve"}
        self._spoken: dict[str, tuple[_Spoken, ...]] = {}

    def all(self) -> Formula:
        """When nobody forbids, and whoever must permit does."""
        track, request, actions = self._track, self._request, self._aim.actions
        parties = bound(actions, track, request)
        if not parties:
            return NEVER
        needs = [self.not_forbidden(party) for party in (PLATFORM, *parties)]
        needs.append(self._terms_of_platform())
        for action, whose in needed(actions, track, request).items():
            free = (
                "cover" in actions
                and action not in IMITATIONS
                and track.facts["work.public-domain"] is True
            )
            if not whose and not free:
                return NEVER
            needs += [self._granted(party, action, (party,)) for party in whose]
        return every(needs)

    def not_forbidden(self, party: str) -> Formula:
        """When no rule of a party forbids; a recorded refusal cannot be helped."""
        if self._stance(party).refuses:
            return NEVER
        return every(one.is_avoided() for one in self._rules(party, Effect.FORBID))

    def lapsed(self, ref: RuleRef) -> Formula:
        """When a permit grants nothing for this track."""
        return every(
            one.lapses() for one in self._rules(ref.party, Effect.PERMIT) if one.ref == ref
        )

    def _terms_of_platform(self) -> Formula:
        """When each permit of the platform, which adds its duties to all others, is kept to."""
        permits = self._rules(PLATFORM, Effect.PERMIT)
        terms = [some([one.is_silent(), one.kept()]) for one in permits if one.limits]
        return every([*terms, *self._without_waiting(permits)])

    def _without_waiting(self, permits: tuple[_Spoken, ...]) -> list[Formula]:
        if not self._aim.outright:
            return []
        return [one.lapses() for one in permits if one.waits_for(self._approved)]

    def _granted(self, party: str, action: str, path: tuple[str, ...]) -> Formula:
        """When a party permits an action; delegation follows the chain."""
        answer = self._stance(party)
        permits = tuple(one for one in self._rules(party, Effect.PERMIT) if one.speaks_of(action))
        ways = [one.grants() for one in permits]
        if action in answer.allowed or answer.default == "opt-out":
            ways.append(ALWAYS)
        elif answer.default == "delegated":
            ways.append(
                every(
                    NEVER
                    if one in path or len(path) > MOST_DELEGATIONS
                    else every([self.not_forbidden(one), self._granted(one, action, (*path, one))])
                    for one in answer.delegates
                )
            )
        return every([some(ways), *self._without_waiting(permits)])

    # ------------------------------------------------------------ what a party says

    def _stance(self, party: str) -> Stance:
        if party not in self._stances:
            self._stances[party] = stance(
                self._policies, self._request, self._track, self._aim.actions, party
            )
        return self._stances[party]

    def _rules(self, party: str, effect: Effect) -> tuple[_Spoken, ...]:
        if party not in self._spoken:
            self._spoken[party] = tuple(self._heard(party))
        return tuple(
            one
            for one in self._spoken[party]
            if one.rule.effect is effect and (one.holds or effect is Effect.FORBID)
        )

    def _heard(self, party: str) -> Iterator[_Spoken]:
        known = self._known
        now = self._request.now
        for compiled, state in self._policies.in_force(party, now, self._listener):
            policy = compiled.policy
            fixed = Window.of(policy.in_force).fixed
            where = zone(fixed) if fixed else self._listener
            possible = tuple(known.on(day) for day in days(now, where))
            author = policy.author.party or policy.author.kind
            for rule in policy.rules:
                actions = {word.text for word in rule.actions}
                if actions and actions.isdisjoint(self._aim.actions):
                    continue
                if _is_about(rule.scope, known):
                    ref = RuleRef(
                        policy.title, policy.version, rule.name, author, rule.effect.value
                    )
                    yield _Spoken(ref, rule, possible, state is State.OPEN)

    @cached_property
    def _known(self) -> Known:
        track, request, actions = self._track, self._request, self._aim.actions
        models = (
            one
            for action in actions
            if action in IMITATIONS
            for one in imitated(action, track, request)
        )
        facts = {
            **request.facts,
            **track.facts,
            "request.now": request.now,
            "request.actions": frozenset(actions),
            IMITATED: tuple(dict.fromkeys(models)),
        }
        return Known(
            facts,
            request.parties,
            frozenset(label_tree(track, request)),
            self._aim.changeable,
        )


def _is_about(scope: tree.Scope | None, known: Known) -> bool:
    """Whether a scope holds the track."""
    if scope is None:
        return True
    names = {name.text for name in scope.names}
    if scope.relation is Relation.UNDER:
        return not names.isdisjoint(known.labels)
    held: set[object] = set()
    for key in _READ[scope.relation]:
        value = known.facts[key]
        held |= set(value) if isinstance(value, tuple) else {value}
    return not names.isdisjoint(map(str, held))


_READ = {
    Relation.TRACK: ("track.id", "track.isrc"), Relation.WORK: ("work.id", "work.iswc"),
    Relation.BY: ("track.artists",), Relation.WRITTEN_BY: ("work.writers",),
    Relation.PUBLISHED_BY: ("work.publishers",), Relation.OWNED_BY: ("track.owners",),
}  # fmt: skip


def needs(policies: PolicySet, request: Request, aim: Aim) -> Formula:
    """When every party of every source permits every action, and no terms contradict."""
    if any(one.answer == "refuse" for one in request.approvals):
        return NEVER
    tracks = [TrackNeeds(policies, request, track, aim) for track in request.tracks]
    together = (
        some(every(track.lapsed(ref) for track in tracks) for ref in sorted(refs))
        for refs in aim.apart
    )
    return every([*(track.all() for track in tracks), *together])
