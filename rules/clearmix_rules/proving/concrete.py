"""One request as the values of a world's variables, and its outcome by z3's reckoning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import z3

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.parties import IMITATIONS
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Consent, Request
from clearmix_rules.deciding.windows import State, Window
from clearmix_rules.proving.cast import cast_of
from clearmix_rules.proving.encoding import Encoding
from clearmix_rules.proving.moments import Moment
from clearmix_rules.proving.patterns import matches
from clearmix_rules.proving.terms import solid
from clearmix_rules.proving.world import Fact, World
from clearmix_rules.zones import zone


def outcome(policies: PolicySet, request: Request) -> Outcome:
    """What the policies decide about a request, worked out from their encoding for z3."""
    world = World(cast_of(policies, request))
    encoding = Encoding(policies, world)
    reasons = {one: solid(term) for one, term in encoding.parts.items()}
    values = Values(request)
    pinned = [(variable, values.of(fact)) for fact, variable in world.variables.items()]
    given = [
        one
        for one, reason in reasons.items()
        if z3.is_true(z3.simplify(z3.substitute(reason, *pinned)))
    ]
    return max(given, key=lambda one: one.rank, default=Outcome.PERMITTED)


class Values:
    """The value that a request gives to each variable of a world."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.listener: tzinfo | None = zone(request.time_zone) if request.time_zone else None
        self._read: Mapping[str, Callable[..., bool | int]] = {
            "day": lambda key: self._moment(key).day,
            "time": lambda key: self._moment(key).time,
            "offset": lambda: self._ahead(self.listener),
            "ahead": lambda where: self._ahead(zone(where)),
            "zone is known": lambda: self.listener is not None,
            "is": self._is,
            "true": lambda key, track=None: self._fact(key, track) is True,
            "number": self._number,
            "given": lambda key: key in request.facts,
            "has": lambda key, name, track=None: name in self._fact(key, track),
            "only": self._only,
            "like": lambda key, pattern, track=None: matches(pattern, self._fact(key, track)),
            "in": lambda key, party, track=None: party in (self._fact(key, track) or ()),
            "above label": self._above_label,
            "above publisher": self._above_publisher,
            "known": lambda party: party in request.parties,
            "party is": lambda key, party: self._of_party(party, key) is True,
            "party has": lambda key, name, party: name in (self._of_party(party, key) or ()),
            "default": self._default,
            "delegates": lambda party, to: self._delegate(party) == to,
            "refuses": self._refuses,
            "allows": self._allows,
            "approves": lambda party: self._answered(party, "approve"),
            "declines": lambda party: self._answered(party, "refuse"),
        }

    def of(self, fact: Fact) -> z3.ExprRef:
        """The value of a variable."""
        value = self._read[str(fact[0])](*fact[1:])
        return z3.BoolVal(value) if isinstance(value, bool) else z3.IntVal(value)

    # ------------------------------------------------------------ facts

    def _fact(self, key: str, track: int | None) -> Any:
        facts = self.request.facts if track is None else self.request.tracks[track].facts
        return facts.get(key)

    def _is(self, key: str, value: str, track: int | None = None) -> bool:
        return bool(self._fact(key, track) == value)

    def _number(self, key: str, track: int | None = None) -> int:
        value = self._fact(key, track)
        return value.toordinal() if isinstance(value, date) else int(value)

    def _moment(self, key: str) -> Moment:
        """A moment; that of the request where another is not given."""
        return Moment.of(self.request.facts.get(key, self.request.now))  # type: ignore[arg-type]

    def _ahead(self, where: tzinfo | None) -> int:
        offset = self.request.now.astimezone(where or UTC).utcoffset() or timedelta()
        return offset // timedelta(microseconds=1)

    def _only(self, key: str, names: str, track: int | None = None) -> bool:
        return set(self._fact(key, track)) <= set(names.split("\n"))

    # ------------------------------------------------------------ parties

    def _chain(self, party: str) -> list[str]:
        """A party and everyone above it."""
        chain: list[str] = []
        at: str | None = party
        while at and at not in chain:
            chain.append(at)
            known = self.request.parties.get(at)
            at = known.parent if known else None
        return chain

    def _above_label(self, party: str, track: int) -> bool:
        return party in self._chain(self._fact("track.label", track))

    def _above_publisher(self, party: str, track: int) -> bool:
        publishers = self._fact("work.publishers", track)
        return any(party in self._chain(one) for one in publishers)

    def _of_party(self, party: str, key: str) -> Any:
        known = self.request.parties.get(party)
        return known.facts.get(key) if known else None

    def _default(self, party: str, answer: str) -> bool:
        known = self.request.parties.get(party)
        return known is not None and known.default_consent == answer

    def _delegate(self, party: str) -> str | None:
        known = self.request.parties.get(party)
        return known.delegate if known else None

    # ------------------------------------------------------------ what was recorded

    def _answered(self, party: str, answer: str) -> bool:
        return any(one.party == party and one.answer == answer for one in self.request.approvals)

    def _refuses(self, party: str, track: int) -> bool:
        return any(
            one.answer == "refuse"
            and self._concerns(one, party, track)
            and self._state(one) is not State.CLOSED
            and not self._spares(one)
            for one in self.request.consents
        )

    def _allows(self, party: str, action: str, track: int) -> bool:
        return any(
            one.answer == "allow"
            and one.kind in (action, "any")
            and self._concerns(one, party, track)
            and self._state(one) is State.OPEN
            for one in self.request.consents
        )

    def _state(self, consent: Consent) -> State:
        return Window(consent.opens, consent.closes).state(self.request.now, self.listener)

    def _concerns(self, consent: Consent, party: str, track: int) -> bool:
        facts = self.request.tracks[track].facts
        of_track = {facts["track.id"], facts["track.isrc"]}
        of_work = {facts["work.id"], facts["work.iswc"]}
        return (
            consent.party == party
            and (consent.kind == "any" or consent.kind in self._actions())
            and (consent.recording is None or consent.recording in of_track)
            and (consent.work is None or consent.work in of_work)
            and consent.territory in (None, self.request.facts["request.territory"])
        )

    def _actions(self) -> set[str]:
        facts = self.request.facts
        implied = {one for one, key in IMITATIONS.items() if key in facts}
        if facts["sound.voice"] == "imitated":
            implied.add("voice-imitation")
        return implied | self.request.actions

    def _spares(self, consent: Consent) -> bool:
        made = self.request.facts.get("request.rendered-at")
        return (
            consent.existing == "keep"
            and isinstance(made, datetime)
            and consent.recorded_at is not None
            and made < consent.recorded_at
        )
