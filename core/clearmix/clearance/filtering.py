"""What of the catalogue a listener may change, and how: the same decisions, many at a time.

Each song gets the outcome that asking for it would get; what all requests have in common is read
once. Nothing is recorded, so nothing may be made of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from clearmix.catalogue import Catalogue, Party, Recording, Work
from clearmix.clearance.consents import Consent, Consents
from clearmix.clearance.facts import Asked, Facts
from clearmix.errors import ClearmixError
from clearmix.spec import RemixSpec
from clearmix_rules import Outcome, Request, RightsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from clearmix_rules import PolicySet

Opening = Literal["remix", "short-remix", "edit", "cover", "ask", "closed"]
"""How far a song is open: freely, within narrow limits, to an edit or a cover only, on asking."""

PROBES: tuple[tuple[Opening, RemixSpec], ...] = (
    ("remix", RemixSpec(kind="remix")),
    ("short-remix", RemixSpec.from_json({"strength": 0.25, "structure": {"seconds": 30}})),
    ("edit", RemixSpec.from_json({"kind": "edit", "tempo": {"ratio": 1.05}})),
    ("cover", RemixSpec(kind="cover")),
)
"""Requests that are tried, from the most to the least, until one is permitted."""


@dataclass(frozen=True)
class Openings:
    """How far songs are open to one listener at one moment."""

    asked: Asked
    facts: Facts
    policies: PolicySet

    def of(self, recording: Recording) -> Opening:
        """How far a recording is open to the listener."""
        waits = False
        for opening, probe in PROBES:
            outcome = self._outcome(probe, recording)
            if outcome is Outcome.PERMITTED:
                return opening
            waits = waits or outcome is Outcome.REFERRED
        return "ask" if waits else "closed"

    def allows(self, spec: RemixSpec, recording: Recording) -> bool:
        """Whether that may be made of a recording, or once everybody who has to be asked agrees."""
        return self._outcome(spec, recording) in (Outcome.PERMITTED, Outcome.REFERRED)

    def in_territory(self, territory: str) -> Openings:
        """The same for a listener of another territory."""
        listener = replace(self.asked.listener, territory=territory)
        return replace(self, asked=replace(self.asked, listener=listener))

    def _outcome(self, probe: RemixSpec, recording: Recording) -> Outcome:
        spec = probe.merged({"sources": [recording.id]})
        try:
            facts = self.facts.request(replace(self.asked, spec=spec, recordings=(recording,)))
            return self.policies.decide(Request.from_json(facts)).outcome
        except (ClearmixError, RightsError):
            return Outcome.IN_ERROR


class Held:
    """Parties, works and consents of a moment, read once; they answer as their rooms do."""

    def __init__(self, catalogue: Catalogue, consents: Consents, now: datetime) -> None:
        self._catalogue = catalogue
        self._consents = consents
        self._now = now
        self._works: dict[str, Work | None] = {}

    @cached_property
    def _parties(self) -> Mapping[str, Party]:
        return {party.id: party for party in self._catalogue.parties()}

    @cached_property
    def _answers(self) -> Mapping[str, Sequence[Consent]]:
        answers: dict[str, list[Consent]] = {}
        for one in self._consents.in_force(self._parties, self._now):
            answers.setdefault(one.party, []).append(one)
        return answers

    def parties(self, ids: Collection[str] | None = None) -> tuple[Party, ...]:
        """All parties, or those of these ids that there are."""
        known = self._parties
        return tuple(known.values() if ids is None else [known[id] for id in ids if id in known])

    def work(self, id: str) -> Work | None:
        """The work of that id."""
        if id not in self._works:
            self._works[id] = self._catalogue.work(id)
        return self._works[id]

    def recordings(self) -> tuple[Recording, ...]:
        """All recordings by title."""
        return self._catalogue.recordings()

    def in_force(
        self, parties: Iterable[str], known_at: datetime | None = None
    ) -> tuple[Consent, ...]:
        """The latest answers of these parties."""
        return tuple(one for party in parties for one in self._answers.get(party, ()))
