"""What each party answers about one track: forbids, permits, recorded consents, the default."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from clearmix_rules import tree
from clearmix_rules.deciding.compiled import CompiledRule
from clearmix_rules.deciding.compiler import View
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.gaps import Gap, gaps
from clearmix_rules.deciding.parties import IMITATIONS, imitated, label_tree
from clearmix_rules.deciding.request import Consent, Request, Track
from clearmix_rules.deciding.windows import State, Window, days
from clearmix_rules.english import plural
from clearmix_rules.errors import EvaluationError
from clearmix_rules.schema import IMITATED, PLATFORM
from clearmix_rules.zones import zone

if TYPE_CHECKING:
    from clearmix_rules.deciding.policies import PolicySet

_STRICTEST = ("opt-in", "delegated", "opt-out")


@dataclass(slots=True)
class Answer:
    """All that one party says about one track."""

    party: str
    forbids: list[CompiledRule] = field(default_factory=list)
    refusals: list[tuple[RuleRef, str]] = field(default_factory=list)
    """Recorded refusals, each with its sentence."""
    errors: list[tuple[CompiledRule, EvaluationError]] = field(default_factory=list)
    permits: list[CompiledRule] = field(default_factory=list)
    limited: list[tuple[CompiledRule, tuple[Gap, ...]]] = field(default_factory=list)
    """Permits that would apply if the request kept their limits."""
    allowed: dict[str, RuleRef] = field(default_factory=dict)
    """Actions with a recorded allowance."""
    default: str = "opt-in"
    delegates: tuple[str, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether anything forbids, or a forbid could not be read to its end."""
        return bool(self.forbids or self.refusals or self.errors)


