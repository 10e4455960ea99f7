"""Hears every party of every track and comes to one verdict."""

from __future__ import annotations

from functools import partial

from clearmix_rules.deciding.compiled import CompiledRule, Group
from clearmix_rules.deciding.decision import Outcome, RuleRef
from clearmix_rules.deciding.duties import Duties, merge_all
from clearmix_rules.deciding.generated import holds
from clearmix_rules.deciding.lacking import Candidate
from clearmix_rules.deciding.parties import IMITATIONS
from clearmix_rules.deciding.plans import Chair, Masks, Plan
from clearmix_rules.deciding.sayings import Asked, Saying, Words, name, title
from clearmix_rules.deciding.terms import Need, culprits, limits_apart
from clearmix_rules.deciding.verdict import Part, Said, Verdict
from clearmix_rules.deciding.windows import State
from clearmix_rules.english import listed, plural
from clearmix_rules.errors import EvaluationError
from clearmix_rules.schema import PLATFORM

MOST_DELEGATIONS = 40
"""A longer chain of parties who delegate to one another is not followed."""


def judge(plan: Plan, masks: Masks) -> Verdict:
    """The verdict on what the functions of a plan answered."""
    return _Hearing(plan, masks).verdict()


class _Hearing:
    """What has been heard so far of all tracks."""

    def __init__(self, plan: Plan, masks: Masks) -> None:
        self.plan = plan
        self.masks = masks
        self.parts: list[Part] = []
        self.granted: dict[tuple[int, RuleRef], CompiledRule] = {}
        self.allowed: dict[RuleRef, None] = {}
        self.needs: list[Need] = []
        self.sought: set[tuple[int, str, str]] = set()

    def verdict(self) -> Verdict:
        for track, chairs in enumerate(self.plan.chairs):
            self._hear(track, chairs)
        for given in self.plan.approvals:
            if given.answer == "refuse":
                ref = RuleRef("recorded approval", 0, "refusal", given.party, "forbid")
                words = partial(_said_no, given.party)
                self._refuse(Outcome.FORBIDDEN, Saying(words, ref, (), given.party), (ref,))
        rules = [rule for _, rule in sorted(self.granted.items(), key=lambda one: one[0][::-1])]
        duties = merge_all(rule.duties for rule in rules)
        conflict = duties.conflict()
        if conflict is not None:
            self._cannot_be_met(culprits(rules), conflict)
        if any(part.outcome is Outcome.NOT_PERMITTED for part in self.parts):
            for pair, why in limits_apart(self.needs):
                self._cannot_be_met(list(pair), why)
        if self.parts:
            worst = max((part.outcome for part in self.parts), key=lambda one: one.rank)
            return Verdict(self.plan, worst, tuple(self.parts))
        return self._permit(duties)

    def _permit(self, duties: Duties) -> Verdict:
        sayings = [
            Saying(rule.words, rule.ref, (), rule.ref.party, track)
            for (track, _), rule in self.granted.items()
            if rule.ref.party != PLATFORM
        ]
        given = {one.party for one in self.plan.approvals if one.answer == "approve"}
        waiting = [one.party for one in duties.approvals if one.party not in given]
        if waiting:
            sayings.insert(0, Saying(partial(_waits, waiting)))
        sayings = sayings or [Saying("Everyone who has a say allows it.")]
        refs = {rule.ref for rule in self.granted.values()} | set(self.allowed)
        labels: dict[tuple[Words, int], None] = {}
        for (track, _), rule in self.granted.items():
            labels.update(dict.fromkeys((words, track) for words in rule.labels))
        open_labels = any(not isinstance(words, str) for words, _ in labels)
        return Verdict(
            self.plan,
            Outcome.REFERRED if waiting else Outcome.PERMITTED,
            (),
            Said(tuple(sorted(refs)), tuple(dict.fromkeys(sayings)), self.plan.alike(sayings)),
            duties,
            tuple(labels) if open_labels else (),
        )

    # ------------------------------------------------------------ one track

    def _hear(self, track: int, chairs: dict[str, Chair]) -> None:
        """Asks the platform and every party of a track."""
        platform = chairs[PLATFORM]
        self._note_refusals(platform)
        for rule, _ in platform.answers(self.masks, permits=True):
            self.granted.setdefault((track, rule.ref), rule)
        for rule, group in platform.answers(self.masks, permits=True, second=True):
            self._lack(platform, [Candidate(rule, group)])
        if not self.plan.bound[track]:
            self._not_permitted(_nobody_holds, "", track)
            return
        for party in self.plan.bound[track]:
            self._note_refusals(chairs[party])
        for action, whose in self.plan.needed[track].items():
            if not whose and not self._is_free(action, track):
                self._not_permitted(partial(_nobody_could, plural(action)), "", track)
            for party in whose:
                self._seek_permit(party, action, track, (party,))

    def _is_free(self, action: str, track: int) -> bool:
        """Whether an action needs nobody: a cover, with what comes with it, of a free work."""
        return (
            "cover" in self.plan.actions
            and action not in IMITATIONS
            and self.plan.free_works[track]
        )

    def _note_refusals(self, chair: Chair) -> None:
        """Everything that forbids."""
        party, track = chair.party, chair.track
        for rule, group in chair.answers(self.masks, permits=False):
            ref = rule.ref
            saying = Saying(rule.words, ref, (), ref.party, track)
            self._refuse(Outcome.FORBIDDEN, saying, (ref,), (rule, group))
        for ref, uses in chair.refusals:
            words = partial(_refused_uses, party, uses)
            self._refuse(Outcome.FORBIDDEN, Saying(words, ref, (), party, track), (ref,))
        for rule, group in chair.answers(self.masks, permits=False, second=True):
            why = partial(self._why, rule, group)
            words = partial(_not_readable, party)
            self._refuse(Outcome.IN_ERROR, Saying(words, rule.ref, why, party, track), (rule.ref,))

    def _why(self, rule: CompiledRule, group: Group, asked: Asked, track: int) -> tuple[str, ...]:
        """Why a rule could not be read to its end, on the first day that it could not."""
        for view in self.plan.views(group.policy, asked, track):
            try:
                if (rule.rule.when is None or holds(rule.rule.when, view)) and rule.rule.unless:
                    holds(rule.rule.unless, view)
            except EvaluationError as error:
                return (error.message,)
        return ()

    def _seek_permit(self, party: str, action: str, track: int, path: tuple[str, ...]) -> None:
        """Notes that a party permits an action, or why it does not.

        Delegation follows the chain; what a delegate forbids counts for whoever delegated to it.
        No party is asked twice about one action, so the work is bounded by their number.
        """
        if (track, party, action) in self.sought:
            return
        self.sought.add((track, party, action))
        if party == PLATFORM:  # a catalogue that delegates to it: its permits grant nothing
            self._not_permitted(partial(_not_agreed, party, plural(action)), party, track)
            return
        chair = self.plan.chairs[track][party]
        permits = _about(action, chair.answers(self.masks, permits=True))
        for rule, _ in permits:
            self.granted.setdefault((track, rule.ref), rule)
        if action in chair.allowed:
            self.allowed[chair.allowed[action]] = None
        if permits or action in chair.allowed:
            if action not in chair.allowed:
                self.needs.append(Need(party, tuple(rule for rule, _ in permits)))
            return
        if chair.default == "opt-out":
            return
        if chair.default == "delegated":
            for delegate in chair.delegates:
                if delegate in path or len(path) > MOST_DELEGATIONS:
                    how = "in a circle" if delegate in path else "too often"
                    words = partial(_delegated, party, how, " -> ".join([*path, delegate]))
                    self._refuse(Outcome.IN_ERROR, Saying(words, None, (), party, track))
                    continue
                self._note_refusals(self.plan.chairs[track][delegate])
                self._seek_permit(delegate, action, track, (*path, delegate))
            return
        limited = _about(action, chair.answers(self.masks, permits=True, second=True))
        if limited:
            self.needs.append(Need(party, tuple(rule for rule, _ in limited)))
            self._lack(chair, [Candidate(rule, group) for rule, group in limited])
            return
        candidates = [
            Candidate(rule, group, None if state is State.OPEN else group.policy.window)
            for group, state in chair.groups
            for rule in group.permits
            if rule.speaks_of(action)
        ]
        if candidates:
            self._lack(chair, candidates)
        else:
            self._not_permitted(partial(_not_agreed, party, plural(action)), party, track)

    # ------------------------------------------------------------ what is noted

    def _refuse(
        self,
        outcome: Outcome,
        saying: Saying,
        rules: tuple[RuleRef, ...] = (),
        forbids: tuple[CompiledRule, Group] | None = None,
    ) -> None:
        self.parts.append(Part(outcome, saying, rules, saying.party, saying.track, forbids))

    def _not_permitted(self, words: Words, party: str, track: int) -> None:
        self._refuse(Outcome.NOT_PERMITTED, Saying(words, None, (), party, track))

    def _lack(self, chair: Chair, candidates: list[Candidate]) -> None:
        """Notes that a party's nearest permit does not apply."""
        self.parts.append(
            Part(Outcome.NOT_PERMITTED, None, (), chair.party, chair.track, None, tuple(candidates))
        )

    def _cannot_be_met(self, rules: list[CompiledRule], why: str) -> None:
        names = dict.fromkeys(f"“{rule.ref.rule}” of {rule.ref.party}" for rule in rules)
        words = f"The terms of {listed(names, 'and')} cannot be met together: {why}."
        refs = tuple(dict.fromkeys(rule.ref for rule in rules))
        self._refuse(Outcome.TERMS_CANNOT_BE_MET, Saying(words, refs[0], (why,)), refs)


