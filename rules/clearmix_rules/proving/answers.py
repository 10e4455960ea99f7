"""What each party says about one track, as terms: the counterpart of deciding's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearmix_rules.deciding.compiled import CompiledPolicy, CompiledRule
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.proving.clocks import Clock
from clearmix_rules.proving.conditions import Reader
from clearmix_rules.proving.terms import (
    Term,
    Truth,
    all_in_turn,
    any_in_turn,
    every,
    no,
    some,
)
from clearmix_rules.proving.world import World
from clearmix_rules.schema import PLATFORM


@dataclass
class Answer:
    """All that one party says about one track. Rules come with whether they apply."""

    party: str
    forbids: list[tuple[CompiledRule, Term]] = field(default_factory=list)
    refused: Term = False
    """A recorded refusal."""
    missing: list[Term] = field(default_factory=list)
    """Forbids that could not be read to their end."""
    permits: list[tuple[CompiledRule, Term]] = field(default_factory=list)
    limited: list[tuple[CompiledRule, Term]] = field(default_factory=list)
    """Permits that would apply if the request kept their limits."""
    opted_out: Term = False
    delegates: list[tuple[str, Term]] = field(default_factory=list)
    """To whom the default answer is delegated. Neither this nor `opted_out` means `opt-in`."""
    delegated: Term = False
    lapsed: Term = False
    """Whether a licence of this party has ended and nothing of it is in force."""

    @property
    def forbidding(self) -> Term:
        """Whether anything forbids."""
        return some((*(applies for _, applies in self.forbids), self.refused))

    @property
    def in_error(self) -> Term:
        """Whether a forbid could not be read to its end."""
        return some(self.missing)


class Listening:
    """Puts one track of a world before the parties of a set of policies."""

    def __init__(self, policies: PolicySet, world: World, track: int) -> None:
        self.policies = policies
        self.world = world
        self.track = track
        self.clock = Clock(world)
        self._answers: dict[str, Answer] = {}

    def answer(self, party: str) -> Answer:
        """What a party says, worked out once."""
        known = self._answers.get(party)
        if known is None:
            known = self._answers[party] = self._ask(party)
        return known

    def allows(self, party: str, action: str) -> Term:
        """Whether a party has recorded an allowance that holds for this request."""
        return party != PLATFORM and self.world.holds("allows", party, action, self.track)

    def _ask(self, party: str) -> Answer:
        self.world.check()
        answer = Answer(party)
        heard = self._heard(self.policies.of(party))
        for policy, may_hold, holds in heard:
            for rule in policy.rules:
                if rule.permits:
                    self._permit(rule, policy, every((may_hold, holds)), answer)
                else:
                    self._forbid(rule, policy, may_hold, answer)
        if party != PLATFORM:
            answer.refused = self.world.holds("refuses", party, self.track)
            self._default(party, heard, answer)
        return answer

    def _heard(self, theirs: Sequence[CompiledPolicy]) -> list[tuple[CompiledPolicy, Term, Term]]:
        """Each policy, whether it may hold and is not replaced, and whether it surely holds."""
        found = []
        for one in theirs:
            newer = [
                self.clock.is_open(other.window)
                for other in theirs
                if other.policy.title == one.policy.title
                and other.policy.version > one.policy.version
            ]
            may_hold = every((self.clock.may_be_open(one.window), no(some(newer))))
            found.append((one, may_hold, self.clock.is_open(one.window)))
        return found

    # ------------------------------------------------------------ rules

    def _asked_for(self, rule: CompiledRule) -> Term:
        return not rule.actions or some(self.world.action(one) for one in sorted(rule.actions))

    def _applies(self, rule: CompiledRule, today: str) -> Truth:
        reader = Reader(self.world, self.track, today)
        unless = reader.truth(rule.rule.unless)
        without = Truth(True) if rule.rule.unless is None else Truth(unless.fails, unless.missing)
        return all_in_turn(
            (Truth(reader.about(rule.rule.scope)), reader.truth(rule.rule.when), without)
        )

    def _forbid(
        self, rule: CompiledRule, policy: CompiledPolicy, heard: Term, answer: Answer
    ) -> None:
        """A forbid applies if it does on any day that it may be."""
        heard = every((heard, self._asked_for(rule)))
        if heard is False:
            return
        if not rule.reads_today:
            truth = self._applies(rule, "listener")
            answer.forbids.append((rule, every((heard, truth.holds))))
            answer.missing.append(every((heard, truth.missing)))
            return
        for here, places in self.clock.days(policy.window):
            truth = any_in_turn(self._applies(rule, place) for place in places)
            answer.forbids.append((rule, every((heard, here, truth.holds))))
            answer.missing.append(every((heard, here, truth.missing)))

    def _permit(
        self, rule: CompiledRule, policy: CompiledPolicy, heard: Term, answer: Answer
    ) -> None:
        """A permit applies if it does on every day that it may be; one in error does not."""
        if rule.reads_today:
            applies = some(
                every((here, *(self._applies(rule, place).holds for place in places)))
                for here, places in self.clock.days(policy.window)
            )
        else:
            applies = self._applies(rule, "listener").holds
        applies = every((heard, self._asked_for(rule), applies))
        if applies is False:
            return
        reader = Reader(self.world, self.track)
        kept = every(reader.truth(test).holds for test in rule.limits)
        answer.permits.append((rule, every((applies, kept))))
        if rule.limits:
            answer.limited.append((rule, every((applies, no(kept)))))

    # ------------------------------------------------------------ without a rule

    def _default(
        self, party: str, heard: list[tuple[CompiledPolicy, Term, Term]], answer: Answer
    ) -> None:
        """The strictest default of the party's policies, else the catalogue's, else `opt-in`."""
        opt_in, opted_out = [], []
        delegated: dict[str, list[Term]] = {}
        for policy, may_hold, holds in heard:
            consent = policy.policy.consent
            if consent is None:
                continue
            surely = every((may_hold, holds))
            if consent.answer == "opt-in":
                opt_in.append(surely)
            elif consent.answer == "delegated":
                delegated.setdefault(consent.to or "", []).append(surely)
            else:
                opted_out.append(surely)
            # What may hold, or may not any longer, loosens nothing.
            if consent.answer != "opt-out":
                opt_in.append(every((may_hold, no(holds))))
        by_document = {one: some(terms) for one, terms in delegated.items()}
        asks, delegates = some(opt_in), some(by_document.values())
        silent = every((no(asks), no(delegates), no(some(opted_out))))
        ended = some(self.clock.ended(one.window) for one in self.policies.of(party) if one.loosens)
        catalogue = every((silent, no(ended), self.world.holds("known", party)))
        if catalogue is not False:
            answer.opted_out = every((catalogue, self.world.holds("default", party, "opt-out")))
        answer.opted_out = some(
            (answer.opted_out, every((some(opted_out), no(asks), no(delegates))))
        )
        by_catalogue = every((catalogue, self.world.holds("default", party, "delegated")))
        answer.delegated = some((every((delegates, no(asks))), by_catalogue))
        for delegate, said in sorted(by_document.items()):
            answer.delegates.append((delegate, every((said, no(asks)))))
        for delegate in self.world.cast.delegations.get(party, ()):
            chosen = self.world.holds("delegates", party, delegate)
            answer.delegates.append((delegate, every((by_catalogue, chosen))))
        answer.lapsed = every((ended, *(no(may_hold) for _, may_hold, _ in heard)))