class TrackCase:
    """One track of a request, put before every party that has a say."""

    def __init__(
        self,
        policies: PolicySet,
        request: Request,
        track: Track,
        actions: tuple[str, ...],
        now: datetime,
    ) -> None:
        self.policies = policies
        self.request = request
        self.track = track
        self.actions = actions
        self.now = now
        self.listener: tzinfo | None = zone(request.time_zone) if request.time_zone else None
        facts = {
            **request.facts,
            **track.facts,
            "request.now": now,
            "request.actions": frozenset(actions),
            IMITATED: tuple(
                dict.fromkeys(
                    one
                    for action in actions
                    if action in IMITATIONS
                    for one in imitated(action, track, request)
                )
            ),
        }
        self.view = View(facts, request.parties, frozenset(label_tree(track, request)))
        facts["request.today"] = days(now, self.listener)[0]
        self._answers: dict[str, Answer] = {}

    def answer(self, party: str) -> Answer:
        """What a party says, worked out once."""
        known = self._answers.get(party)
        if known is None:
            known = self._answers[party] = self._ask(party)
        return known

    def _ask(self, party: str) -> Answer:
        answer = Answer(party)
        defaults: list[tree.ConsentDefault] = []
        for policy, state in self.policies.in_force(party, self.now, self.listener):
            listener_days = self._days(policy.window)
            for rule in policy.forbids:
                self._try_forbid(rule, listener_days, answer)
            if state is State.OPEN:
                for rule in policy.permits:
                    self._try_permit(rule, listener_days, answer)
            consent = policy.policy.consent
            # INVARIANT: a policy that may not hold yet, or no longer, loosens nothing.
            if consent is not None and state is State.OPEN:
                defaults.append(consent)
            elif consent is not None and consent.answer != "opt-out":
                defaults.append(tree.ConsentDefault("opt-in"))
        if party != PLATFORM:
            self._settle_default(party, defaults, answer)
            self._read_consents(party, answer)
        return answer

    def _days(self, window: Window) -> tuple[date, ...]:
        return days(self.now, zone(window.fixed) if window.fixed else self.listener)

    def _try_forbid(self, rule: CompiledRule, possible: tuple[date, ...], answer: Answer) -> None:
        """A forbid applies if it does on any day that it may be."""
        if rule.actions and rule.actions.isdisjoint(self.actions):
            return
        try:
            if any(self._applies(rule, day) for day in self._relevant(rule, possible)):
                answer.forbids.append(rule)
        except EvaluationError as error:
            answer.errors.append((rule, error))

    def _try_permit(self, rule: CompiledRule, possible: tuple[date, ...], answer: Answer) -> None:
        """A permit applies if it does on every day that it may be; one in error does not apply."""
        if rule.actions and rule.actions.isdisjoint(self.actions):
            return
        try:
            if not all(self._applies(rule, day) for day in self._relevant(rule, possible)):
                return
            broken = tuple(gap for test, _ in rule.limits for gap in gaps(test, self.view))
        except EvaluationError:
            return
        if broken:
            answer.limited.append((rule, broken))
        else:
            answer.permits.append(rule)

    def _relevant(self, rule: CompiledRule, possible: tuple[date, ...]) -> tuple[date, ...]:
        return possible if rule.reads_today else possible[:1]

    def _applies(self, rule: CompiledRule, today: date) -> bool:
        view = self.view
        view.facts["request.today"] = today
        if not rule.about(view):
            return False
        if rule.when is not None and not rule.when(view):
            return False
        return rule.unless is None or not rule.unless(view)

    def _settle_default(
        self, party: str, defaults: list[tree.ConsentDefault], answer: Answer
    ) -> None:
        """The strictest default of the party's policies, else the catalogue's, else `opt-in`.

        INVARIANT: a licence that has ended frees nothing. Where one of the party's policies has
        ended that gave or asked for consent, the catalogue's `opt-out` does not come back.
        """
        known = self.request.parties.get(party)
        if defaults:
            answer.default = min((one.answer for one in defaults), key=_STRICTEST.index)
            answer.delegates = tuple(sorted({one.to for one in defaults if one.to}))
        elif known is not None and not self._has_ended(party):
            answer.default = known.default_consent
            answer.delegates = (known.delegate,) if known.delegate else ()

    def _has_ended(self, party: str) -> bool:
        return any(
            one.window.ended(self.now, self.listener)
            for one in self.policies.of(party)
            if one.permits or (one.policy.consent and one.policy.consent.answer != "opt-out")
        )

    # ------------------------------------------------------------ recorded consents

    def _read_consents(self, party: str, answer: Answer) -> None:
        for consent in self.request.consents:
            if consent.party != party or not self._concerns(consent):
                continue
            window = Window(consent.opens, consent.closes)
            state = window.state(self.now, self.listener)
            if consent.answer == "refuse" and state is not State.CLOSED:
                if self._spares_existing(consent):
                    continue
                about = "any use" if consent.kind == "any" else consent.kind
                ref = RuleRef("recorded consent", 0, f"refusal of {about}", party, "forbid")
                name = self.request.party_name(party)
                answer.refusals.append((ref, f"{name} has said no to {_uses(consent.kind)}."))
            elif consent.answer == "allow" and state is State.OPEN:
                about = "any use" if consent.kind == "any" else consent.kind
                ref = RuleRef("recorded consent", 0, f"allowance of {about}", party, "permit")
                for action in self.actions if consent.kind == "any" else (consent.kind,):
                    answer.allowed.setdefault(action, ref)

    def _concerns(self, consent: Consent) -> bool:
        facts = self.view.facts
        if consent.kind != "any" and consent.kind not in self.actions:
            return False
        if consent.recording is not None and consent.recording not in (
            facts["track.id"],
            facts["track.isrc"],
        ):
            return False
        if consent.work is not None and consent.work not in (facts["work.id"], facts["work.iswc"]):
            return False
        return consent.territory is None or consent.territory == facts["request.territory"]

    def _spares_existing(self, consent: Consent) -> bool:
        """Whether a refusal leaves a remix alone that was made before it was recorded."""
        made = self.request.facts.get("request.rendered-at")
        return (
            consent.existing == "keep"
            and isinstance(made, datetime)
            and consent.recorded_at is not None
            and made < consent.recorded_at
        )

    # ------------------------------------------------------------ the nearest permit

    def nearest(
        self, party: str, action: str
    ) -> tuple[CompiledRule, tuple[Gap, ...], Window | None] | None:
        """The permit of a party that is closest to applying to an action.

        Its gaps, and the window of its policy if that is not in force; None without any permit.
        """
        found: list[tuple[int, RuleRef, CompiledRule, tuple[Gap, ...], Window | None]] = []
        holding = {
            id(one)
            for one, state in self.policies.in_force(party, self.now, self.listener)
            if state is State.OPEN
        }
        for policy in self.policies.of(party):
            self.view.facts["request.today"] = self._days(policy.window)[0]
            closed = None if id(policy) in holding else policy.window
            for rule in policy.permits:
                if not rule.speaks_of(action) or not self._is_about(rule):
                    continue
                missing = (
                    *gaps(rule.rule.when, self.view),
                    *gaps(rule.rule.unless, self.view, False),
                    *(gap for test, _ in rule.limits for gap in gaps(test, self.view)),
                )
                cost = sum(gap.cost for gap in missing) + (80 if closed else 0)
                found.append((cost, rule.ref, rule, missing, closed))
        if not found:
            return None
        _, _, rule, missing, closed = min(found, key=lambda one: one[:2])
        return rule, missing, closed

    def _is_about(self, rule: CompiledRule) -> bool:
        try:
            return rule.about(self.view)
        except EvaluationError:
            return False

    def fill(self, text: str) -> str:
        """A text of a rule with its placeholders filled in for this track."""
        if "{" not in text:
            return text
        name = self.request.party_name
        track = self.track
        label = str(track.facts["track.label"])
        said = {
            "title": str(track.facts["track.title"]) or track.id,
            "artist": _and(name(one) for one in track.parties("track.artists")),
            "writer": _and(name(one) for one in track.parties("work.writers")),
            "label": name(label) if label else "",
        }
        for key, value in said.items():
            text = text.replace(f"{{{key}}}", value or f"unknown {key}")
        return text


def _and(names: object) -> str:
    words = list(names)  # type: ignore[call-overload]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _uses(kind: str) -> str:
    return "any use" if kind == "any" else plural(kind)
