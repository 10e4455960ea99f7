"""Puts a request before every party and makes one decision of their answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from clearmix_rules.deciding.answers import Answer, TrackCase
from clearmix_rules.deciding.compiled import CompiledRule, bounds
from clearmix_rules.deciding.decision import Decision, Outcome, Reason, RuleRef, Shortfall
from clearmix_rules.deciding.duties import NO_DUTIES, Duties, merge_all
from clearmix_rules.deciding.gaps import Gap, gaps, shortfall
from clearmix_rules.deciding.parties import IMITATIONS, asked_for, bound, needed
from clearmix_rules.deciding.record import SEMANTICS, schema_hash
from clearmix_rules.deciding.request import Request
from clearmix_rules.deciding.windows import Window
from clearmix_rules.english import listed, plural
from clearmix_rules.errors import RequestError
from clearmix_rules.schema import PLATFORM
from clearmix_rules.zones import tzdata_version, zone

if TYPE_CHECKING:
    from clearmix_rules.deciding.policies import PolicySet


MOST_DELEGATIONS = 40
"""A longer chain of parties who delegate to one another is not followed."""


@dataclass(slots=True)
class _Part:
    """One party's share in the outcome, for one track."""

    outcome: Outcome
    reason: Reason
    rules: tuple[RuleRef, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()


@dataclass(slots=True)
class _Need:
    """One party's permit for one action: the ranges of values it leaves open, for each rule."""

    party: str
    rules: list[CompiledRule]
    free: bool
    """Granted without any rule: by default or by a recorded allowance."""


@dataclass(slots=True)
class _Hearing:
    """What has been heard so far of all tracks."""

    parts: list[_Part] = field(default_factory=list)
    granted: dict[tuple[str, RuleRef], tuple[CompiledRule, TrackCase]] = field(default_factory=dict)
    allowed: dict[RuleRef, None] = field(default_factory=dict)
    needs: list[_Need] = field(default_factory=list)


def decide(policies: PolicySet, request: Request, valid_at: datetime | None) -> Decision:
    """The decision. Raises RequestError if `valid_at` has no zone."""
    if valid_at is not None and valid_at.tzinfo is None:
        raise RequestError("the time to decide for has no zone", help="give it in UTC")
    now = valid_at.astimezone(UTC) if valid_at else request.now
    actions = asked_for(request)
    hearing = _Hearing()
    for track in request.tracks:
        _hear(TrackCase(policies, request, track, actions, now), hearing)
    for given in request.approvals:
        if given.answer == "refuse":
            ref = RuleRef("recorded approval", 0, "refusal", given.party, "forbid")
            text = f"{request.party_name(given.party)} was asked and said no."
            reason = Reason(text, ref, (), given.party)
            hearing.parts.append(_Part(Outcome.FORBIDDEN, reason, (ref,)))
    duties, conflicts = _merge(hearing)
    parts = hearing.parts + conflicts + _limits_apart(hearing)
    outcome = max(
        (part.outcome for part in parts), key=lambda one: one.rank, default=Outcome.PERMITTED
    )

    def record() -> dict[str, Any]:
        listener = zone(request.time_zone) if request.time_zone else None
        asked = request.as_json() | {"now": now.isoformat().replace("+00:00", "Z")}
        return {
            "semantics": SEMANTICS,
            "schema": schema_hash(),
            "policies": policies.root(now, listener),
            "tzdata": tzdata_version(),
            "request": asked,
        }

    if outcome is not Outcome.PERMITTED:
        return _refuse(outcome, parts, record)
    open_approvals = _open_approvals(duties, request)
    granted = [*hearing.granted.values()]
    rules = tuple(sorted({rule.ref for rule, _ in granted} | set(hearing.allowed)))
    reasons = [
        Reason(case.fill(rule.rule.reason), rule.ref, (), rule.ref.party, case.track.id)
        for rule, case in granted
        if rule.ref.party != PLATFORM
    ]
    if open_approvals:
        names = listed((request.party_name(one) for one in open_approvals), "and")
        reasons.insert(0, Reason(f"It waits for the approval of {names}."))
        outcome = Outcome.REFERRED
    if not reasons:
        reasons = [Reason("Everyone who has a say allows it.")]
    return Decision(outcome, _unique(reasons), rules, duties, (), record)


def _refuse(outcome: Outcome, parts: list[_Part], record: Any) -> Decision:
    """A refusal: the reasons of the worst parts, and everything that would have to change."""
    worst = [part for part in parts if part.outcome is outcome]
    refused = [part for part in parts if part.outcome.rank >= Outcome.NOT_PERMITTED.rank]
    # Unless each refusal says what would undo it, no set of changes leads to a permit.
    shortfalls: tuple[Shortfall, ...] = ()
    if all(part.shortfalls for part in refused):
        shortfalls = tuple(dict.fromkeys(one for part in refused for one in part.shortfalls))
    rules = tuple(sorted({ref for part in worst for ref in part.rules}))
    return Decision(
        outcome, _unique(part.reason for part in worst), rules, NO_DUTIES, shortfalls, record
    )


def _unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


# ---------------------------------------------------------------- hearing the parties


def _hear(case: TrackCase, hearing: _Hearing) -> None:
    """Asks the platform and every party of a track."""
    track, request, actions = case.track, case.request, case.actions
    parties = bound(actions, track, request)
    platform = case.answer(PLATFORM)
    _note_refusals(platform, case, hearing)
    for rule in platform.permits:
        hearing.granted.setdefault((track.id, rule.ref), (rule, case))
    for rule, missing in platform.limited:
        hearing.parts.append(_lacking(case, PLATFORM, rule, missing, None))
    if not parties:
        text = f"Nobody is known to hold rights in {_title(case)}, so nobody can allow it."
        hearing.parts.append(_Part(Outcome.NOT_PERMITTED, Reason(text, None, (), "", track.id)))
        return
    for party in parties:
        answer = case.answer(party)
        _note_refusals(answer, case, hearing)
    for action, whose in needed(actions, track, request).items():
        if not whose and not _is_free(action, case):
            text = f"Nobody is known who could allow {plural(action)} of {_title(case)}."
            reason = Reason(text, None, (), "", track.id)
            hearing.parts.append(_Part(Outcome.NOT_PERMITTED, reason))
        for party in whose:
            _seek_permit(party, action, case, hearing, (party,))


def _is_free(action: str, case: TrackCase) -> bool:
    """Whether an action needs nobody: a cover, with what comes with it, of a free work."""
    return (
        "cover" in case.actions
        and action not in IMITATIONS
        and case.track.facts["work.public-domain"] is True
    )


def _note_refusals(answer: Answer, case: TrackCase, hearing: _Hearing) -> None:
    """Everything that forbids, each with the change that would undo it, if one would."""
    track = case.track.id
    for rule in answer.forbids:
        ref = rule.ref
        reason = Reason(case.fill(rule.rule.reason), ref, (), ref.party, track)
        changes = tuple(shortfall(gap, case.view, ref) for gap in _ways_out(rule, case))
        hearing.parts.append(_Part(Outcome.FORBIDDEN, reason, (ref,), changes))
    for ref, text in answer.refusals:
        reason = Reason(text, ref, (), answer.party, track)
        hearing.parts.append(_Part(Outcome.FORBIDDEN, reason, (ref,)))
    for rule, error in answer.errors:
        text = f"A rule of {case.request.party_name(answer.party)} could not be read to its end."
        reason = Reason(text, rule.ref, (error.message,), answer.party, track)
        hearing.parts.append(_Part(Outcome.IN_ERROR, reason, (rule.ref,)))


def _ways_out(rule: CompiledRule, case: TrackCase) -> tuple[Gap, ...]:
    """The cheapest changes under which a forbid that fired would not have."""
    ways = []
    if rule.rule.when is not None:
        ways.append(gaps(rule.rule.when, case.view, False))
    if rule.rule.unless is not None:
        ways.append(gaps(rule.rule.unless, case.view, True))
    ways = [way for way in ways if way]
    return min(ways, key=lambda way: sum(gap.cost for gap in way), default=())


def _seek_permit(
    party: str, action: str, case: TrackCase, hearing: _Hearing, path: tuple[str, ...]
) -> None:
    """Notes that a party permits an action, or why it does not.

    Delegation follows the chain; what a delegate forbids counts for whoever delegated to it.
    """
    answer = case.answer(party)
    permits = [rule for rule in answer.permits if rule.speaks_of(action)]
    for rule in permits:
        hearing.granted.setdefault((case.track.id, rule.ref), (rule, case))
    if action in answer.allowed:
        hearing.allowed[answer.allowed[action]] = None
    if permits or action in answer.allowed:
        hearing.needs.append(_Need(party, permits, action in answer.allowed))
        return
    limited = [one for one in answer.limited if one[0].speaks_of(action)]
    if answer.default == "opt-out":
        return
    if answer.default == "delegated":
        for delegate in answer.delegates:
            if delegate in path or len(path) > MOST_DELEGATIONS:
                name = case.request.party_name(party)
                way = " -> ".join([*path, delegate])
                what = "in a circle" if delegate in path else "too often"
                text = f"The consent of {name} is delegated {what}: {way}."
                reason = Reason(text, None, (), party, case.track.id)
                hearing.parts.append(_Part(Outcome.IN_ERROR, reason))
                continue
            _note_refusals(case.answer(delegate), case, hearing)
            _seek_permit(delegate, action, case, hearing, (*path, delegate))
        return
    if limited:
        hearing.needs.append(_Need(party, [rule for rule, _ in limited], False))
        rule, missing = min(limited, key=lambda one: (sum(g.cost for g in one[1]), one[0].ref))
        hearing.parts.append(_lacking(case, party, rule, missing, None))
        return
    nearest = case.nearest(party, action)
    if nearest is None:
        name = case.request.party_name(party)
        text = f"{name} has not agreed to {plural(action)} of {_title(case)}."
        reason = Reason(text, None, (), party, case.track.id)
        hearing.parts.append(_Part(Outcome.NOT_PERMITTED, reason))
        return
    rule, missing, closed = nearest
    hearing.parts.append(_lacking(case, party, rule, missing, closed))


def _lacking(
    case: TrackCase, party: str, rule: CompiledRule, missing: tuple[Gap, ...], closed: Window | None
) -> _Part:
    """The nearest permit of a party and what keeps it from applying."""
    changes = [shortfall(gap, case.view, rule.ref) for gap in missing]
    failing = [gap.words(case.view) for gap in missing]
    remedies = [gap.remedy for gap in missing]
    if closed is not None:
        failing.append(f"the policy is {closed.words()}")
        remedies.append(f"while its terms are {closed.words()}")
        changes.append(
            Shortfall(
                "now",
                "other",
                (),
                case.now.isoformat(),
                closed.words(),
                False,
                case.track.id,
                rule.ref,
            )
        )
    text = case.fill(rule.rule.reason)
    if remedies:
        text += f" It would be permitted {listed(dict.fromkeys(remedies), 'and')}."
    reason = Reason(text, rule.ref, tuple(failing), party, case.track.id)
    return _Part(Outcome.NOT_PERMITTED, reason, (rule.ref,), tuple(changes))


def _title(case: TrackCase) -> str:
    title = str(case.track.facts["track.title"]) or case.track.id
    return f"“{title}”"


# ---------------------------------------------------------------- duties


def _merge(hearing: _Hearing) -> tuple[Duties, list[_Part]]:
    """The duties of all permits that applied, and one part for each pair that contradicts."""
    terms = [
        (rule, rule.duties.with_texts(case.fill))
        for _, (rule, case) in sorted(hearing.granted.items(), key=lambda one: one[0])
    ]
    duties = merge_all(one for _, one in terms)
    conflict = duties.conflict()
    if conflict is None:
        return duties, []
    culprits = _culprits(terms)
    return duties, [_cannot_be_met(culprits, conflict)]


def _culprits(terms: list[tuple[CompiledRule, Duties]]) -> list[CompiledRule]:
    """A smallest set of rules whose duties contradict: each is left out that can be."""
    kept = list(terms)
    for one in terms:
        others = [other for other in kept if other is not one]
        if merge_all(duties for _, duties in others).conflict() is not None:
            kept = others
    return [rule for rule, _ in kept]


def _cannot_be_met(rules: list[CompiledRule], why: str) -> _Part:
    names = dict.fromkeys(f"“{rule.ref.rule}” of {rule.ref.party}" for rule in rules)
    text = f"The terms of {listed(names, 'and')} cannot be met together: {why}."
    refs = tuple(dict.fromkeys(rule.ref for rule in rules))
    return _Part(Outcome.TERMS_CANNOT_BE_MET, Reason(text, refs[0], (why,)), refs)


def _limits_apart(hearing: _Hearing) -> list[_Part]:
    """One part for each pair of needs whose limits leave no value that suits both.

    Without it a listener would be told to ask for a length that another party refuses.
    """
    if not any(part.outcome is Outcome.NOT_PERMITTED for part in hearing.parts):
        return []
    bounded = [need for need in hearing.needs if not need.free]
    found: list[_Part] = []
    told: set[frozenset[RuleRef]] = set()
    for index, first in enumerate(bounded):
        for second in bounded[index + 1 :]:
            clash = _clash(first, second)
            if clash is None:
                continue
            one, other, attribute = clash
            pair = frozenset((one.ref, other.ref))
            if pair not in told:
                told.add(pair)
                why = f"no {attribute} is within the limits of both"
                found.append(_cannot_be_met(sorted((one, other), key=lambda r: r.ref), why))
    return found


def _clash(first: _Need, second: _Need) -> tuple[CompiledRule, CompiledRule, str] | None:
    """An attribute on which no permit of one need goes together with any of the other."""
    attributes = {
        test.attribute.name for rule in (*first.rules, *second.rules) for test, _ in rule.limits
    }
    for attribute in sorted(attributes):
        clashes = [
            (one, other)
            for one in first.rules
            for other in second.rules
            if _joined(attribute, one, other).conflict() is not None
        ]
        if clashes and len(clashes) == len(first.rules) * len(second.rules):
            one, other = min(clashes, key=lambda pair: sorted(rule.ref for rule in pair))
            return one, other, attribute
    return None


def _joined(attribute: str, *rules: CompiledRule) -> Duties:
    return merge_all(
        Duties(limits=(bounds(test),))
        for rule in rules
        for test, _ in rule.limits
        if test.attribute.name == attribute
    )


def _open_approvals(duties: Duties, request: Request) -> list[str]:
    """The parties whose approval is needed and has not been given."""
    given = {one.party for one in request.approvals if one.answer == "approve"}
    return [one.party for one in duties.approvals if one.party not in given]
