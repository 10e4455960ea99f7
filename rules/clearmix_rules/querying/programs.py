"""What each party says about any track: its clauses, and its answer when none of them grants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum

from clearmix_rules import tree
from clearmix_rules.deciding.compiled import CompiledRule
from clearmix_rules.deciding.decision import RuleRef
from clearmix_rules.deciding.duties import NO_DUTIES, Duties
from clearmix_rules.deciding.generated import View, holds
from clearmix_rules.deciding.parties import IMITATIONS, asked_for, with_parents
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Consent, Request
from clearmix_rules.deciding.seats import default_of
from clearmix_rules.deciding.standing import spares
from clearmix_rules.deciding.windows import State, Window, days
from clearmix_rules.querying.folding import Folding
from clearmix_rules.querying.residual import ALWAYS, FALSE, Equals, Truth, either
from clearmix_rules.schema import PLATFORM
from clearmix_rules.zones import zone


class Kind(Enum):
    """What a clause does where it holds."""

    FORBID = "forbid"
    PERMIT = "permit"
    LIMITED = "limited"
    """A permit that would apply if the request kept its limits."""
    ALLOW = "allow"
    """A recorded allowance."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule or a recorded consent, with what is left of its condition."""

    kind: Kind
    truth: Truth
    actions: frozenset[str]
    """Those of the request's actions that it speaks of."""
    ref: RuleRef
    rule: CompiledRule | None = None
    referred: bool = False
    """Whether it waits for an approval that has not been given."""

    @property
    def duties(self) -> Duties:
        """What it asks for in return."""
        return self.rule.duties if self.rule is not None else NO_DUTIES


@dataclass(frozen=True, slots=True)
class Program:
    """All that a party says."""

    party: str
    clauses: tuple[Clause, ...]
    default: str
    """`opt-in`, `opt-out` or `delegated`."""
    delegates: tuple[str, ...]


