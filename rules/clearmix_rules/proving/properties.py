"""Files of properties: reading them, checking them against the schema, and the library of them."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from clearmix_rules import tree
from clearmix_rules.checking.checker import check_condition
from clearmix_rules.checking.conditions import TestChecker
from clearmix_rules.checking.findings import Findings
from clearmix_rules.checking.guards import check_guards
from clearmix_rules.diagnostics import Severity
from clearmix_rules.errors import PropertyErrors
from clearmix_rules.proving.property import ANSWERS, Claim, Property
from clearmix_rules.proving.property_syntax import parse, pieces
from clearmix_rules.source import PolicySource, guard
from clearmix_rules.tree import Quantifier

LIBRARY = "library.rights-properties"


def library() -> tuple[Property, ...]:
    """The properties that every folder of policies should have."""
    text = resources.files("clearmix_rules.proving").joinpath(LIBRARY).read_text("utf-8")
    return read_properties(PolicySource(LIBRARY, text))


def within(older: Path) -> Property:
    """The property of permitting nothing that these older policies refuse."""
    reason = f"Nothing is permitted that {older.name} refused."
    return Property("within", Claim.NOTHING_NEW, other=str(older), reason=reason)


def properties_of(path: Path) -> tuple[Property, ...]:
    """The properties in a file; the policies they refer to are looked for beside it.

    Raises:
        RightsError: the file cannot be read.
        PropertyErrors: a property has a mistake.
    """
    found = read_properties(PolicySource.read(path))
    return tuple(replace(one, other=one.other and str(path.parent / one.other)) for one in found)


def read_properties(source: PolicySource) -> tuple[Property, ...]:
    """The properties in a text, in its order.

    Raises:
        PropertyErrors: a property has a mistake; every mistake that was found is in it.
    """
    findings = Findings(source)
    refused = guard(source)
    if refused is not None:
        raise PropertyErrors([refused])
    found = [
        checked
        for start, end in pieces(source, findings)
        if (written := parse(source, start, end, findings)) is not None
        and (checked := _check(written, findings)) is not None
    ]
    names: set[str] = set()
    for one in found:
        if one.name in names:
            findings.error(
                one.span, "twice", f"a second property is called `{one.name}`", "rename one of them"
            )
        names.add(one.name)
    if any(one.severity is Severity.ERROR for one in findings.diagnostics):
        raise PropertyErrors(sorted(findings.diagnostics, key=lambda one: (one.line, one.column)))
    return tuple(found)


# ---------------------------------------------------------------- checking


def _check(written: Property, findings: Findings) -> Property | None:
    """The property with its answer, names and conditions checked; None after noting a mistake."""
    before = findings.errors
    answer: Any = written.answer
    if isinstance(answer, tree.Word):
        if answer.text not in ANSWERS:
            findings.unknown(answer.span, "answer", answer.text, ANSWERS)
        answer = answer.text
    # INVARIANT: a bare role is read so that the property says more: of any artist, not of every.
    holds, fails = Quantifier.ANY, Quantifier.EVERY
    if written.claim is Claim.ONLY:
        holds, fails = fails, holds
    tests = TestChecker(findings, {})
    when = written.when and check_condition(written.when, tests, holds, fails)
    unless = written.unless and check_condition(written.unless, tests, fails, holds)
    if findings.errors > before:
        return None
    check_guards(when, unless, findings)
    return replace(written, answer=answer, when=when, unless=unless)
