"""Reads properties as they are written; conditions and scopes are those of the rights language."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

from lark import Lark
from lark.tree import Meta

from clearmix_rules import tree
from clearmix_rules.checking.findings import Findings
from clearmix_rules.diagnostics import Diagnostic
from clearmix_rules.proving.property import Against, Claim, Demand, Property
from clearmix_rules.reading.builder import Builder, LiteralError
from clearmix_rules.reading.pieces import build_grammar, parse_piece
from clearmix_rules.source import PolicySource


@cache
def _grammar() -> Lark:
    return build_grammar(["property"], "grammar.lark", "proving/properties.lark")


def pieces(source: PolicySource, findings: Findings) -> list[tuple[int, int]]:
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


def parse(source: PolicySource, start: int, end: int, findings: Findings) -> Property | None:
    """One property as written; None after noting what cannot be read."""
    written = parse_piece(source, _grammar(), _Builder(), "property", start, end)
    if isinstance(written, Diagnostic):
        findings.diagnostics.append(written)
        return None
    said: Property = written
    return said


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
    setattr(_Builder, f"has_{_kind}", _demand(_kind))
for _one in Against:
    _method = f"{'under' if _one is Against.ENDED else 'against'}_{_one.name.lower()}"
    setattr(_Builder, _method, _against(_one))
