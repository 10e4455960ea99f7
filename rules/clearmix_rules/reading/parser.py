"""Reads a policy in pieces, header lines and rules, so that one mistake is one error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lark import Lark

from clearmix_rules import tree
from clearmix_rules.diagnostics import Diagnostic
from clearmix_rules.errors import near
from clearmix_rules.reading.builder import Builder, Clause
from clearmix_rules.reading.pieces import build_grammar, mistake, parse_piece
from clearmix_rules.source import PolicySource, guard
from clearmix_rules.tree import Span

STARTS = {
    "policy": "policy_line", "by": "author_line", "in force": "force_line",
    "consent": "consent_line", "use": "use_line", "define": "define_line", "rule": "rule",
}  # fmt: skip

# A header line may be indented; a rule that is must look like one, for `rule` could be a word.
_PIECE = re.compile(
    r"^(?:(policy|by|consent|define)\b(?!-)"
    r"|(in[^\S\n]+force|use(?=[^\S\n]+(?!is\b|has\b)))\b|(rule)\b(?!-)"
    r"|[^\S\n]+(rule)(?=[^\S\n]+[\w-]+[^\S\n]*:))",
    re.MULTILINE,
)
_HEADER = re.compile(
    r"^[^\S\n]*(?:(policy|by|consent|define)\b(?!-)|(in[^\S\n]+force|use(?=[^\S\n]+(?!is\b|has\b)))\b)",
    re.MULTILINE,
)


@dataclass(slots=True)
class Parsed:
    """What could be read of a policy, and what could not."""

    policy: tree.Policy | None
    shared: tree.Shared | None = None
    """Instead of a policy: a file of definitions for other files."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: frozenset[str] = frozenset()
    """The keywords of header lines that are there and could not be read."""


@cache
def grammar() -> Lark:
    """The parser, built once a process."""
    return build_grammar(list(STARTS.values()), "grammar.lark")


def parse(source: PolicySource) -> Parsed:
    """The policy in a text, with one diagnostic for each header line or rule that is not readable.

    The policy is None if the text has no readable `policy` and `by` lines.
    """
    refused = guard(source)
    if refused is not None:
        return Parsed(None, None, [refused])
    found: list[Diagnostic] = []
    clauses: list[Clause] = []
    rules: list[tree.Rule] = []
    broken: set[str] = set()
    met: set[str] = set()
    for keyword, start, end in pieces(source, found, broken):
        if keyword == "policy" and {"policy", "by"} <= met:
            line = source.text.count("\n", 0, start) + 1
            column = start - source.text.rfind("\n", 0, start)
            here = Span(line, column, line, column + len(keyword))
            message, help = "a second policy begins here", "give each policy a file of its own"
            found.append(mistake(source, here, "twice", message, help))
            break
        met.add(keyword)
        result = parse_piece(source, grammar(), Builder(), STARTS[keyword], start, end)
        if isinstance(result, Diagnostic):
            found.append(result)
            broken |= _could_be(result, keyword)
        elif isinstance(result, tree.Rule):
            rules.append(result)
        else:
            clauses.append(result)
    said = {clause.keyword for clause in clauses} | broken
    if said and said <= {"use", "define"} and not rules:
        shared = tree.Shared(_values(clauses, "use"), _values(clauses, "define"))
        return Parsed(None, shared, found)
    policy = _assemble(source, clauses, rules, broken, found)
    found.sort(key=lambda one: (one.line, one.column))
    return Parsed(policy, None, found, frozenset(broken))


def _could_be(mistake: Diagnostic, keyword: str) -> set[str]:
    """The header lines that something unreadable may have been meant as."""
    stray = not mistake.text[: mistake.column - 1].strip() and keyword != "rule"
    return set(STARTS) if stray else {keyword}


def _values(clauses: list[Clause], keyword: str) -> tuple[Any, ...]:
    """What the header lines with a keyword say."""
    return tuple(clause.value for clause in clauses if clause.keyword == keyword)


def pieces(
    source: PolicySource, found: list[Diagnostic], broken: set[str]
) -> list[tuple[str, int, int]]:
    """The header lines and rules of a text: keyword, first and last offset."""
    text = source.text
    matches = list(_PIECE.finditer(text))
    first_rule = next((m.start() for m in matches if m[3] or m[4]), len(text))
    header = [m for m in _HEADER.finditer(text) if m.start() < first_rule]
    matches = header + [m for m in matches if m.start() >= first_rule]
    starts = [(_keyword(m), m.start() + len(m[0]) - len(m[0].lstrip())) for m in matches]
    lead = re.compile(r"(?:\s+|#[^\n]*)*").match(text)
    begin = lead.end() if lead else 0
    if not text.strip() or begin == len(text):
        found.append(
            mistake(
                source,
                tree.NOWHERE,
                "empty",
                "the file has no policy in it",
                'start it with `policy "Its title" version 1`',
            )
        )
    elif not starts or begin < starts[0][1]:
        line, column = text.count("\n", 0, begin) + 1, begin - text.rfind("\n", 0, begin)
        word = re.match(r"\w+|.", text[begin:], re.DOTALL)
        written = word[0] if word else ""
        match = near(written, list(STARTS))
        broken |= {match or ""} if starts else set(STARTS)
        found.append(
            mistake(
                source,
                Span(line, column, line, column + len(written)),
                "syntax",
                f"unexpected `{written}`",
                "policy tests stand in a file of their own, for `clearmix-rules test`"
                if written in ("tests", "given", "test")
                else f"did you mean `{match}`?"
                if match
                else 'start the file with `policy "Its title" version 1`',
            )
        )
    ends = [start for _, start in [*starts[1:], ("", len(text))]][: len(starts)]
    return [(keyword, start, end) for (keyword, start), end in zip(starts, ends, strict=True)]


def _keyword(match: re.Match[str]) -> str:
    written = next(group for group in match.groups() if group)
    return "in force" if written.startswith("in") else written


def _assemble(
    source: PolicySource,
    clauses: list[Clause],
    rules: list[tree.Rule],
    broken: set[str],
    found: list[Diagnostic],
) -> tree.Policy | None:
    """The policy from its pieces; says what is missing or there twice."""
    said: dict[str, Clause] = {}
    for clause in clauses:
        if clause.keyword in ("use", "define"):
            continue
        if clause.keyword in said:
            found.append(
                mistake(
                    source,
                    clause.span,
                    "twice",
                    f"a second `{clause.keyword}` line",
                    "keep one of them; each policy has a file of its own",
                )
            )
        else:
            said[clause.keyword] = clause
    refused = {one.code for one in found} & {"empty"}
    for keyword, example in (("policy", 'policy "Its title" version 1'), ("by", "by label its-id")):
        if keyword not in said and keyword not in broken and not refused:
            found.append(
                mistake(
                    source,
                    tree.NOWHERE,
                    "missing-line",
                    f"the policy has no `{keyword}` line",
                    f"add one: `{example}`",
                )
            )
    if "policy" not in said or "by" not in said:
        return None
    title, version = said["policy"].value
    return tree.Policy(
        title,
        version,
        said["by"].value,
        said["in force"].value if "in force" in said else None,
        said["consent"].value if "consent" in said else None,
        _values(clauses, "define"),
        tuple(rules),
        _values(clauses, "use"),
        source.name,
        said["policy"].span,
    )
