"""One piece of a text, such as a header line or a rule, as what it says or as one mistake."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

from lark import Lark, TextSlice, Token, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.reading.builder import Builder, LiteralError
from clearmix_rules.reading.mistakes import explain
from clearmix_rules.source import PolicySource
from clearmix_rules.tree import Span


class _WholeWords:
    """Lets a name be read anywhere, so that no keyword is found within a longer word."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The words as they come."""
        return stream


def build_grammar(starts: list[str], *files: str, keep_all_tokens: bool = False) -> Lark:
    """The parser for grammar files of this package, read as one; costly, so keep it.

    A file is named from this room, or with its room: `proving/properties.lark`.
    """
    package = resources.files("clearmix_rules")
    rooms = [file if "/" in file else f"reading/{file}" for file in files]
    return Lark(
        "\n".join(package.joinpath(file).read_text("utf-8") for file in rooms),
        parser="lalr",
        lexer="contextual",
        start=starts,
        propagate_positions=True,
        maybe_placeholders=False,
        keep_all_tokens=keep_all_tokens,
        postlex=_WholeWords(),
    )


def parse_piece(
    source: PolicySource, grammar: Lark, builder: Builder, start: str, begin: int, end: int
) -> Any | Diagnostic:
    """What the builder makes of the text between two offsets, or the first mistake in it.

    A piece is parsed by a start symbol of its own, so that a mistake in it leaves the others
    readable.
    """
    try:
        return builder.build(grammar.parse(TextSlice(source.text, begin, end), start=start))
    except UnexpectedCharacters as error:
        position = error.pos_in_stream or begin
        return explain(source, position, error.line, error.column, _accepted(error), False)
    except UnexpectedToken as error:
        ended = error.token.type == "$END"
        position = end if ended else int(error.token.start_pos or 0)
        expected = error.accepts or error.expected
        return explain(source, position, error.line, error.column, expected, ended)
    except UnexpectedEOF as error:
        return explain(source, end, 1, 1, error.expected, True)
    except LiteralError as error:
        return mistake(source, error.span, "syntax", error.message, error.help)


def _accepted(error: UnexpectedCharacters) -> set[str]:
    """The words that the parser would have taken, without those only let through to be told."""
    state = error.state
    if state is None:
        return set(error.allowed or ())
    row = state.parse_conf.parse_table.states[state.position]
    return {name for name in row if name.isupper()}


def mistake(source: PolicySource, span: Span, code: str, message: str, help: str) -> Diagnostic:
    """An error at a place of a text."""
    return Diagnostic(
        Severity.ERROR,
        code,
        message,
        help,
        source.name,
        span.line,
        span.column,
        span.width,
        source.line(span.line),
    )
