"""The meaning of the rights language, written to be read: slow, without caches, from the tree.

The engine must say the same. Nothing of its own is used here but values (decisions, duties,
windows), the English of a test, and who stands above a track.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from fnmatch import fnmatchcase
from typing import Any

from clearmix_rules import Outcome, PolicySet, Reason, Request, RuleRef, Shortfall, tree
from clearmix_rules.deciding.compiled import _duties
from clearmix_rules.deciding.duties import NO_DUTIES, Duties, merge_all
from clearmix_rules.deciding.gaps import _COST, _operation
from clearmix_rules.deciding.parties import (
    IMITATIONS,
    asked_for,
    bound,
    imitated,
    label_tree,
    needed,
)
from clearmix_rules.deciding.request import Consent, Track
from clearmix_rules.deciding.windows import State, Window, days
from clearmix_rules.english import failing, listed, plural, remedy
from clearmix_rules.schema import IMITATED, PLATFORM, ROLES
from clearmix_rules.tree import Effect, FactTest, Op, Quantifier, Relation
from clearmix_rules.zones import zone


class UnknownFactError(Exception):
    """A fact is missing."""


# ---------------------------------------------------------------- conditions


@dataclass
class Seen:
    """One track as the rules see it on one day."""

    facts: dict[str, Any]
    parties: Any
    labels: tuple[str, ...]


def holds(condition: Any, seen: Seen) -> bool:
    if isinstance(condition, tree.Not):
        return not holds(condition.part, seen)
    if isinstance(condition, tree.All):
        return all(holds(part, seen) for part in condition.parts)
    if isinstance(condition, tree.Either):
        return any(holds(part, seen) for part in condition.parts)
    assert isinstance(condition, FactTest)
    if condition.role is None:
        return of_fact(condition, seen)
    answers = [
        of_party(condition, id, seen) is not condition.negated
        for id in seen.facts[ROLES[condition.role]]
    ]
    if condition.quantifier is Quantifier.EVERY:
        return bool(answers) and all(answers)
    return not any(answers) if condition.quantifier is Quantifier.NO else any(answers)


def of_fact(test: FactTest, seen: Seen) -> bool:
    if test.op is Op.GIVEN:
        return test.attribute.key in seen.facts
    if test.attribute.key not in seen.facts:
        raise UnknownFactError(f"`{test.attribute.name}` is not known")
    return asks(test, seen.facts[test.attribute.key], seen)


def of_party(test: FactTest, id: str, seen: Seen) -> bool:
    key = test.attribute.key
    if key == "party.id":
        return asks(test, id, seen)
    if id not in seen.parties or key not in seen.parties[id].facts:
        raise UnknownFactError(f"nothing is known of `{id}`, so not its `{test.attribute.name}`")
    return asks(test, seen.parties[id].facts[key], seen)


def asks(test: FactTest, value: Any, seen: Seen) -> bool:
    op = test.op
    right: Any = test.values[0] if test.values else None
    names = set(test.values)
    if test.other is not None:
        if test.other.key not in seen.facts:
            raise UnknownFactError(f"`{test.attribute.name}` is not known")
        right = seen.facts[test.other.key]
        names = set(right) if isinstance(right, frozenset) else {right}
    if op in (Op.WITHIN, Op.WITHIN_BEFORE, Op.WITHIN_AFTER):
        point = right if test.other else test.values[1]
        after = (value - point).days
        return {
            Op.WITHIN: abs(after) <= test.values[0],  # type: ignore[operator]
            Op.WITHIN_AFTER: 0 <= after <= test.values[0],  # type: ignore[operator]
            Op.WITHIN_BEFORE: 0 <= -after <= test.values[0],  # type: ignore[operator]
        }[op]
    if op is Op.BETWEEN:
        return bool(test.values[0] <= value <= test.values[1])  # type: ignore[operator]
    if op is Op.LIKE:
        pattern = str(right).replace("[", "[[]").replace("?", "[?]")
        return fnmatchcase(str(value), pattern)
    if op is Op.BELOW:
        return bool(names & set(seen.labels))
    if op is Op.TRUE:
        return value is True
    if op is Op.ONE_OF:
        return value in names
    if op is Op.HAS_ANY:
        return bool(names & set(value))
    if op is Op.HAS_ALL:
        return names <= set(value)
    if op is Op.HAS_ONLY:
        return names >= set(value)
    if op in (Op.AT_MOST, Op.ON_OR_BEFORE):
        return bool(value <= right)
    if op in (Op.AT_LEAST, Op.ON_OR_AFTER):
        return bool(value >= right)
    if op in (Op.UNDER, Op.BEFORE):
        return bool(value < right)
    if op in (Op.OVER, Op.AFTER):
        return bool(value > right)
    assert op is Op.EXACTLY
    return bool(value == right)


def is_about(rule: tree.Rule, seen: Seen) -> bool:
    scope, facts = rule.scope, seen.facts
    if scope is None:
        return True
    named = {
        Relation.UNDER: seen.labels,
        Relation.BY: facts["track.artists"],
        Relation.WRITTEN_BY: facts["work.writers"],
        Relation.PUBLISHED_BY: facts["work.publishers"],
        Relation.OWNED_BY: facts["track.owners"],
        Relation.TRACK: (facts["track.id"], facts["track.isrc"]),
        Relation.WORK: (facts["work.id"], facts["work.iswc"]),
    }[scope.relation]
    return any(name.text in named for name in scope.names)


def fires(rule: tree.Rule, seen: Seen) -> bool:
    if rule.when is not None and not holds(rule.when, seen):
        return False
    return rule.unless is None or not holds(rule.unless, seen)


# ---------------------------------------------------------------- what would have to change


@dataclass(frozen=True)
class Gap:
    test: FactTest
    wanted: bool
    unknown: str = ""

    @property
    def cost(self) -> int:
        return 400 if self.unknown else _COST[self.test.attribute.origin]


def gaps(condition: Any, seen: Seen, wanted: bool = True) -> tuple[Gap, ...]:
    if condition is None:
        return ()
    if isinstance(condition, FactTest):
        try:
            return () if holds(condition, seen) is wanted else (Gap(condition, wanted),)
        except UnknownFactError as error:
            return (Gap(condition, wanted, str(error)),)
    if isinstance(condition, tree.Not):
        return gaps(condition.part, seen, not wanted)
    parts = [gaps(part, seen, wanted) for part in condition.parts]
    if isinstance(condition, tree.All) is wanted:
        return tuple(dict.fromkeys(gap for part in parts for gap in part))
    return min(parts, key=lambda part: sum(gap.cost for gap in part))


def limits(rule: tree.Rule) -> list[FactTest]:
    return [
        duty.test
        for duty in rule.duties
        if isinstance(duty, tree.Limit) and isinstance(duty.test, FactTest)
    ]


def value(test: FactTest, seen: Seen) -> Any:
    return None if test.role else seen.facts.get(test.attribute.key)


def shortfall(gap: Gap, seen: Seen, ref: RuleRef) -> Shortfall:
    test, read = gap.test, value(gap.test, seen)
    if isinstance(read, frozenset | tuple):
        read = tuple(sorted(read))
    elif isinstance(read, date):
        read = read.isoformat()
    return Shortfall(
        test.attribute.name, *_operation(test, gap.wanted), read, remedy(test, gap.wanted),
        test.attribute.changeable and test.role is None and not gap.unknown,
        seen.facts["track.id"], ref,
    )  # fmt: skip


# ---------------------------------------------------------------- one track


@dataclass
class Heard:
    """One rule of a policy with what is needed to say more of it."""

    rule: tree.Rule
    policy: tree.Policy
    seen: Seen
    closed: Window | None = None

    @property
    def ref(self) -> RuleRef:
        who = self.policy.author
        return RuleRef(
            self.policy.title, self.policy.version, self.rule.name, who.party or who.kind,
            self.rule.effect.value,
        )  # fmt: skip

    @property
    def duties(self) -> Duties:
        return merge_all(_duties(duty) for duty in self.rule.duties)

    def missing(self) -> tuple[Gap, ...]:
        rule, seen = self.rule, self.seen
        return (
            *gaps(rule.when, seen),
            *gaps(rule.unless, seen, False),
            *(gap for test in limits(rule) for gap in gaps(test, seen)),
        )


@dataclass
class Answer:
    """All that one party says about one track."""

    forbids: list[Heard] = field(default_factory=list)
    errors: list[tuple[Heard, str]] = field(default_factory=list)
    permits: list[Heard] = field(default_factory=list)
    limited: list[Heard] = field(default_factory=list)
    refusals: list[tuple[RuleRef, str]] = field(default_factory=list)
    allowed: dict[str, RuleRef] = field(default_factory=dict)
    default: str = "opt-in"
    delegates: tuple[str, ...] = ()


@dataclass
class Part:
    """One party's share in a refusal; without changes nothing the listener does undoes it."""

    outcome: Outcome
    reason: Reason
    rules: tuple[RuleRef, ...] = ()
    changes: tuple[Shortfall, ...] = ()


