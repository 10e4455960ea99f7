"""A set of policies, by party: loading them, and which of them hold at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from clearmix_rules import tree
from clearmix_rules.canonical import merkle_root
from clearmix_rules.checking.checker import check_policy
from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.deciding.compiled import CompiledPolicy, compile_policy
from clearmix_rules.deciding.decide import decide
from clearmix_rules.deciding.decision import Decision
from clearmix_rules.deciding.request import Request
from clearmix_rules.deciding.windows import State
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import PolicyErrors
from clearmix_rules.source import PolicySource


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
        self._roots: dict[tuple[int, ...], str] = {}

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
                    _error(
                        policy,
                        source,
                        policy.span,
                        "version",
                        f'there are two policies "{policy.title}" version {policy.version} with '
                        f"different texts; the other is in {other.name}",
                        "give the newer one the next version; a version is never edited",
                    )
                )
        found += _delegation_cycles(policies, texts)
        if any(one.severity is Severity.ERROR for one in found):
            raise PolicyErrors(found)
        return cls(compile_policy(policy) for policy in policies)

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
        holding: list[tuple[CompiledPolicy, State]] = [
            (one, state)
            for one in self.of(party)
            if (state := one.window.state(now, listener)) is not State.CLOSED
        ]
        if len(holding) < 2:
            return holding
        latest: dict[str, int] = {}
        for one, state in holding:
            if state is State.OPEN:
                title = one.policy.title
                latest[title] = max(latest.get(title, 0), one.policy.version)
        return [
            (one, state)
            for one, state in holding
            if one.policy.version >= latest.get(one.policy.title, 0)
        ]

    def root(self, now: datetime, listener: tzinfo | None) -> str:
        """The Merkle root over every policy version in force at a moment."""
        holding = tuple(
            index
            for index, one in enumerate(self.policies)
            if one.window.state(now, listener) is not State.CLOSED
        )
        if holding not in self._roots:
            self._roots[holding] = merkle_root(self.policies[index].leaf for index in holding)
        return self._roots[holding]


def check(source: PolicySource, files: SharedFiles | None = None) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with one policy, in the order of its lines.

    It may use `files` besides those beside it.
    """
    return tuple(check_policy(source, files)[1].diagnostics)


def _delegation_cycles(
    policies: list[tree.Policy], texts: Mapping[int, PolicySource]
) -> list[Diagnostic]:
    """One error for each circle of parties that delegate their consent to one another."""
    said = [
        (one.author.party, one.consent.to, one)
        for one in policies
        if one.consent is not None and one.consent.to is not None
    ]
    edges: dict[str, list[str]] = {}
    for party, to, _ in said:
        edges.setdefault(party, []).append(to or "")
    found: list[Diagnostic] = []
    told: set[frozenset[str]] = set()
    for party, to, policy in said:
        path = _path(edges, to or "", party)
        if path is None or frozenset(path) in told:
            continue
        told.add(frozenset(path))
        circle = " -> ".join([party, *path])
        span = policy.consent.span if policy.consent else policy.span
        found.append(
            _error(
                policy,
                texts[id(policy)],
                span,
                "delegation-cycle",
                f"consent is delegated in a circle: {circle}",
                "let one of them answer `opt-in` or `opt-out`",
            )
        )
    return found


def _path(edges: Mapping[str, list[str]], start: str, end: str) -> list[str] | None:
    """The parties from one to another along delegations, or None."""
    came: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        party = waiting.pop()
        if party == end:
            path: list[str] = []
            step: str | None = party
            while step is not None:
                path.append(step)
                step = came[step]
            return path[::-1]
        for following in edges.get(party, ()):
            if following not in came:
                came[following] = party
                waiting.append(following)
    return None


def _error(
    policy: tree.Policy, source: PolicySource, span: tree.Span, code: str, message: str, help: str
) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR,
        code,
        message,
        help,
        policy.file,
        span.line,
        span.column,
        span.width,
        source.line(span.line),
    )
