"""Properties as people write them: reading a file of them, one claim after another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from lark import Lark, TextSlice, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, v_args
from lark.exceptions import VisitError
from lark.tree import Meta

from clearmix_rules import tree
from clearmix_rules.checking.conditions import TestChecker
from clearmix_rules.checking.findings import Findings
from clearmix_rules.checking.guards import check_guards
from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.diagnostics import Severity
from clearmix_rules.errors import PropertyErrors
from clearmix_rules.reading.builder import Builder, LiteralError
from clearmix_rules.reading.mistakes import explain
from clearmix_rules.source import PolicySource, guard
from clearmix_rules.tree import Quantifier

LIBRARY = "library.rights-properties"
ANSWERS = ("permitted", "referred", "refused", *(one.value for one in Outcome if one.rank > 1))
"""What a property may call an outcome; `permitted` and `refused` stand for several."""


class Claim(StrEnum):
    """What a property says of the requests that it is about."""

    NEVER = "never"
    ALWAYS = "always"
    ONLY = "only"
    HAS = "every permit has"
    NOTHING_NEW = "permits nothing that ... refused"


class Against(StrEnum):
    """Of which requests else a property may speak, besides its conditions."""

    FORBID = "against any forbid"
    REFUSAL = "against any recorded refusal"
    ENDED = "under ended terms"


@dataclass(frozen=True, slots=True)
class Demand:
    """One duty that every permit must carry: its kind, and a name or a text."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """One claim about all requests, checked against the schema."""

    name: str
    claim: Claim
    answer: str = "permitted"
    """One of `ANSWERS`, for `never`, `always` and `only`."""
    against: Against | None = None
    demands: tuple[Demand, ...] = ()
    other: str = ""
    """The file or folder of policies that a newer set must stay within."""
    scope: tree.Scope | None = None
    when: tree.Condition | None = None
    unless: tree.Condition | None = None
    reason: str = ""
    span: tree.Span = tree.NOWHERE

    @property
    def sentence(self) -> str:
        """The property for people."""
        return self.reason or self.name


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
        for start, end in _pieces(source, findings)
        if (written := _parse(source, start, end, findings)) is not None
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


# ---------------------------------------------------------------- reading


@cache
def _grammar() -> Lark:
    texts = (
        resources.files("clearmix_rules.reading").joinpath("grammar.lark").read_text("utf-8"),
        resources.files("clearmix_rules.proving").joinpath("properties.lark").read_text("utf-8"),
    )
    return Lark(
        "\n".join(texts), parser="lalr", lexer="contextual", start="property",
        propagate_positions=True, maybe_placeholders=False,
    )  # fmt: skip


def _pieces(source: PolicySource, findings: Findings) -> list[tuple[int, int]]:
    """Where each property begins and ends."""
    starts = [
        one.start(1) for one in re.finditer(r"^[ \t]*(property)\b", source.text, re.MULTILINE)
    ]
    lead = re.compile(r"(?:\s+|#[^\n]*)*").match(source.text)
    begin = lead.end() if lead else 0
    if not starts or begin < starts[0]:
        line = source.text.count("\n", 0, begin) + 1
        column = begin - source.text.rfind("\n", 0, begin)
        findings.error(
            tree.Span(line, column, line, column + 1),
            "syntax",
            "there is no property here",
            "write `property a-name: never permitted when use is advert`",
        )
    return list(pairwise([*starts, len(source.text)]))


def _parse(source: PolicySource, start: int, end: int, findings: Findings) -> Property | None:
    try:
        matched = _grammar().parse(TextSlice(source.text, start, end))
        written: Property = _Builder().transform(matched)
        return written
    except UnexpectedCharacters as error:
        at, place, wanted = error.pos_in_stream, (error.line, error.column), error.allowed or ()
        findings.diagnostics.append(explain(source, at or start, *place, wanted, ended=False))
    except UnexpectedToken as error:
        ended = error.token.type == "$END"
        position = end if ended else int(error.token.start_pos or 0)
        wanted = error.accepts or error.expected
        findings.diagnostics.append(
            explain(source, position, error.line, error.column, wanted, ended)
        )
    except UnexpectedEOF as error:
        findings.diagnostics.append(explain(source, end, 1, 1, error.expected, ended=True))
    except VisitError as error:
        if not isinstance(error.orig_exc, LiteralError):
            raise
        bad = error.orig_exc
        findings.error(bad.span, "syntax", bad.message, bad.help)
    return None


@v_args(meta=True)
class _Builder(Builder):
    """Builds properties; conditions and scopes as in policies."""

    def never(self, meta: Meta, c: list[Any]) -> dict[str, Any]:
        return {"claim": Claim.NEVER, "answer": c[0], "against": c[1] if len(c) > 1 else None}

    def always(self, meta: Meta, c: list[Any]) -> dict[str, Any]:
        return {"claim": Claim.ALWAYS, "answer": c[0]}

    def only_when(self, meta: Meta, c: list[Any]) -> dict[str, Any]:
        return {"claim": Claim.ONLY, "answer": c[0], "qualifiers": [c[1]]}

    def every_permit(self, meta: Meta, c: list[Any]) -> dict[str, Any]:
        return {"claim": Claim.HAS, "demands": tuple(c)}

    def nothing_new(self, meta: Meta, c: list[Any]) -> dict[str, Any]:
        return {"claim": Claim.NOTHING_NEW, "other": str(c[0])[1:-1]}

    def about(self, meta: Meta, c: list[Any]) -> tree.Scope:
        scope: tree.Scope = c[0]
        return scope

    def said(self, meta: Meta, c: list[Any]) -> str:
        return str(c[0])[1:-1]

    def property(self, meta: Meta, c: list[Any]) -> Property:
        name, said, *rest = c
        said = dict(said)
        answer = said.pop("answer", None)
        qualifiers = [
            *said.pop("qualifiers", ()),
            *(one for one in rest if not isinstance(one, str)),
        ]
        for one in qualifiers:
            key = "scope" if isinstance(one, tree.Scope) else one.keyword
            if key in said:
                raise LiteralError(
                    f"the property has a second `{'of' if key == 'scope' else key}`",
                    "join the two into one, with `and` between conditions",
                    one.span,
                )
            said[key] = one if isinstance(one, tree.Scope) else one.value
        span = tree.Span(name.line, name.column, name.end_line, name.end_column)
        if answer is not None:
            said["answer"] = answer
        reason = next((one for one in rest if isinstance(one, str)), "")
        return Property(str(name), reason=reason, span=span, **said)


def _demand(kind: str) -> Any:
    def build(self: Builder, meta: Meta, c: list[Any]) -> Demand:
        name = c[0] if c else ""
        return Demand(kind, name.text if isinstance(name, tree.Word) else str(name)[1:-1])

    return build


def _against(value: Against) -> Any:
    def build(self: Builder, meta: Meta, c: list[Any]) -> Against:
        return value

    return build


for _kind in ("label", "watermark", "mark", "credit", "royalty", "approval"):
    setattr(_Builder, f"has_{_kind}", v_args(meta=True)(_demand(_kind)))
for _one in Against:
    _method = f"{'under' if _one is Against.ENDED else 'against'}_{_one.name.lower()}"
    setattr(_Builder, _method, v_args(meta=True)(_against(_one)))


# ---------------------------------------------------------------- checking


def _check(written: Property, findings: Findings) -> Property | None:
    """The property with its answer, names and conditions checked; None after noting a mistake."""
    before = len(findings.diagnostics)
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
    when = _condition(written.when, tests, holds, fails)
    unless = _condition(written.unless, tests, fails, holds)
    if len(findings.diagnostics) > before:
        return None
    check_guards(when, unless, findings)
    return replace(written, answer=answer, when=when, unless=unless)


def _condition(
    node: tree.Condition | None, tests: TestChecker, holds: Quantifier, fails: Quantifier
) -> tree.Condition | None:
    """The condition with its tests checked; what a mistake is in is left out."""
    if isinstance(node, tree.Test):
        return tests.check(node, holds)
    if isinstance(node, tree.Not):
        part = _condition(node.part, tests, fails, holds)
        return None if part is None else replace(node, part=part)
    if isinstance(node, tree.All | tree.Either):
        parts = (_condition(part, tests, holds, fails) for part in node.parts)
        return replace(node, parts=tuple(part for part in parts if part is not None))
    return node
