"""What a party answers besides its rules: recorded consents, and its default with delegation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Consent, Request, Track
from clearmix_rules.deciding.windows import State, Window
from clearmix_rules.tree import Effect, Policy
from clearmix_rules.zones import zone

_STRICTEST = ("opt-in", "delegated", "opt-out")


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
    refuses, allowed = False, set[str]()
    for consent in request.consents:
        if consent.party != party or not _concerns(consent, request, track, actions):
            continue
        state = Window(consent.opens, consent.closes).state(request.now, listener)
        if consent.answer == "refuse":
            refuses |= state is not State.CLOSED
        elif state is State.OPEN:
            allowed |= set(actions) if consent.kind == "any" else {consent.kind}
    return Stance(refuses, frozenset(allowed), *_default(policies, request, party))


def _concerns(consent: Consent, request: Request, track: Track, actions: tuple[str, ...]) -> bool:
    facts = track.facts
    made = request.facts.get("request.rendered-at")
    spared = (
        consent.answer == "refuse"
        and consent.existing == "keep"
        and isinstance(made, datetime)
        and consent.recorded_at is not None
        and made < consent.recorded_at
    )
    return (
        not spared
        and consent.kind in ("any", *actions)
        and consent.recording in (None, facts["track.id"], facts["track.isrc"])
        and consent.work in (None, facts["work.id"], facts["work.iswc"])
        and consent.territory in (None, request.facts["request.territory"])
    )


def _default(policies: PolicySet, request: Request, party: str) -> tuple[str, tuple[str, ...]]:
    """The strictest default of the policies in force, else the catalogue's, else `opt-in`.

    INVARIANT: a licence that has ended or is in doubt frees nothing.
    """
    listener = zone(request.time_zone) if request.time_zone else None
    said: list[str] = []
    delegates: set[str] = set()
    for compiled, state in policies.in_force(party, request.now, listener):
        consent = compiled.policy.consent
        if consent is None:
            continue
        if state is State.OPEN:
            said.append(consent.answer)
            delegates |= {consent.to} if consent.to else set()
        elif consent.answer != "opt-out":
            said.append("opt-in")
    if said:
        return min(said, key=_STRICTEST.index), tuple(sorted(delegates))
    known = request.parties.get(party)
    ended = any(
        Window.of(one.policy.in_force).ended(request.now, listener)
        for one in policies.of(party)
        if _loosens(one.policy)
    )
    if known is None or ended:
        return "opt-in", ()
    return known.default_consent, (known.delegate,) if known.delegate else ()


def _loosens(policy: Policy) -> bool:
    """Whether a policy licensed something, or asked to be asked."""
    consent = policy.consent
    return any(rule.effect is Effect.PERMIT for rule in policy.rules) or (
        consent is not None and consent.answer != "opt-out"
    )
