"""What can be told of a text even while it is half written: its tokens and its pieces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from clearmix_rules.reading.parser import grammar

_FOLLOWED = {"in": r"(?=[ \t]+force\b)", "use": r"(?=[ \t]*\")"}
"""What must follow a word for a line to begin a piece, where the word alone could be another."""

OPEN_STRING = "OPEN_STRING"
"""A text whose closing quotation mark has not been typed yet."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, text, comment or sign. `kind` is the grammar's name for it, or `OTHER`."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A header line or a rule, from its first word to the next piece."""

    keyword: str
    start: int
    end: int


@cache
def _scanner() -> re.Pattern[str]:
    """One pattern of the grammar's own, in the order in which they are tried."""
    names = ("COMMENT", "STRING", "MOMENT", "DAY", "POSSESSIVE", "NAME", "NUMBER")
    patterns = {name: grammar().get_terminal(name).pattern.to_regexp() for name in names}
    patterns["OPEN_STRING"] = r'"[^\n]*'
    patterns["OTHER"] = r"\S"
    return re.compile("|".join(f"(?P<{name}>{each})" for name, each in patterns.items()))


@lru_cache(maxsize=8)
def tokens(text: str) -> tuple[Token, ...]:
    """Everything in a text but white space, comments too; no text is an error."""
    return tuple(
        Token(match.lastgroup or "OTHER", match[0], match.start())
        for match in _scanner().finditer(text)
    )


def token_at(text: str, offset: int) -> Token | None:
    """The token that an offset is in or just behind; of two that touch, the later."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    touching = [
        Token(one.kind, one.text, start + one.start)
        for one in tokens(text[start : end if end >= 0 else len(text)])
        if one.start <= offset - start <= one.end
    ]
    words = [one for one in touching if one.kind == "NAME"]
    return (words or touching)[-1] if touching else None


@cache
def starts() -> Mapping[str, str]:
    """The first word of each kind of piece, and the symbol of the grammar that reads the piece."""
    symbols = set(grammar().options.start)
    first = {rule.origin.name: rule.expansion[0].name for rule in grammar().rules}
    return {str(grammar().get_terminal(first[symbol]).pattern.value): symbol for symbol in symbols}


@cache
def _beginning() -> re.Pattern[str]:
    """What a piece begins with: its indentation, its word, and for a rule whether it has a name."""
    words = "|".join(rf"{word}\b(?!-){_FOLLOWED.get(word, '')}" for word in starts())
    return re.compile(rf"^([ \t]*)({words})(?=([ \t]+[\w-]+[ \t]*:)?)", re.MULTILINE)


@lru_cache(maxsize=8)
def pieces(text: str) -> tuple[Piece, ...]:
    """The header lines and rules of a text, in their order; the parser cuts it alike."""
    found: list[tuple[str, int]] = []
    in_rules = False
    for match in _beginning().finditer(text):
        is_rule = match[2] == "rule"
        if match[1] and (match[3] is None if is_rule else in_rules):
            continue  # an indented word that starts nothing
        in_rules = in_rules or is_rule
        found.append((match[2], match.end(1)))
    ends = [start for _, start in found[1:]] + [len(text)]
    return tuple(
        Piece(keyword, start, end) for (keyword, start), end in zip(found, ends, strict=False)
    )


def piece_at(text: str, offset: int) -> Piece | None:
    """The piece that an offset is in, or None before the first."""
    return next((one for one in reversed(pieces(text)) if one.start <= offset), None)


def body_end(text: str, piece: Piece) -> int:
    """Where a piece ends without the comments and the empty lines that follow it."""
    written = [one for one in tokens(text[piece.start : piece.end]) if one.kind != "COMMENT"]
    return piece.start + written[-1].end