def _about(
    action: str, rules: list[tuple[CompiledRule, Group]]
) -> list[tuple[CompiledRule, Group]]:
    return [one for one in rules if one[0].speaks_of(action)]


# ---------------------------------------------------------------- sentences


def _said_no(party: str, asked: Asked, track: int) -> str:
    return f"{name(asked, party)} was asked and said no."


def _waits(parties: list[str], asked: Asked, track: int) -> str:
    names = listed((name(asked, one) for one in parties), "and")
    return f"It waits for the approval of {names}."


def _nobody_holds(asked: Asked, track: int) -> str:
    held = title(asked, track)
    return f"Nobody is known to hold rights in “{held}”, so nobody can allow it."


def _nobody_could(uses: str, asked: Asked, track: int) -> str:
    return f"Nobody is known who could allow {uses} of “{title(asked, track)}”."


def _refused_uses(party: str, uses: str, asked: Asked, track: int) -> str:
    return f"{name(asked, party)} has said no to {uses}."


def _not_readable(party: str, asked: Asked, track: int) -> str:
    return f"A rule of {name(asked, party)} could not be read to its end."


def _delegated(party: str, how: str, way: str, asked: Asked, track: int) -> str:
    return f"The consent of {name(asked, party)} is delegated {how}: {way}."


def _not_agreed(party: str, uses: str, asked: Asked, track: int) -> str:
    return f"{name(asked, party)} has not agreed to {uses} of “{title(asked, track)}”."
