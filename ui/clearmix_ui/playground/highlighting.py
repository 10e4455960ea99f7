"""The colours of a policy's text, from the language's own tokens and names."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from clearmix_rules.editing.names import Role, names
from clearmix_rules.editing.outline import tokens
from clearmix_rules.reading.parser import grammar
from clearmix_rules.trying.reading import grammar as grammar_of_tests

_BY_TOKEN = {
    "COMMENT": "comment", "STRING": "text", "OPEN_STRING": "text",
    "NUMBER": "number", "DAY": "number", "MOMENT": "number",
}  # fmt: skip
_BY_ROLE = {
    Role.RULE: "rule", Role.DEFINITION: "name", Role.PARTY: "party", Role.ATTRIBUTE: "fact",
    Role.ACTION: "value", Role.VALUE: "value",
}  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """A piece of a text and its colour; offsets count code points."""

    start: int
    end: int
    colour: str


def stretches(text: str) -> tuple[Stretch, ...]:
    """The coloured pieces of a policy or of its tests, in order; the rest is plain.

    A name that the parser has read is coloured by what it stands for, any other word by itself, so
    that a half-written rule loses no colour but that of its names.
    """
    roles = {one.start: _BY_ROLE[one.role] for one in names(text)}
    found = []
    for token in tokens(text):
        colour = _BY_TOKEN.get(token.kind) or roles.get(token.start)
        if colour is None and token.kind == "NAME" and token.text in _keywords():
            colour = "keyword"
        if colour is not None:
            found.append(Stretch(token.start, token.end, colour))
    return tuple(found)


class Units:
    """Converts offsets to those of a browser, which counts UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._wide = [place for place, char in enumerate(text) if char > "\uffff"]

    def __call__(self, offset: int) -> int:
        """The offset in UTF-16 code units.

        >>> Units("a😀b")(2)
        3
        """
        return offset + bisect_left(self._wide, offset)


@cache
def _keywords() -> frozenset[str]:
    """The words of the grammar of policies, and of that of their tests."""
    return frozenset(
        str(one.pattern.value)
        for each in (grammar(), grammar_of_tests())
        for one in each.terminals
        if one.pattern.type == "str"
    )