class Situation:
    """One request with its track left open, under a set of policies."""

    def __init__(
        self,
        policies: PolicySet,
        request: Request,
        mentioned: Callable[[str], frozenset[str]],
    ) -> None:
        self.policies = policies
        self.request = request
        self.actions = asked_for(request)
        self.listener: tzinfo | None = zone(request.time_zone) if request.time_zone else None
        imitating = [one for one in self.actions if one in IMITATIONS]
        self.named: Mapping[str, str] = {
            one: str(request.facts[IMITATIONS[one]])
            for one in imitating
            if request.facts.get(IMITATIONS[one])
        }
        """Whom an action imitates by name; otherwise it imitates the artists of the track."""
        facts = {
            **request.facts,
            "request.now": request.now,
            "request.actions": frozenset(self.actions),
        }
        self.folding = Folding(
            facts,
            request.parties,
            mentioned,
            tuple(dict.fromkeys(self.named.values())),
            len(self.named) < len(imitating),
        )
        # No limit reads the day; a test is made with one all the same.
        read = {**facts, "request.today": request.now.date()}
        self._limits = View(read, request.parties, frozenset())
        self._given = {one.party for one in request.approvals if one.answer == "approve"}
        self._consents: dict[str, list[Consent]] = {}
        for consent in request.consents:
            self._consents.setdefault(consent.party, []).append(consent)
        self._programs: dict[str, Program] = {}

    def program(self, party: str) -> Program:
        """What a party says, worked out once."""
        known = self._programs.get(party)
        if known is None:
            known = self._programs[party] = self._ask(party)
        return known

    def is_silent(self, party: str) -> bool:
        """Whether a party lets everything pass, without a rule or a recorded consent."""
        known = self.request.parties.get(party)
        return (
            known is not None
            and known.default_consent == "opt-out"
            and party not in self._consents
            and not self.policies.of(party)
        )

    def chain(self, party: str) -> tuple[str, ...]:
        """A party and everyone above it."""
        return with_parents(party, self.request.parties)

    def _ask(self, party: str) -> Program:
        clauses: list[Clause] = []
        seat = self.policies.seat(party, self.request.now, self.request.time_zone)
        for policy, state in seat.states.items():
            fixed = policy.window.fixed
            possible = days(self.request.now, zone(fixed) if fixed else self.listener)
            rules = (one for one in policy.rules if state is State.OPEN or not one.permits)
            for rule in rules:
                spoken = frozenset(one for one in self.actions if rule.speaks_of(one))
                if spoken:
                    truth = self.folding.rule(rule, possible)
                    clauses += self._clause(rule, truth, spoken)
        if party == PLATFORM:
            return Program(party, tuple(clauses), "opt-out", ())
        clauses += self._recorded(party)
        default, delegates = default_of(seat, self.request.parties.get(party))
        return Program(party, tuple(clauses), default, delegates)

    def _clause(self, rule: CompiledRule, truth: Truth, spoken: frozenset[str]) -> Iterable[Clause]:
        if rule.rule.effect is tree.Effect.FORBID:
            if truth.holds != FALSE or truth.error != FALSE:
                yield Clause(Kind.FORBID, truth, spoken, rule.ref, rule)
        elif truth.holds != FALSE:
            # A permit in error grants nothing, so where it is in error does not matter.
            kept = all(holds(test, self._limits) for test in rule.limits)
            asked = {one.party for one in rule.duties.approvals}
            yield Clause(
                Kind.PERMIT if kept else Kind.LIMITED,
                Truth(truth.holds),
                spoken,
                rule.ref,
                rule,
                not asked <= self._given,
            )

    # ------------------------------------------------------------ consents

    def _recorded(self, party: str) -> Iterable[Clause]:
        for consent in self._consents.get(party, ()):
            about = frozenset(one for one in self.actions if consent.kind in (one, "any"))
            elsewhere = consent.territory not in (None, self.request.facts["request.territory"])
            if not about or elsewhere:
                continue
            state = Window(consent.opens, consent.closes).state(self.request.now, self.listener)
            said = "any use" if consent.kind == "any" else consent.kind
            if consent.answer == "refuse" and state is not State.CLOSED:
                if not spares(consent, self.request.facts.get("request.rendered-at")):
                    ref = RuleRef("recorded consent", 0, f"refusal of {said}", party, "forbid")
                    yield Clause(Kind.FORBID, _concerns(consent), about, ref)
            elif consent.answer == "allow" and state is State.OPEN:
                ref = RuleRef("recorded consent", 0, f"allowance of {said}", party, "permit")
                yield Clause(Kind.ALLOW, _concerns(consent), about, ref)


def _concerns(consent: Consent) -> Truth:
    """The tracks that a recorded consent is about."""
    truth = ALWAYS
    if consent.recording is not None:
        names = (consent.recording,)
        truth = truth.then(Truth(either(Equals("id", names), Equals("isrc", names))))
    if consent.work is not None:
        names = (consent.work,)
        truth = truth.then(Truth(either(Equals("work_id", names), Equals("iswc", names))))
    return truth


def needs(situation: Situation) -> Mapping[str, frozenset[str]]:
    """For each list of a track's parties the actions that need their permit.

    The same as `deciding.parties.needed`, for any track. The lists are `label`, `artists`,
    `owners`, `writers` and `publishers`; see `Situation.named` for who is imitated by name.
    """
    actions = frozenset(situation.actions)
    imitating = actions & frozenset(IMITATIONS)
    others = actions - imitating - {"cover"}
    uses_recording = "cover" not in actions or bool({"remix", "mashup"} & actions)
    recording = (others | imitating) if uses_recording else frozenset()
    composition = others | (actions & {"cover"})
    return {
        "label": recording, "owners": recording,
        "artists": recording | (imitating - set(situation.named)),
        "writers": composition, "publishers": composition,
    }  # fmt: skip
