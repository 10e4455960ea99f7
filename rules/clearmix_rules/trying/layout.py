"""The one layout of policy tests: a fact a line, an expectation and what it asks for below it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lark import Lark, TextSlice, Token, Tree

from clearmix_rules.errors import PolicyErrors
from clearmix_rules.reading.layout import Line, kept, words, write
from clearmix_rules.reading.pieces import build_grammar
from clearmix_rules.source import PolicySource
from clearmix_rules.trying.reading import STARTS, parse_suite, suite_pieces


@cache
def _grammar() -> Lark:
    return build_grammar(
        list(STARTS.values()), "tests.lark", "grammar.lark", keep_all_tokens=True
    )  # fmt: skip


def format_suite(text: str, name: str = "policy.rights-test") -> str:
    """The text of policy tests in the one layout; formatting it again changes nothing.

    Raises:
        RightsError: the tests cannot be read, or a comment would be lost.
    """
    source = PolicySource(name, text.replace("\r\n", "\n"))
    suite, found = parse_suite(source)
    if suite is None or found:
        raise PolicyErrors(found)
    blocks: list[list[Line]] = []
    for keyword, start, end in suite_pieces(source.text):
        tree = _grammar().parse(TextSlice(source.text, start, end), start=STARTS[keyword])
        blocks.append([Line(0, list(words(tree)))] if keyword == "tests" else list(_block(tree)))
    formatted = write(blocks, source.text)
    return kept(source, formatted, parse_suite(PolicySource(name, formatted))[0] == suite)


def _block(tree: Tree[Token]) -> Iterator[Line]:
    """The lines of `given` or of a test."""
    line = Line(0)
    for child in tree.children:
        if isinstance(child, Token):
            if child.type == "WHEN":
                yield line
                line = Line(2)
            line.words.append(child)
        elif child.data == "facts":
            *before, line = _facts(child, line)
            yield from before
        else:
            yield line
            *before, line = _expectation(child)
            yield from before
    yield line


def _facts(tree: Tree[Token], line: Line) -> Iterator[Line]:
    """Facts, each on a line; those of `given` are indented, those after `when` stand below it."""
    column = 7 if line.indent else 2
    join = None
    first = bool(line.indent)
    for child in tree.children:
        if isinstance(child, Token):
            join = child
            continue
        if not first:
            yield line
            line = Line(column) if join is None else Line(max(2, column - 4), [join])
        line.words += words(child)
        first, join = False, None
    yield line


def _expectation(tree: Tree[Token]) -> Iterator[Line]:
    """`expect` with its answer and rules, then each thing expected."""
    line = Line(2)
    for child in tree.children:
        data = "" if isinstance(child, Token) else str(child.data)
        if data == "owed" and isinstance(child, Tree):
            for index, part in enumerate(child.children):
                if index != 1:
                    yield line
                    line = Line(4 if index == 0 else 9)
                line.words += words(part)
        elif data in ("without", "because"):
            yield line
            line = Line(4, list(words(child)))
        else:
            line.words += words(child)
    yield line
