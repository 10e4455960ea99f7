"""What the parties of one track make of every request, as terms."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_rules.deciding.compiled import CompiledRule
from clearmix_rules.deciding.hearing import MOST_DELEGATIONS
from clearmix_rules.deciding.parties import IMITATIONS
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.proving.answers import Listening
from clearmix_rules.proving.terms import Term, every, no, some
from clearmix_rules.proving.world import World
from clearmix_rules.schema import ACTIONS, PLATFORM


class Need:
    """One party's permit for one action of one track, with the rules that bound it."""

    __slots__ = ("limited", "rules", "there")

    def __init__(self, there: Term, rules: list[tuple[CompiledRule, Term]]) -> None:
        self.there, self.rules = there, rules
        self.limited = any(rule.limits for rule, _ in rules)


class TrackEncoding:
    """The parts of the outcome that one track makes."""

    def __init__(self, policies: PolicySet, world: World, track: int) -> None:
        self.world = world
        self.track = track
        self.listening = Listening(policies, world, track)
        self.parties = world.cast.parties
        self.recording = {one: self._recording(one) for one in self.parties}
        self.composition = {one: self._composition(one) for one in self.parties}
        self.sought: dict[tuple[str, str], list[Term]] = {}
        """For each party and action the ways in which its permit is looked for."""
        self.circle: Term = False
        self.needed = {
            action: {one: self._needs(action, one) for one in self.parties} for action in ACTIONS
        }
        for action in ACTIONS:
            self._seek(action)
        self.granted = self._granted()

    # ------------------------------------------------------------ who has a say

    def _recording(self, party: str) -> Term:
        in_role = self.world.in_role
        return some(
            (
                self.world.labels(party, self.track),
                in_role("track.artists", party, self.track),
                in_role("track.owners", party, self.track),
            )
        )

    def _composition(self, party: str) -> Term:
        writes = self.world.in_role("work.writers", party, self.track)
        return some((writes, self.world.publishes(party, self.track)))

    def bound(self, party: str) -> Term:
        """Whether a party's forbid binds."""
        imitated = self.world.imitated(party, self.track)
        return some((self.recording[party], self.composition[party], imitated))

    def _needs(self, action: str, party: str) -> Term:
        asked = self.world.action
        uses_recording = some((no(asked("cover")), asked("remix"), asked("mashup")))
        if action in IMITATIONS:
            imitated = self.world.imitates(action, party, self.track)
            needed = some((imitated, every((uses_recording, self.recording[party]))))
        elif action == "cover":
            needed = self.composition[party]
        else:
            recording = every((uses_recording, self.recording[party]))
            needed = some((recording, self.composition[party]))
        return every((asked(action), needed))

    # ------------------------------------------------------------ looking for permits

    def permits(self, party: str, action: str) -> Term:
        """Whether a party permits an action by a rule or by a recorded allowance."""
        rules = self.listening.answer(party).permits
        spoken = (applies for rule, applies in rules if rule.speaks_of(action))
        return some((*spoken, self.listening.allows(party, action)))

    def _seek(self, action: str) -> None:
        """Follows the delegations of an action, one step at a time, from whoever is needed.

        INVARIANT: whoever is reached after more steps than there are delegates is on a circle.
        """
        here = {party: [need] for party, need in self.needed[action].items()}
        for party, ways in here.items():
            self.sought[party, action] = list(ways)
        for _ in range(min(self._delegates(), MOST_DELEGATIONS)):
            here = self._step(here, action)
            for party, ways in here.items():
                self.sought.setdefault((party, action), []).extend(ways)
        circle = (way for ways in self._step(here, action).values() for way in ways)
        self.circle = some((self.circle, *circle))

    def _delegates(self) -> int:
        """How many parties anybody may delegate to."""
        answers = (self.listening.answer(one) for one in self.parties)
        return len({delegate for answer in answers for delegate, _ in answer.delegates})

    def _step(self, here: dict[str, list[Term]], action: str) -> dict[str, list[Term]]:
        """The ways to whoever is asked next by those who are asked now and do not permit it."""
        self.world.check()
        following: dict[str, list[Term]] = {}
        for party, ways in here.items():
            delegates = self.listening.answer(party).delegates
            if not delegates:
                continue
            silent = no(self.permits(party, action))
            asked = some(ways)
            for delegate, delegated in delegates:
                step = every((asked, silent, delegated))
                if step is not False:
                    following.setdefault(delegate, []).append(step)
        return following

    def _granted(self) -> list[tuple[CompiledRule, Term]]:
        """The permits that applied and were looked for; the platform's whenever they applied."""
        found = list(self.listening.answer(PLATFORM).permits)
        for party in self.parties:
            for rule, applies in self.listening.answer(party).permits if party != PLATFORM else ():
                asked = (
                    way
                    for action in ACTIONS
                    if rule.speaks_of(action)
                    for way in self.sought.get((party, action), ())
                )
                found.append((rule, every((applies, some(asked)))))
        return found

    # ------------------------------------------------------------ the parts of the outcome

    def _heard(self) -> Iterable[tuple[str, Term]]:
        """Everyone whose refusal counts: the platform, the bound, whoever is delegated to."""
        yield PLATFORM, True
        for party in self.parties:
            delegated = (self.sought.get((party, action), [False])[1:] for action in ACTIONS)
            yield party, some((self.bound(party), *(way for ways in delegated for way in ways)))

    @property
    def forbidden(self) -> Term:
        """Whether anybody who is heard forbids."""
        answer = self.listening.answer
        return some(every((heard, answer(party).forbidding)) for party, heard in self._heard())

    @property
    def in_error(self) -> Term:
        """Whether a forbid could not be read to its end, or a delegation leads back to itself."""
        answer = self.listening.answer
        broken = (every((heard, answer(party).in_error)) for party, heard in self._heard())
        return some((*broken, self.circle))

    @property
    def lacking(self) -> Term:
        """Whether a permit that is needed is not given."""
        limited = (applies for _, applies in self.listening.answer(PLATFORM).limited)
        nobody = no(some(self.bound(one) for one in self.parties))
        return some((*limited, nobody, *map(self._nobody_for, ACTIONS), *self._refusing()))

    def _nobody_for(self, action: str) -> Term:
        """Whether nobody is known who could permit an action that is not free."""
        free: Term = False
        if action not in IMITATIONS:
            public = self.world.holds("true", "work.public-domain", self.track)
            free = every((self.world.action("cover"), public))
        nobody = no(some(self.needed[action].values()))
        return every((self.world.action(action), nobody, no(free)))

    def _refusing(self) -> Iterable[Term]:
        for (party, action), ways in self.sought.items():
            yield every((some(ways), self.refuses(party, action)))

    def refuses(self, party: str, action: str) -> Term:
        """Whether a party, once asked, neither permits an action nor leaves it to another."""
        answer = self.listening.answer(party)
        left = some((self.permits(party, action), answer.opted_out, answer.delegated))
        return no(left)

    def needs(self) -> Iterable[Need]:
        """Each permit that was looked for and that rules bound."""
        for (party, action), ways in self.sought.items():
            answer = self.listening.answer(party)
            rules = [one for one in answer.permits if one[0].speaks_of(action)]
            refuses = self.refuses(party, action)
            rules += [
                (rule, every((applies, refuses)))
                for rule, applies in answer.limited
                if rule.speaks_of(action)
            ]
            if rules:
                bounded = no(self.listening.allows(party, action))
                yield Need(every((some(ways), bounded)), rules)
