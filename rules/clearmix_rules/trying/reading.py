# ruff: noqa: D102 (each method is a grammar rule)
"""Reads a file of policy tests, with one diagnostic for each piece that is not readable."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeAlias

from lark import Lark, Token
from lark.tree import Meta

from clearmix_rules import tree
from clearmix_rules.diagnostics import Diagnostic
from clearmix_rules.errors import near
from clearmix_rules.reading.builder import Builder, LiteralError, place, token_place, unquote
from clearmix_rules.reading.pieces import build_grammar, mistake, parse_piece
from clearmix_rules.source import PolicySource, guard
from clearmix_rules.tree import Span
from clearmix_rules.trying.suite import (
    Asked,
    Default,
    Expectation,
    Fact,
    Recorded,
    RuleName,
    Said,
    Suite,
    Trial,
)

STARTS = {"tests": "tests_line", "given": "given_block", "test": "test_block"}
_PIECE = re.compile(r'^(?:(tests)(?=[ \t]+of\b)|(given)\b(?!-)|[ \t]*(test)(?=[ \t]*"))', re.M)
_EXAMPLE = 'start it with `tests of "the-policy.rights"`'
Subject: TypeAlias = tuple[str | None, str | None, int, Span]
"""What a fact is about: an owner, a name, the number of a track, the place."""


@cache
def grammar() -> Lark:
    """The parser of policy tests, built once a process."""
    return build_grammar(list(STARTS.values()), "tests.lark", "grammar.lark")


class SuiteBuilder(Builder):
    """Builds the tree of policy tests; values and duties are those of policies."""

    def policy_file(self, meta: Meta, c: list[Any]) -> tree.Text:
        return tree.Text(unquote(c[0]), place(meta))

    def baseline(self, meta: Meta, c: list[Any]) -> bool:
        return True

    def zoned(self, meta: Meta, c: list[Any]) -> tree.Text:
        return tree.Text(str(c[0]), place(meta))

    def tests_line(self, meta: Meta, c: list[Any]) -> list[Any]:
        return c

    def facts(self, meta: Meta, c: list[Any]) -> tuple[Fact, ...]:
        return tuple(one for one in c if not isinstance(one, Token))

    def given_block(self, meta: Meta, c: list[Any]) -> tuple[Fact, ...]:
        facts: tuple[Fact, ...] = c[0]
        return facts

    def plain_subject(self, meta: Meta, c: list[Any]) -> Subject:
        return None, str(c[0]), 0, place(meta)

    def owned_subject(self, meta: Meta, c: list[Any]) -> Subject:
        return str(c[0]), str(c[2]), 0, place(meta)

    def later_track(self, meta: Meta, c: list[Any]) -> Subject:
        return "track", None, _ordinal(c[0]), place(meta)

    def later_owned(self, meta: Meta, c: list[Any]) -> Subject:
        return None, str(c[2]), _ordinal(c[0]), place(meta)

    def value_fact(self, meta: Meta, c: list[Any]) -> Said:
        owner, name, track, subject = c[0]
        return Said(owner, name, track, subject, tuple(c[1:]), False, place(meta))

    def negative_fact(self, meta: Meta, c: list[Any]) -> Said:
        owner, name, track, subject = c[0]
        value = tree.Word(str(c[1]), token_place(c[1]))
        return Said(owner, name, track, subject, (value,), True, place(meta))

    def default_fact(self, meta: Meta, c: list[Any]) -> Default:
        return Default(str(c[0]), str(c[2]), None, place(meta))

    def delegated_fact(self, meta: Meta, c: list[Any]) -> Default:
        return Default(str(c[0]), "delegated", c[2].text, place(meta))

    def refused_fact(self, meta: Meta, c: list[Any]) -> Recorded:
        return Recorded(_party(c[0]), "refuse", c[1], tuple(c[2:]), place(meta))

    def allowed_fact(self, meta: Meta, c: list[Any]) -> Recorded:
        return Recorded(_party(c[0]), "allow", c[1], tuple(c[2:]), place(meta))

    def approved_fact(self, meta: Meta, c: list[Any]) -> Asked:
        return Asked(_party(c[0]), "approve", place(meta))

    def declined_fact(self, meta: Meta, c: list[Any]) -> Asked:
        return Asked(_party(c[0]), "refuse", place(meta))

    def about_track(self, meta: Meta, c: list[Any]) -> Any:
        return "recording", c[0]

    def about_work(self, meta: Meta, c: list[Any]) -> Any:
        return "work", c[0]

    def about_territory(self, meta: Meta, c: list[Any]) -> Any:
        return "territory", tree.Word(str(c[0]), token_place(c[0]))

    def opens(self, meta: Meta, c: list[Any]) -> Any:
        return "from", c[0]

    def closes(self, meta: Meta, c: list[Any]) -> Any:
        return "until", c[0]

    def recorded(self, meta: Meta, c: list[Any]) -> Any:
        return "recorded-at", c[0]

    def keeping(self, meta: Meta, c: list[Any]) -> Any:
        return "keep", None

    def removing(self, meta: Meta, c: list[Any]) -> Any:
        return "remove", None

    def rule_name(self, meta: Meta, c: list[Any]) -> RuleName:
        return RuleName(str(c[0]), c[1].text if len(c) > 1 else None, place(meta))

    def by(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "by", tuple(c)

    def owed(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "owed", tuple(c)

    def without(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "without", None

    def because(self, meta: Meta, c: list[Any]) -> tuple[str, Any]:
        return "because", tree.Text(unquote(c[0]), place(meta))

    def expectation(self, meta: Meta, c: list[Any]) -> Expectation:
        outcome, *clauses = c
        said: dict[str, list[Any]] = {}
        for keyword, value in clauses:
            said.setdefault(keyword, []).append(value)
        return Expectation(
            tree.Word(str(outcome), token_place(outcome)),
            tuple(rule for rules in said.get("by", ()) for rule in rules),
            tuple(duty for duties in said.get("owed", ()) for duty in duties),
            "without" in said,
            tuple(said.get("because", ())),
            place(meta),
        )

    def test_block(self, meta: Meta, c: list[Any]) -> Trial:
        name, *facts, expected = c
        return Trial(unquote(name), facts[0] if facts else (), expected, place(meta))


def _party(subject: Subject) -> str:
    owner, name, track, span = subject
    if owner is not None or name is None or track:
        raise LiteralError("only a party can answer", "write its id: `ada-wren has approved`", span)
    return name


def _ordinal(token: Token) -> int:
    return ("first", "second", "third").index(str(token))


def suite_pieces(text: str) -> list[tuple[str, int, int]]:
    """The pieces of a file of tests: keyword, first and last offset."""
    matches = list(_PIECE.finditer(text))
    starts = [match.start(match.lastindex or 0) for match in matches]
    keywords = [next(filter(None, match.groups())) for match in matches]
    return list(zip(keywords, starts, [*starts[1:], len(text)], strict=False))


def parse_suite(source: PolicySource) -> tuple[Suite | None, list[Diagnostic]]:
    """The tests in a text with every mistake found; None if it does not say of which policies."""
    refused = guard(source)
    if refused is not None:
        return None, [refused]
    text = source.text
    found: list[Diagnostic] = []
    starts = [(keyword, start) for keyword, start, _ in suite_pieces(text)]
    lead = re.compile(r"(?:\s+|#[^\n]*)*").match(text)
    begin = lead.end() if lead else 0
    if begin == len(text):
        return None, [
            mistake(source, tree.NOWHERE, "empty", "the file has no tests in it", _EXAMPLE)
        ]
    if not starts or begin < starts[0][1]:
        return None, [_stray(source, begin)]
    header: list[Any] | None = None
    given: list[Fact] = []
    trials: list[Trial] = []
    for keyword, start, end in suite_pieces(text):
        result = parse_piece(source, grammar(), SuiteBuilder(), STARTS[keyword], start, end)
        if isinstance(result, Diagnostic):
            found.append(result)
        elif keyword == "tests":
            header = (header or []) + result
        elif keyword == "given":
            given += result
        else:
            trials.append(result)
    if header is None:
        if starts[0][0] != "tests":
            message = "the file does not say what it tests"
            found.insert(0, mistake(source, tree.NOWHERE, "missing-line", message, _EXAMPLE))
        return None, found
    files = tuple(one for one in header if isinstance(one, tree.Text))
    suite = Suite(files, True in header, tuple(given), tuple(trials), source.name)
    return suite, found


def _stray(source: PolicySource, begin: int) -> Diagnostic:
    """What stands before anything that can be read."""
    text = source.text
    word = re.match(r"\w+|.", text[begin:], re.DOTALL)
    written = word[0] if word else ""
    line, column = text.count("\n", 0, begin) + 1, begin - text.rfind("\n", 0, begin)
    match = near(written, ["tests", "given", "test"])
    help = f"did you mean `{match}`?" if match else _EXAMPLE
    span = Span(line, column, line, column + len(written))
    return mistake(source, span, "syntax", f"unexpected `{written}`", help)
