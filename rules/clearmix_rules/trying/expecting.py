"""Whether a decision is what a test expects, and otherwise what differs, in words."""

from __future__ import annotations

import re

from clearmix_rules import tree
from clearmix_rules.checking.conditions import TestChecker
from clearmix_rules.checking.duties import check_duty
from clearmix_rules.checking.findings import Findings
from clearmix_rules.deciding.decision import Decision, Outcome
from clearmix_rules.deciding.duties import Approval, Duties
from clearmix_rules.english import duty as in_words
from clearmix_rules.english import listed
from clearmix_rules.tree import FactTest, Op
from clearmix_rules.trying.suite import Expectation, RuleName
from clearmix_rules.units import whole


def check_expectation(
    expected: Expectation, policies: tuple[tree.Policy, ...], findings: Findings
) -> Expectation:
    """The expectation with its duties checked; notes unknown outcomes, rules and units."""
    outcomes = [one.value for one in Outcome]
    outcome = expected.outcome
    if outcome.text not in outcomes:
        findings.unknown(outcome.span, "answer", outcome.text, outcomes)
    for name in expected.rules:
        _check_rule(name, policies, findings)
    tests = TestChecker(findings, {})
    duties = tuple(check_duty(duty, tests, findings) for duty in expected.duties)
    return Expectation(
        outcome,
        expected.rules,
        tuple(duty for duty in duties if duty is not None),
        expected.nothing,
        expected.words,
        expected.span,
    )


def _check_rule(name: RuleName, policies: tuple[tree.Policy, ...], findings: Findings) -> None:
    rules = [
        (rule.name, policy.author.party or policy.author.kind)
        for policy in policies
        for rule in policy.rules
    ]
    if name.rule not in {rule for rule, _ in rules}:
        findings.unknown(name.span, "rule", name.rule, dict.fromkeys(rule for rule, _ in rules))
    elif name.party is not None and (name.rule, name.party) not in rules:
        whose = listed(f"`{name.rule} of {party}`" for rule, party in rules if rule == name.rule)
        findings.error(
            name.span, "unknown-rule", f"`{name.party}` has no rule `{name.rule}`", f"write {whose}"
        )
    elif name.party is None and sum(rule == name.rule for rule, _ in rules) > 1:
        whose = listed(f"`{name.rule} of {party}`" for rule, party in rules if rule == name.rule)
        findings.error(
            name.span, "ambiguous", f"several rules are called `{name.rule}`", f"write {whose}"
        )


def differences(expected: Expectation, decision: Decision) -> list[str]:
    """Everything that was expected and is not so, one sentence each."""
    found: list[str] = []
    outcome = expected.outcome.text
    if decision.outcome.value != outcome:
        found.append(f"expected {outcome}, but it is {decision.outcome.value}")
    named = {(ref.rule, ref.party) for ref in decision.rules}
    for name in expected.rules:
        if not any(rule == name.rule and name.party in (None, party) for rule, party in named):
            others = listed(sorted(f"`{rule}`" for rule, _ in named), "and") or "no rule"
            found.append(f"expected it by `{name.rule}`, but it is by {others}")
    found += [
        f"expected in return: {in_words(duty)}"
        for duty in expected.duties
        if not _is_owed(duty, decision.duties)
    ]
    if expected.nothing and decision.duties != Duties():
        found.append("expected nothing in return, but something is owed")
    said = decision.explain().casefold()
    found += [
        f'the reasons do not say "{text.text}"'
        for text in expected.words
        if text.text.casefold() not in said
    ]
    return found


def _is_owed(duty: tree.Duty, owed: Duties) -> bool:
    """Whether merged duties hold exactly what a duty says; duties beside it do not matter."""
    if isinstance(duty, tree.Limit):
        return isinstance(duty.test, FactTest) and _is_bound(duty.test, owed)
    if isinstance(duty, tree.LabelReads):
        pattern = ".*".join(map(re.escape, re.split(r"\{\w+\}", duty.text)))
        return any(re.fullmatch(pattern, label, re.DOTALL) for label in owed.labels)
    if isinstance(duty, tree.RoyaltyAtLeast):
        rate = whole(duty.rate.amount, duty.rate.unit, "bps", "a royalty")
        return any(
            (one.payee, one.base, one.rate_bps) == (duty.payee, duty.base, rate)
            for one in owed.royalties
        )
    if isinstance(duty, tree.ApprovalBy):
        within = _days(duty.within) if duty.within else None
        return any(
            one == Approval(duty.party, within) or (within is None and one.party == duty.party)
            for one in owed.approvals
        )
    if isinstance(duty, tree.CreditTo):
        return {word.text for word in duty.roles} <= set(owed.credits)
    if isinstance(duty, tree.WatermarkWith):
        marks = tuple(sorted({word.text for word in duty.watermarks}))
        return marks in owed.only_watermarks if duty.only else set(marks) <= set(owed.watermarks)
    if isinstance(duty, tree.MarkWith):
        return {word.text for word in duty.marks} <= set(owed.marks)
    if isinstance(duty, tree.KeepRecords):
        return owed.keep_records_days == _days(duty.period)
    if isinstance(duty.when, tree.Day):
        return owed.expires_on == duty.when.day
    return owed.expires_after_days == _days(duty.when)


def _is_bound(test: FactTest, owed: Duties) -> bool:
    bounds = owed.bounds(test.attribute.name)
    low, high = test.values[0], test.values[-1]
    if test.op in (Op.AT_MOST, Op.UNDER):
        return bounds.greatest == int(high) - (test.op is Op.UNDER)  # type: ignore[arg-type]
    if test.op in (Op.AT_LEAST, Op.OVER):
        return bounds.least == int(low) + (test.op is Op.OVER)  # type: ignore[arg-type]
    return (bounds.least, bounds.greatest) == (low, high)


def _days(number: tree.Number) -> int:
    return whole(number.amount, number.unit, "days", "days")