class Reference:
    """The decision on one request under the trees of a policy set."""

    def __init__(self, policies: PolicySet, request: Request, now: datetime | None = None) -> None:
        self.policies = [one.policy for one in policies.policies]
        self.request = request
        self.now = now or request.now
        self.listener: tzinfo | None = zone(request.time_zone) if request.time_zone else None
        self.actions = asked_for(request)
        self.parts: list[Part] = []
        self.granted: dict[tuple[int, RuleRef], tuple[Heard, Track]] = {}
        self.allowed: set[RuleRef] = set()
        self.needs: list[list[Heard]] = []
        self.decide()

    def values(self) -> tuple[object, ...]:
        return self.outcome, self.reasons, self.rules, self.duties, self.shortfalls

    def decide(self) -> None:
        for track in self.request.tracks:
            self.hear(track)
        for given in self.request.approvals:
            if given.answer == "refuse":
                ref = RuleRef("recorded approval", 0, "refusal", given.party, "forbid")
                text = f"{self.name(given.party)} was asked and said no."
                self.part(Outcome.FORBIDDEN, Reason(text, ref, (), given.party), ref)
        heard = [one for one, _ in sorted(self.granted.values(), key=lambda one: one[0].ref)]
        duties = merge_all(one.duties for one in heard)
        if duties.conflict():
            self.cannot_be_met(culprits(heard), str(duties.conflict()))
        self.limits_apart()
        if self.parts:
            self.refuse()
        else:
            self.permit(duties)

    def refuse(self) -> None:
        self.outcome = max((part.outcome for part in self.parts), key=lambda one: one.rank)
        worst = [part for part in self.parts if part.outcome is self.outcome]
        self.reasons = tuple(dict.fromkeys(part.reason for part in worst))
        self.rules = tuple(sorted({ref for part in worst for ref in part.rules}))
        self.duties = NO_DUTIES
        self.shortfalls: tuple[Shortfall, ...] = ()
        if all(part.changes for part in self.parts):
            self.shortfalls = tuple(
                dict.fromkeys(one for part in self.parts for one in part.changes)
            )

    def permit(self, duties: Duties) -> None:
        approved = {one.party for one in self.request.approvals if one.answer == "approve"}
        waiting = [one.party for one in duties.approvals if one.party not in approved]
        reasons = [
            Reason(self.fill(one.rule.reason, track), one.ref, (), one.ref.party, track.id)
            for one, track in self.granted.values()
            if one.ref.party != PLATFORM
        ]
        if waiting:
            names = listed(map(self.name, waiting), "and")
            reasons.insert(0, Reason(f"It waits for the approval of {names}."))
        self.outcome = Outcome.REFERRED if waiting else Outcome.PERMITTED
        self.reasons = tuple(
            dict.fromkeys(reasons or [Reason("Everyone who has a say allows it.")])
        )
        refs = {one.ref for one, _ in self.granted.values()} | self.allowed
        self.rules = tuple(sorted(refs))
        labels = {
            self.fill(text, track)
            for one, track in self.granted.values()
            for text in one.duties.labels
        }
        self.duties = replace(duties, labels=tuple(sorted(labels)))
        self.shortfalls = ()

    # ------------------------------------------------------------ the parties of a track

    def hear(self, track: Track) -> None:
        self.track = track
        self.sought: set[tuple[str, str]] = set()
        platform = self.answer(PLATFORM)
        self.note_refusals(PLATFORM)
        for one in platform.permits:
            self.grant(one)
        for one in platform.limited:
            self.lacking(PLATFORM, [one])
        parties = bound(self.actions, track, self.request)
        if not parties:
            text = f"Nobody is known to hold rights in {self.title()}, so nobody can allow it."
            self.part(Outcome.NOT_PERMITTED, Reason(text, None, (), "", track.id))
            return
        for party in parties:
            self.note_refusals(party)
        for action, whose in needed(self.actions, track, self.request).items():
            free = track.facts["work.public-domain"] is True and "cover" in self.actions
            if not whose and (not free or action in IMITATIONS):
                text = f"Nobody is known who could allow {plural(action)} of {self.title()}."
                self.part(Outcome.NOT_PERMITTED, Reason(text, None, (), "", track.id))
            for party in whose:
                self.seek(party, action, (party,))

    def seek(self, party: str, action: str, path: tuple[str, ...]) -> None:
        if (party, action) in self.sought:
            return
        self.sought.add((party, action))
        answer = self.answer(party)
        if party == PLATFORM:  # its permits grant nothing, whoever delegates to it
            answer = Answer()
        permits = [one for one in answer.permits if speaks(one.rule, action)]
        for one in permits:
            self.grant(one)
        if action in answer.allowed:
            self.allowed.add(answer.allowed[action])
            return
        if permits:
            self.needs.append(permits)
            return
        if answer.default == "opt-out":
            return
        limited = [one for one in answer.limited if speaks(one.rule, action)]
        if answer.default == "delegated":
            for delegate in answer.delegates:
                if delegate in path or len(path) > 40:
                    how = "in a circle" if delegate in path else "too often"
                    way = " -> ".join([*path, delegate])
                    text = f"The consent of {self.name(party)} is delegated {how}: {way}."
                    self.part(Outcome.IN_ERROR, Reason(text, None, (), party, self.track.id))
                    continue
                self.note_refusals(delegate)
                self.seek(delegate, action, (*path, delegate))
        elif limited:
            self.needs.append(limited)
            self.lacking(party, limited)
        elif party != PLATFORM and (candidates := self.candidates(party, action)):
            self.lacking(party, candidates)
        else:
            text = f"{self.name(party)} has not agreed to {plural(action)} of {self.title()}."
            self.part(Outcome.NOT_PERMITTED, Reason(text, None, (), party, self.track.id))

    def note_refusals(self, party: str) -> None:
        answer, track = self.answer(party), self.track.id
        for one in answer.forbids:
            rule = one.rule
            ways = [gaps(rule.when, one.seen, False), gaps(rule.unless, one.seen, True)]
            way = min((w for w in ways if w), key=lambda w: sum(g.cost for g in w), default=())
            reason = Reason(self.fill(rule.reason), one.ref, (), one.ref.party, track)
            changes = tuple(shortfall(gap, one.seen, one.ref) for gap in way)
            self.part(Outcome.FORBIDDEN, reason, one.ref, changes=changes)
        for ref, text in answer.refusals:
            self.part(Outcome.FORBIDDEN, Reason(text, ref, (), party, track), ref)
        for one, why in answer.errors:
            text = f"A rule of {self.name(party)} could not be read to its end."
            self.part(Outcome.IN_ERROR, Reason(text, one.ref, (why,), party, track), one.ref)

    def lacking(self, party: str, candidates: list[Heard]) -> None:
        def away(one: Heard) -> tuple[int, RuleRef]:
            return sum(gap.cost for gap in one.missing()) + (80 if one.closed else 0), one.ref

        one = min(candidates, key=away)
        changes = [shortfall(gap, one.seen, one.ref) for gap in one.missing()]
        words = [
            gap.unknown or failing(gap.test, gap.wanted, value(gap.test, one.seen))
            for gap in one.missing()
        ]
        remedies = [remedy(gap.test, gap.wanted) for gap in one.missing()]
        if one.closed:
            said = one.closed.words()
            words.append(f"the policy is {said}")
            remedies.append(f"while its terms are {said}")
            now = self.now.isoformat()
            changes.append(Shortfall("now", "other", (), now, said, False, self.track.id, one.ref))
        text = self.fill(one.rule.reason)
        if remedies:
            text += f" It would be permitted {listed(dict.fromkeys(remedies), 'and')}."
        reason = Reason(text, one.ref, tuple(words), party, self.track.id)
        self.part(Outcome.NOT_PERMITTED, reason, one.ref, changes=tuple(changes))

    # ------------------------------------------------------------ what one party says

    def answer(self, party: str) -> Answer:
        answer = Answer()
        defaults: list[tree.ConsentDefault] = []
        for policy, state in self.in_force(party):
            views = [self.seen(day) for day in self.days(policy)]
            for rule in sorted(policy.rules, key=lambda rule: rule.name):
                if not is_about(rule, views[0]) or not any(
                    speaks(rule, action) for action in self.actions
                ):
                    continue
                if rule.effect is Effect.FORBID:
                    self.try_forbid(rule, policy, views, answer)
                elif state is State.OPEN:
                    self.try_permit(rule, policy, views, answer)
            if policy.consent is not None and state is State.OPEN:
                defaults.append(policy.consent)
            elif policy.consent is not None and policy.consent.answer != "opt-out":
                defaults.append(tree.ConsentDefault("opt-in"))
        if party != PLATFORM:
            self.settle_default(party, defaults, answer)
            for consent in self.request.consents:
                if consent.party == party and self.concerned(consent):
                    self.read_consent(consent, answer)
        return answer

    def try_forbid(
        self, rule: tree.Rule, policy: tree.Policy, views: list[Seen], answer: Answer
    ) -> None:
        """A forbid applies if it does on any day that it may be."""
        for seen in views:
            try:
                if fires(rule, seen):
                    answer.forbids.append(Heard(rule, policy, seen))
                    return
            except UnknownFactError as error:
                answer.errors.append((Heard(rule, policy, seen), str(error)))
                return

    def try_permit(
        self, rule: tree.Rule, policy: tree.Policy, views: list[Seen], answer: Answer
    ) -> None:
        """A permit applies if it does on every day that it may be; one in error does not."""
        try:
            if not all(fires(rule, seen) for seen in views):
                return
        except UnknownFactError:
            return
        one = Heard(rule, policy, views[0])
        broken = any(gaps(test, views[0]) for test in limits(rule))
        (answer.limited if broken else answer.permits).append(one)

    def in_force(self, party: str) -> list[tuple[tree.Policy, State]]:
        states = [
            (one, Window.of(one.in_force).state(self.now, self.listener)) for one in self.of(party)
        ]
        return [
            (one, state)
            for one, state in states
            if state is not State.CLOSED
            and not any(
                other.title == one.title and other.version > one.version and open is State.OPEN
                for other, open in states
            )
        ]

    def settle_default(
        self, party: str, defaults: list[tree.ConsentDefault], answer: Answer
    ) -> None:
        known = self.request.parties.get(party)
        ended = any(
            Window.of(one.in_force).ended(self.now, self.listener)
            for one in self.of(party)
            if any(rule.effect is Effect.PERMIT for rule in one.rules)
            or (one.consent and one.consent.answer != "opt-out")
        )
        if defaults:
            order = ("opt-in", "delegated", "opt-out")
            answer.default = min((one.answer for one in defaults), key=order.index)
            answer.delegates = tuple(sorted({one.to for one in defaults if one.to}))
        elif known is not None and not ended:
            answer.default = known.default_consent
            answer.delegates = (known.delegate,) if known.delegate else ()

    def concerned(self, consent: Consent) -> bool:
        track, made = self.track.facts, self.request.facts.get("request.rendered-at")
        keeps = consent.answer == "refuse" and consent.existing == "keep"
        return (
            (consent.kind == "any" or consent.kind in self.actions)
            and consent.recording in (None, track["track.id"], track["track.isrc"])
            and consent.work in (None, track["work.id"], track["work.iswc"])
            and consent.territory in (None, self.request.facts["request.territory"])
            and not (keeps and made and consent.recorded_at and made < consent.recorded_at)  # type: ignore[operator]
        )

    def read_consent(self, consent: Consent, answer: Answer) -> None:
        state = Window(consent.opens, consent.closes).state(self.now, self.listener)
        about = "any use" if consent.kind == "any" else consent.kind
        if consent.answer == "refuse" and state is not State.CLOSED:
            ref = RuleRef("recorded consent", 0, f"refusal of {about}", consent.party, "forbid")
            uses = about if consent.kind == "any" else plural(about)
            answer.refusals.append((ref, f"{self.name(consent.party)} has said no to {uses}."))
        elif consent.answer == "allow" and state is State.OPEN:
            ref = RuleRef("recorded consent", 0, f"allowance of {about}", consent.party, "permit")
            for action in self.actions if consent.kind == "any" else (consent.kind,):
                answer.allowed.setdefault(action, ref)

    def candidates(self, party: str, action: str) -> list[Heard]:
        """Every permit of a party for an action, whether its policy is in force or not."""
        holding = [one for one, state in self.in_force(party) if state is State.OPEN]
        return [
            Heard(
                rule,
                policy,
                self.seen(self.days(policy)[0]),
                None if any(policy is one for one in holding) else Window.of(policy.in_force),
            )
            for policy in self.of(party)
            for rule in policy.rules
            if rule.effect is Effect.PERMIT
            and speaks(rule, action)
            and is_about(rule, self.seen(self.days(policy)[0]))
        ]

    # ------------------------------------------------------------ terms

    def limits_apart(self) -> None:
        if not any(part.outcome is Outcome.NOT_PERMITTED for part in self.parts):
            return
        for index, first in enumerate(self.needs):
            for second in self.needs[index + 1 :]:
                for attribute in sorted(
                    {test.attribute.name for one in first + second for test in limits(one.rule)}
                ):
                    pairs = [
                        tuple(sorted((a, b), key=lambda one: one.ref))
                        for a in first
                        for b in second
                    ]
                    if all(a.ref != b.ref and apart(attribute, a, b) for a, b in pairs):
                        pair = min(pairs, key=lambda pair: [one.ref for one in pair])
                        why = f"no {attribute} is within the limits of both"
                        self.cannot_be_met(list(pair), why)
                        break

    def cannot_be_met(self, rules: list[Heard], why: str) -> None:
        names = dict.fromkeys(f"“{one.ref.rule}” of {one.ref.party}" for one in rules)
        text = f"The terms of {listed(names, 'and')} cannot be met together: {why}."
        refs = tuple(dict.fromkeys(one.ref for one in rules))
        self.part(Outcome.TERMS_CANNOT_BE_MET, Reason(text, refs[0], (why,)), *refs)

    # ------------------------------------------------------------ small things

    def of(self, party: str) -> list[tree.Policy]:
        return [one for one in self.policies if (one.author.party or one.author.kind) == party]

    def days(self, policy: tree.Policy) -> tuple[date, ...]:
        fixed = policy.in_force.zone if policy.in_force else None
        return days(self.now, zone(fixed) if fixed else self.listener)

    def seen(self, today: date) -> Seen:
        request, track = self.request, self.track
        facts = {
            **request.facts,
            **track.facts,
            "request.now": self.now,
            "request.today": today,
            "request.actions": frozenset(self.actions),
            IMITATED: tuple(
                dict.fromkeys(
                    one
                    for action in self.actions
                    if action in IMITATIONS
                    for one in imitated(action, track, request)
                )
            ),
        }
        return Seen(facts, request.parties, label_tree(track, request))

    def grant(self, one: Heard) -> None:
        place = [track is self.track for track in self.request.tracks].index(True)
        self.granted.setdefault((place, one.ref), (one, self.track))

    def part(
        self,
        outcome: Outcome,
        reason: Reason,
        *rules: RuleRef,
        changes: tuple[Shortfall, ...] = (),
    ) -> None:
        self.parts.append(Part(outcome, reason, rules, changes))

    def name(self, party: str) -> str:
        return self.request.party_name(party)

    def title(self) -> str:
        return f"“{self.track.facts['track.title'] or self.track.id}”"

    def fill(self, text: str, track: Track | None = None) -> str:
        facts = (track or self.track).facts
        said = {
            "title": facts["track.title"] or facts["track.id"],
            "artist": both(map(self.name, facts["track.artists"])),  # type: ignore[arg-type]
            "writer": both(map(self.name, facts["work.writers"])),  # type: ignore[arg-type]
            "label": self.name(str(facts["track.label"])),
        }
        for blank, words in said.items():
            text = text.replace(f"{{{blank}}}", str(words) or f"unknown {blank}")
        return text


def both(names: Iterable[str]) -> str:
    words = list(names)
    return " and ".join([", ".join(words[:-1]), *words[-1:]]) if words[1:] else "".join(words)


def speaks(rule: tree.Rule, action: str) -> bool:
    return not rule.actions or action in [word.text for word in rule.actions]


def apart(attribute: str, *rules: Heard) -> bool:
    bounds = [one.duties.bounds(attribute) for one in rules]
    return merge_all(Duties(limits=(one,)) for one in bounds).conflict() is not None


def culprits(rules: list[Heard]) -> list[Heard]:
    """A smallest set that contradicts: each rule is left out that can be."""
    kept = list(rules)
    for one in rules:
        others = [other for other in kept if other is not one]
        if merge_all(other.duties for other in others).conflict() is not None:
            kept = others
    return kept
