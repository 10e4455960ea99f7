"""Circles of parties that delegate their consent to one another, found when policies load."""

from __future__ import annotations

from collections.abc import Mapping

from clearmix_rules import tree
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.source import PolicySource


def delegation_cycles(
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
            error_in(
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


def error_in(
    policy: tree.Policy, source: PolicySource, span: tree.Span, code: str, message: str, help: str
) -> Diagnostic:
    """An error at a place of a policy that has been read."""
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
