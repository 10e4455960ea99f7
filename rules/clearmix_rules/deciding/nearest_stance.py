"""What a party answers besides its rules: recorded consents, and its default with delegation."""

from __future__ import annotations

from dataclasses import dataclass

from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request, Track
from clearmix_rules.deciding.seats import default_of
from clearmix_rules.deciding.standing import concerns
from clearmix_rules.deciding.windows import State, Window
from clearmix_rules.zones import zone


@dataclass(frozen=True, slots=True)
class Stance:
    """What cannot be helped about a party's answer, whatever its rules say."""

    refuses: bool
    """Whether a recorded refusal is in force."""
    allowed: frozenset[str]
    """The actions with a recorded allowance."""
    default: str
    delegates: tuple[str, ...]


def stance(
    policies: PolicySet, request: Request, track: Track, actions: tuple[str, ...], party: str
) -> Stance:
    """The stance of a party towards some actions on a track."""
    listener = zone(request.time_zone) if request.time_zone else None
    facts = {**request.facts, **track.facts}
    refuses, allowed = False, set[str]()
    for consent in request.consents:
        if consent.party != party or not concerns(consent, facts, actions):
            continue
        state = Window(consent.opens, consent.closes).state(request.now, listener)
        if consent.answer == "refuse":
            refuses |= state is not State.CLOSED
        elif state is State.OPEN:
            allowed |= set(actions) if consent.kind == "any" else {consent.kind}
    seat = policies.seat(party, request.now, request.time_zone)
    return Stance(refuses, frozenset(allowed), *default_of(seat, request.parties.get(party)))
