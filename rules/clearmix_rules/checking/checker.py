"""Checks a parsed policy against the schema and makes the tree that decisions run on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from clearmix_rules import tree
from clearmix_rules.checking.advice import advise
from clearmix_rules.checking.conditions import TestChecker
from clearmix_rules.checking.definitions import expand, resolve
from clearmix_rules.checking.duties import check_duty, check_text
from clearmix_rules.checking.findings import Findings
from clearmix_rules.checking.guards import check_guards
from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.errors import did_you_mean
from clearmix_rules.ids import as_written, no_code, no_id
from clearmix_rules.reading.parser import parse
from clearmix_rules.schema import PARTY_KINDS, PLATFORM
from clearmix_rules.source import PolicySource
from clearmix_rules.tree import Effect, Quantifier, Relation
from clearmix_rules.zones import unknown, zone

LONGEST_NAME = 80
"""Of a rule; people read it in reasons and in lists."""


def check_policy(
    source: PolicySource, files: SharedFiles | None = None
) -> tuple[tree.Policy | None, Findings]:
    """The checked policy with everything found; the policy is None if there is any error.

    Rules that are right are checked even if others are not, so that one run shows all mistakes.
    A file of definitions is no policy: it is checked, and the policy is None. A policy may use
    `files` besides those beside it.
    """
    parsed = parse(source)
    findings = Findings(source)
    findings.diagnostics += parsed.diagnostics
    policy = parsed.policy
    files = files or SharedFiles()
    if parsed.shared is not None:
        resolve(files.definitions(parsed.shared, source, findings)[0], findings)
    if policy is None:
        _sort(findings)
        return None, findings
    _check_header(policy, findings, parsed.broken)
    definitions, complete = files.definitions(policy, source, findings)
    tests = TestChecker(
        findings,
        resolve(definitions, findings),
        complete=complete and parsed.broken.isdisjoint({"use", "define"}),
    )
    rules = []
    seen: set[str] = set()
    for rule in policy.rules:
        checked = _check_rule(rule, tests, findings, policy)
        if len(rule.name) > LONGEST_NAME:
            findings.error(
                rule.name_span,
                "name",
                f"the name of the rule has {len(rule.name):,} letters: `{rule.name[:20]}...`",
                f"use at most {LONGEST_NAME}; what it is about stands in its reason",
            )
        if rule.name in seen:
            findings.error(
                rule.name_span,
                "twice",
                f"a second rule is called `{rule.name}`",
                "give each rule of a policy a name of its own, or leave one of the two out",
            )
        elif checked is not None:
            rules.append(checked)
        seen.add(rule.name)
    if not policy.rules and not findings.errors and (policy.consent is None):
        findings.warning(
            policy.span, "no-rules", "the policy says nothing", "add a rule or a `consent:` line"
        )
    advise(policy, rules, findings)
    _sort(findings)
    if findings.errors:
        return None, findings
    return replace(policy, rules=tuple(rules), definitions=definitions, uses=()), findings


def _sort(findings: Findings) -> None:
    findings.diagnostics.sort(key=lambda one: (one.line, one.column, one.code))


# ---------------------------------------------------------------- header


def _check_header(policy: tree.Policy, findings: Findings, broken: frozenset[str]) -> None:
    author = policy.author
    if author.kind == PLATFORM:
        if author.party:
            findings.error(
                author.span, "author", "the platform has no name of its own", "write `by platform`"
            )
        if policy.consent is not None:
            findings.error(
                policy.consent.span,
                "consent",
                "the platform has no consent to give",
                "leave the `consent:` line out; the platform forbids and adds duties",
            )
    elif author.kind not in PARTY_KINDS:
        kinds = [*PARTY_KINDS, PLATFORM]
        written = (author.kind, author.party)
        id = (
            author.party if author.kind.islower() and author.party else "-".join(written).strip("-")
        )
        findings.error(
            author.span,
            "unknown-kind-of-party",
            f"unknown kind of party `{author.kind}`",
            did_you_mean(
                author.kind,
                kinds,
                f"say what it is, as in `by label {id.lower()}`: {', '.join(kinds)}",
            ),
        )
    elif not author.party:
        findings.error(
            author.span,
            "author",
            f"the `by` line does not say which {author.kind}",
            f"add its id: `by {author.kind} its-id`",
        )
    elif no_id(author.party):
        findings.error(
            author.span,
            "author",
            "a party is named by its id, which is one word",
            f"write `by {author.kind} {as_written(author.party)}`",
        )
    elif author.party == PLATFORM:
        findings.error(
            author.span,
            "author",
            f"`{PLATFORM}` is the platform's own name",
            f"write `by {PLATFORM}`",
        )
    consent = policy.consent
    if consent is not None:
        if consent.answer not in ("opt-in", "opt-out", "delegated"):
            findings.unknown(
                consent.span, "consent", consent.answer, ["opt-in", "opt-out", "delegated to ..."]
            )
        elif consent.to == author.party:
            findings.error(
                consent.span,
                "delegation-cycle",
                f"`{author.party}` delegates to itself",
                "name another party",
            )
        elif consent.to == PLATFORM:
            findings.error(
                consent.span,
                "consent",
                "the platform cannot give consent for a party",
                "delegate to a label, a publisher or another party",
            )
    elif (
        "consent" not in broken
        and author.kind in PARTY_KINDS
        and any(r.effect is Effect.PERMIT for r in policy.rules)
    ):
        findings.warning(
            policy.span,
            "no-consent",
            "the policy has permits but no `consent:` line",
            "add `consent: opt-in` if what no rule permits is refused",
        )
    _check_window(policy.in_force, findings)


def _check_window(window: tree.InForce | None, findings: Findings) -> None:
    if window is None:
        return
    if window.zone is not None and zone(window.zone) is None:
        message = f"unknown time zone `{window.zone}`"
        findings.error(window.zone_span, "unknown-time-zone", message, unknown(window.zone))
    if window.opens is not None and window.closes is not None:
        first, last = _moment(window.opens, False), _moment(window.closes, True)
        if first > last:
            findings.error(
                window.closes.span,
                "empty-window",
                "the policy ends before it begins",
                "write the earlier date first",
            )


def _moment(point: tree.Day | tree.Moment, end: bool) -> datetime:
    if isinstance(point, tree.Moment):
        return point.at.replace(tzinfo=None)
    return datetime(point.day.year, point.day.month, point.day.day, 23 if end else 0)


# ---------------------------------------------------------------- rules


def _check_rule(
    rule: tree.Rule, tests: TestChecker, findings: Findings, policy: tree.Policy
) -> tree.Rule | None:
    """The rule with every test checked; None if it has a mistake."""
    before = findings.errors
    actions = [tests.action(word) for word in rule.actions]
    scope = rule.scope and _check_scope(rule.scope, tests, findings)
    # INVARIANT: a bare role falls on the side of refusing: a forbid fires and a permit does not.
    holds, fails = (
        (Quantifier.ANY, Quantifier.EVERY)
        if rule.effect is Effect.FORBID
        else (Quantifier.EVERY, Quantifier.ANY)
    )
    when = rule.when and check_condition(rule.when, tests, holds, fails)
    unless = rule.unless and check_condition(rule.unless, tests, fails, holds)
    duties = tuple(check_duty(duty, tests, findings) for duty in rule.duties)
    if not rule.reason.strip():
        findings.error(
            rule.name_span,
            "no-reason",
            f"the rule `{rule.name}` has no reason",
            'end it with `reason "..."`, a sentence for the listener',
        )
    else:
        check_text(rule.reason, rule.name_span, findings)
    if rule.duties and rule.effect is Effect.FORBID:
        findings.error(
            rule.duties[0].span,
            "duties",
            "a forbid asks for nothing in return",
            "move `provided` to a permit",
        )
    if findings.errors > before:
        return None
    check_guards(when, unless, findings)
    return replace(
        rule,
        scope=scope,
        when=when,
        unless=unless,
        actions=tuple(word for word, name in zip(rule.actions, actions, strict=True) if name),
        duties=tuple(duty for duty in duties if duty is not None),
    )


def _check_scope(scope: tree.Scope, tests: TestChecker, findings: Findings) -> tree.Scope:
    """The scope with every defined name replaced by what it stands for."""
    names: list[tree.Word | tree.Text] = []
    coded = scope.relation in (Relation.TRACK, Relation.WORK)
    for value in expand(scope.names, tests.defined, findings):
        if isinstance(value, tree.Word | tree.Text):
            names.append(value)
            if help := (no_code if coded else no_id)(value.text):
                message = f"`{value.text}` is a name and no id: nothing is called so"
                if coded:
                    message = f"no {scope.relation.value} is called `{value.text}`"
                findings.warning(value.span, "name-as-id", message, help)
        else:
            findings.error(
                scope.span,
                "scope",
                f"`{scope.relation.value}` is followed by ids, and one of these is none",
                "name parties, recordings or works, or a definition of them",
            )
    return replace(scope, names=tuple(names))


def check_condition(
    condition: tree.Condition, tests: TestChecker, holds: Quantifier, fails: Quantifier
) -> tree.Condition | None:
    """The condition with its tests checked; None if any has a mistake."""
    if isinstance(condition, tree.Test):
        return tests.check(condition, holds)
    if isinstance(condition, tree.Not):
        inner = condition.part
        if isinstance(inner, tree.Test) and inner.span == condition.span:
            part: tree.Condition | None = tests.check(inner, fails, is_not=True)
        else:
            part = check_condition(inner, tests, fails, holds)
        return None if part is None else tree.Not(part, condition.span)
    if isinstance(condition, tree.All | tree.Either):
        parts = [check_condition(part, tests, holds, fails) for part in condition.parts]
        whole = tuple(part for part in parts if part is not None)
        return type(condition)(whole, condition.span) if len(whole) == len(parts) else None
    return condition
