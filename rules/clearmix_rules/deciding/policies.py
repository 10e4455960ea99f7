"""A set of policies, by party: loading them, and which of them hold at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from clearmix_rules import tree
from clearmix_rules.canonical import merkle_root
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.deciding.compiled import CompiledPolicy
from clearmix_rules.deciding.decide import decide
from clearmix_rules.deciding.decision import Decision
from clearmix_rules.deciding.delegation import delegation_cycles, error_in
from clearmix_rules.deciding.plans import Plan
from clearmix_rules.deciding.record import SEMANTICS, schema_hash
from clearmix_rules.deciding.request import Request
from clearmix_rules.deciding.sayings import Asked
from clearmix_rules.deciding.seats import (
    NO_SEAT,
    NO_SHELF,
    Kept,
    Seat,
    Shelf,
    latest,
    seat,
    singled_out,
    span,
)
from clearmix_rules.deciding.standing import Standing
from clearmix_rules.deciding.windows import State
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import PolicyErrors
from clearmix_rules.source import PolicySource
from clearmix_rules.zones import tzdata_version, zone


class PolicySet:
    """Policies that have been checked together. It never changes."""

    def __init__(self, policies: Iterable[CompiledPolicy]) -> None:
        self.policies = tuple(
            sorted(policies, key=lambda one: (one.party, one.policy.title, one.policy.version))
        )
        by_party: dict[str, list[CompiledPolicy]] = {}
        for one in self.policies:
            by_party.setdefault(one.party, []).append(one)
        self._by_party: Mapping[str, tuple[CompiledPolicy, ...]] = {
            party: tuple(theirs) for party, theirs in by_party.items()
        }
        self._windows = frozenset(one.window for one in self.policies)
        self._singled_out = frozenset(
            name
            for one in self.policies
            for rule in one.policy.rules
            for name in singled_out(rule.scope)
        )
        self._shelves: dict[str, Shelf] = {}
        self._seats: Kept[tuple[str, str | None], Seat] = Kept(_MOST_KEPT)
        self._plans: Kept[object, Plan] = Kept(_MOST_KEPT)
        self._roots: Kept[str | None, Root] = Kept(_MOST_ROOTS)

    @classmethod
    def load(cls, sources: Iterable[PolicySource]) -> PolicySet:
        """The policies in these texts. A text that is there twice counts once.

        Raises:
            PolicyErrors: any policy has a mistake, or several do not go together.
        """
        found: list[Diagnostic] = []
        policies: list[tree.Policy] = []
        origins: dict[tuple[str, str, int], PolicySource] = {}
        texts: dict[int, PolicySource] = {}
        sources = sorted(sources, key=lambda one: (one.name, one.text))
        files = SharedFiles(sources)
        for source in sources:
            policy, findings = check_policy(source, files)
            found += findings.diagnostics
            if policy is None:
                continue
            key = (policy.author.party, policy.title, policy.version)
            other = origins.get(key)
            if other is None:
                origins[key] = source
                texts[id(policy)] = source
                policies.append(policy)
            elif other.text != source.text:
                found.append(
                    error_in(
                        policy,
                        source,
                        policy.span,
                        "version",
                        f'there are two policies "{policy.title}" version {policy.version} with '
                        f"different texts; the other is in {other.name}",
                        "give the newer one the next version; a version is never edited",
                    )
                )
        found += delegation_cycles(policies, texts)
        if any(one.severity is Severity.ERROR for one in found):
            raise PolicyErrors(found)
        return cls(CompiledPolicy(policy) for policy in policies)

    def decide(self, request: Request, *, valid_at: datetime | None = None) -> Decision:
        """The answer to a request, at its own `now` or as it would be at `valid_at`.

        Policies, consents and conditions on the date are read as of that moment.
        """
        return decide(self, request, valid_at)

    def of(self, party: str) -> tuple[CompiledPolicy, ...]:
        """Every policy of a party, in force or not."""
        return self._by_party.get(party, ())

    def in_force(
        self, party: str, now: datetime, listener: tzinfo | None
    ) -> list[tuple[CompiledPolicy, State]]:
        """The policies of a party that hold, or may hold, at a moment.

        Of several versions of one policy only the latest that surely holds counts, and later ones
        in doubt.
        """
        states = [(one, one.window.state(now, listener)) for one in self.of(party)]
        return [*latest(states).items()]

    def shelf(self, party: str) -> Shelf:
        """The policies of a party, by the tracks that their rules are about."""
        if party not in self._by_party:
            return NO_SHELF
        known = self._shelves.get(party)
        if known is None:
            known = self._shelves[party] = Shelf(self.of(party))
        return known

    def seat(self, party: str, now: datetime, time_zone: str | None) -> Seat:
        """What the policies of a party say at a moment to a listener in a zone."""
        if party not in self._by_party:
            return NO_SEAT
        known = self._seats.get((party, time_zone), now)
        if known is None:
            known = seat(self.shelf(party), now, _listener(time_zone))
            self._seats.keep((party, time_zone), known)
        return known

    def plan(self, request: Request, stands: Standing, now: datetime) -> Plan:
        """How requests of one standing are decided at a moment."""
        key: object = stands.key
        if not self._singled_out.isdisjoint(stands.ids):
            key = (key, *(self._singled_out & case.ids for case in stands.cases))
        known = self._plans.get(key, now)
        if known is None:
            known = Plan(self, request, stands, now)
            if not stands.large:
                self._plans.keep(key, known)
        return known

    def root(self, now: datetime, listener: tzinfo | None) -> str:
        """The Merkle root over every policy version in force at a moment."""
        open_windows = {
            window for window in self._windows if window.state(now, listener) is not State.CLOSED
        }
        return merkle_root(one.leaf for one in self.policies if one.window in open_windows)

    def inputs(self, asked: Asked) -> dict[str, Any]:
        """What a decision is made of, for its record."""
        now, time_zone = asked.now, asked.request.time_zone
        root = self._roots.get(time_zone, now)
        if root is None:
            listener = _listener(time_zone)
            root = Root(*span(self._windows, now, listener), self.root(now, listener))
            self._roots.keep(time_zone, root)
        request = asked.request.as_json() | {"now": now.isoformat().replace("+00:00", "Z")}
        return {
            "semantics": SEMANTICS,
            "schema": schema_hash(),
            "policies": root.hash,
            "tzdata": tzdata_version(),
            "request": request,
        }


@dataclass(frozen=True, slots=True)
class Root:
    """The Merkle root of the policies in force between two moments."""

    since: datetime
    until: datetime
    hash: str


_MOST_KEPT = 16_384
"""Of how many standings, and of how many parties, something is kept."""
_MOST_ROOTS = 256


def _listener(time_zone: str | None) -> tzinfo | None:
    return zone(time_zone) if time_zone else None


def check(source: PolicySource, files: SharedFiles | None = None) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with one policy, in the order of its lines.

    It may use `files` besides those beside it.
    """
    return tuple(check_policy(source, files)[1].diagnostics)
