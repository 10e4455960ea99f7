"""Checks what a permit asks for in return."""

from __future__ import annotations

import re

from clearmix_rules import tree
from clearmix_rules.checking.conditions import TestChecker
from clearmix_rules.checking.findings import Findings
from clearmix_rules.errors import did_you_mean
from clearmix_rules.ids import no_id
from clearmix_rules.schema import CREDIT_ROLES, ROYALTY_BASES, Origin
from clearmix_rules.tree import Duty

_MOST_YEARS = 200
"""Longer than any term of protection: 70 years after the death of whoever lives longest."""
PLACEHOLDERS = ("title", "artist", "label", "writer")


def check_duty(duty: Duty, tests: TestChecker, findings: Findings) -> Duty | None:
    """The checked duty, or None where there is a mistake."""
    if isinstance(duty, tree.Limit):
        return _limit(duty, tests, findings)
    if isinstance(duty, tree.LabelReads):
        check_text(duty.text, duty.span, findings)
    elif isinstance(duty, tree.RoyaltyAtLeast):
        _named(duty.payee, duty.span, findings)
        rate = tests.number(duty.rate, "bps", "a royalty")
        if duty.base not in ROYALTY_BASES:
            findings.unknown(duty.base_span, "royalty base", duty.base, ROYALTY_BASES)
            return None
        if rate is not None and rate > 10_000:
            findings.error(
                duty.rate.span,
                "royalty",
                "a royalty is at most 100%",
                "write the share as a percentage of what is earned",
            )
            return None
        return None if rate is None else duty
    elif isinstance(duty, tree.ApprovalBy):
        _named(duty.party, duty.span, findings)
        within = duty.within
        return (
            duty if within is None or _time(within, tests, findings, "the time to answer") else None
        )
    elif isinstance(duty, tree.KeepRecords):
        return duty if _time(duty.period, tests, findings, "the time") else None
    elif isinstance(duty, tree.Expires) and isinstance(duty.when, tree.Number):
        return duty if _time(duty.when, tests, findings, "the time") else None
    elif isinstance(duty, tree.CreditTo):
        for word in duty.roles:
            if word.text not in CREDIT_ROLES:
                findings.unknown(word.span, "role to credit", word.text, CREDIT_ROLES)
                return None
    return duty


def _named(party: str, span: tree.Span, findings: Findings) -> None:
    """Warns of a role or a name where the id of a party stands."""
    if help := no_id(party):
        findings.warning(span, "name-as-id", f"`{party}` is a name and no id", help)
    if party in CREDIT_ROLES:
        findings.warning(
            span,
            "role-as-id",
            f"`{party}` is read as the id of a party",
            f"write the id of the {party} who is meant, as in `ada-wren`",
        )


def _time(value: tree.Number, tests: TestChecker, findings: Findings, what: str) -> bool:
    """Whether a duty's time can be meant; a mistake is noted."""
    days = tests.number(value, "days", what)
    if days is not None and days > _MOST_YEARS * 366:
        findings.error(
            value.span,
            "time",
            f"{what} is more than {_MOST_YEARS} years",
            "write a time that somebody will see the end of, or leave it out",
        )
        return False
    return days is not None


def _limit(duty: tree.Limit, tests: TestChecker, findings: Findings) -> Duty | None:
    if not isinstance(duty.test, tree.Test):
        return duty
    checked = tests.check(duty.test, tree.Quantifier.EVERY)
    if checked is None:
        return None
    if checked.attribute.unit is None or checked.attribute.origin is not Origin.SPEC:
        findings.error(
            duty.span,
            "limit",
            f"`{checked.attribute.name}` cannot be a duty",
            "move it to `when`; duties limit length, strength, tempo-change or pitch-change",
        )
        return None
    return tree.Limit(checked, duty.span)


def check_text(text: str, span: tree.Span, findings: Findings) -> None:
    """Notes placeholders in braces that nothing fills."""
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in PLACEHOLDERS:
            findings.error(
                span,
                "placeholder",
                f"nothing fills `{{{name}}}`",
                did_you_mean(
                    name, PLACEHOLDERS, f"use {', '.join(f'{{{one}}}' for one in PLACEHOLDERS)}"
                ),
            )
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        findings.error(
            span,
            "placeholder",
            "a brace has no partner",
            "write placeholders as {title}; leave other braces out",
        )
