"""The outcome of every request at once: the counterpart of deciding's `decide`, as one term."""

from __future__ import annotations

from functools import cached_property

from clearmix_rules.deciding.compiled import CompiledRule
from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.proving.terms import Term, every, no, some
from clearmix_rules.proving.terms_of_duties import clash, contradict, open_approval
from clearmix_rules.proving.track import TrackEncoding
from clearmix_rules.proving.world import World


class Encoding:
    """What a set of policies decides about the requests of a world."""

    def __init__(self, policies: PolicySet, world: World) -> None:
        self.policies = policies
        self.world = world
        self.tracks = [TrackEncoding(policies, world, one) for one in range(world.cast.tracks)]

    @cached_property
    def granted(self) -> list[tuple[CompiledRule, Term]]:
        """Every permit with whether its duties are owed."""
        found: dict[int, tuple[CompiledRule, list[Term]]] = {}
        for track in self.tracks:
            for rule, applies in track.granted:
                found.setdefault(id(rule), (rule, []))[1].append(applies)
        return [(rule, some(applies)) for rule, applies in found.values()]

    @cached_property
    def parts(self) -> dict[Outcome, Term]:
        """Whether there is a reason for each outcome; the worst one counts."""
        lacking = some(one.lacking for one in self.tracks)
        declined = (self.world.holds("declines", one) for one in self.world.cast.parties)
        return {
            Outcome.REFERRED: open_approval(self.granted, self.world),
            Outcome.NOT_PERMITTED: lacking,
            Outcome.TERMS_CANNOT_BE_MET: some(
                (contradict(self.granted), every((lacking, self._apart())))
            ),
            Outcome.IN_ERROR: some(one.in_error for one in self.tracks),
            Outcome.FORBIDDEN: some((*(one.forbidden for one in self.tracks), *declined)),
        }

    def at_least(self, outcome: Outcome) -> Term:
        """Whether the outcome is this one or a worse one."""
        return some(term for one, term in self.parts.items() if one.rank >= outcome.rank)

    def worse_than(self, outcome: Outcome) -> Term:
        """Whether the outcome is worse than this one."""
        return some(term for one, term in self.parts.items() if one.rank > outcome.rank)

    def comes_out(self, outcome: Outcome) -> Term:
        """Whether the outcome is this one."""
        reason = outcome is Outcome.PERMITTED or self.parts[outcome]
        return every((reason, no(self.worse_than(outcome))))

    @cached_property
    def refused(self) -> Term:
        """Whether the outcome is a refusal of whatever kind."""
        return self.at_least(Outcome.NOT_PERMITTED)

    def _apart(self) -> Term:
        """Whether the limits of two needs leave no value that suits both."""
        needs = [need for track in self.tracks for need in track.needs()]
        found: list[Term] = []
        for index, one in enumerate(needs):
            self.world.check()
            if not one.limited:
                continue
            for place, other in enumerate(needs):
                if place > index or not other.limited:
                    found.append(every((one.there, other.there, clash(one.rules, other.rules))))
        return some(found)
