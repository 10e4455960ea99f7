"""What may be written next at a place of a half-written policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token, UnexpectedInput
from lark.parsers.lalr_interactive_parser import InteractiveParser

from clearmix_rules.checking.duties import PLACEHOLDERS
from clearmix_rules.editing import offering
from clearmix_rules.editing.describing import Parties
from clearmix_rules.editing.fitting import fits
from clearmix_rules.editing.offering import Suggestion
from clearmix_rules.editing.outline import OPEN_STRING, Piece, pieces, starts, token_at, tokens
from clearmix_rules.editing.places import place_of
from clearmix_rules.reading.parser import grammar

_TYPED = re.compile(r"[A-Za-z][\w.-]*$")
_CLAUSES = ("when", "unless", "provided", "reason")
_SPELLED = {
    "ANY_USE": "any use", "ANY_OF": "any of", "ALL_OF": "all of", "NONE_OF": "none of",
    "OR_ELSE": "or else",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Completion:
    """Suggestions, each to be put where the word that is being typed stands."""

    start: int
    end: int
    suggestions: tuple[Suggestion, ...]


def complete(text: str, offset: int, parties: Parties) -> Completion:
    """What may be written at an offset, the likeliest first; nothing inside a comment."""
    within = token_at(text, offset)
    if within is not None and within.start < offset:
        if within.kind == "COMMENT":
            return Completion(offset, offset, ())
        if within.kind == OPEN_STRING or (within.kind == "STRING" and offset < within.end):
            return _placeholders(text, within.start, offset)
    line = text.rfind("\n", 0, offset) + 1
    typed = _TYPED.search(text, line, offset)
    start = typed.start() if typed else offset
    offered: list[Suggestion] = []
    piece = _piece_before(text, start)
    if piece is not None:
        offered += _inside(text, piece, start, parties)
    if not text[line:start].strip():
        offered += offering.lines(text, in_rules=piece is not None and piece.keyword == "rule")
    unique = {one.label: one for one in reversed(offered)}
    ranked = sorted(unique.values(), key=lambda one: (one.rank, one.label.lower()))
    return Completion(start, offset, tuple(ranked))


def _piece_before(text: str, start: int) -> Piece | None:
    """The piece that what is typed at an offset would go on with."""
    return next((one for one in reversed(pieces(text)) if one.start < start), None)


def _inside(text: str, piece: Piece, start: int, parties: Parties) -> Iterator[Suggestion]:
    """What may go on a piece at an offset: words of the language, and names."""
    written = text[piece.start : start]
    yield from _second_words(piece.keyword, written)
    attempts = (_read(piece.keyword, one) for one in (written, *_mended(written)))
    read = next((one for one in attempts if one is not None), None)
    if read is None:
        return
    parser, said = read
    accepted = _accepted(parser)
    place = place_of(said, accepted)
    yield from offering.names(place, text, start, parties)
    for terminal in sorted(accepted):
        if fits(terminal, place, said):
            for phrase in _phrases(parser, terminal):
                yield offering.keyword(phrase)


def _second_words(keyword: str, written: str) -> Iterator[Suggestion]:
    """The `else` of `or else`, the `use` of `any use`: the grammar reads the two as one."""
    for terminal, phrase in _SPELLED.items():
        first, second = phrase.split()
        before = re.search(rf"(?<![\w-]){first}\s+$", written)
        read = _read(keyword, written[: before.start()]) if before else None
        if read is not None and terminal in _accepted(read[0]):
            yield offering.keyword(second)


def _read(keyword: str, written: str) -> tuple[InteractiveParser, list[Token]] | None:
    """The parser after the beginning of a piece, with the tokens it read; None if it cannot."""
    try:
        parser = grammar().parse_interactive(written, start=starts()[keyword])
        return parser, list(parser.exhaust_lexer())
    except UnexpectedInput:
        return None


def _accepted(parser: InteractiveParser) -> set[str]:
    """The grammar's terminals that may come next."""
    accepted: set[str] = parser.accepts()  # type: ignore[no-untyped-call]
    return accepted


def _mended(written: str) -> Iterator[str]:
    """The end of a broken rule behind a beginning that is right: its last clause, last condition.

    A mistake further up then does not leave its author without help.
    """
    words = tokens(written)
    clause = next((one for one in reversed(words) if one.text in _CLAUSES), None)
    if clause is None:
        return
    effect = "forbid" if any(one.text == "forbid" for one in words) else "permit"
    beginning = f"rule x: {effect} any use"
    yield f"{beginning} {written[clause.start :]}"
    joints = [one for one in words if one.text == "and" and one.start > clause.start]
    if joints:
        yield f"{beginning} {clause.text} {written[joints[-1].end :]}"


def _phrases(parser: InteractiveParser, terminal: str, longest: int = 4) -> list[str]:
    """A word of the language with those that must follow it: `at most`, `at least` for `at`."""
    word = _spelled(terminal)
    if word is None:
        return []
    # What the parser has built is shared with the copy and never looked at.
    ahead: InteractiveParser = parser.copy(deepcopy_values=False)  # type: ignore[no-untyped-call]
    ahead.feed_token(Token(terminal, word))
    following = _accepted(ahead)
    if longest == 1 or not following or any(_spelled(one) is None for one in following):
        return [word]
    return [
        f"{word} {rest}" for one in sorted(following) for rest in _phrases(ahead, one, longest - 1)
    ]


def _spelled(terminal: str) -> str | None:
    """How a terminal is written if it is written in one way only, and not a sign."""
    if terminal in _SPELLED:
        return _SPELLED[terminal]
    if terminal.startswith("$"):
        return None
    pattern = grammar().get_terminal(terminal).pattern
    return pattern.value if pattern.type == "str" and pattern.value.isalpha() else None


def _placeholders(text: str, start: int, offset: int) -> Completion:
    """What stands in braces inside a text: `{title}`."""
    brace = text.rfind("{", start, offset)
    if brace < 0 or "}" in text[brace:offset]:
        return Completion(offset, offset, ())
    closed = text.startswith("}", offset)
    found = tuple(offering.placeholder(one, closed) for one in PLACEHOLDERS)
    return Completion(brace + 1, offset, found)
