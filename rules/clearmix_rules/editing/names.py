"""Every name in a policy with its place and what it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from lark import Token, Tree, UnexpectedInput

from clearmix_rules.editing.outline import Piece, pieces, starts, tokens
from clearmix_rules.reading.parser import grammar
from clearmix_rules.schema import ROLES, SCHEMA, Attribute, Kind


class Role(StrEnum):
    """What a name stands for where it is written."""

    RULE = "rule"
    DEFINITION = "definition"
    PARTY = "party"
    ATTRIBUTE = "attribute"
    ACTION = "action"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Name:
    """A name at a place; `declares` marks where a rule, a definition or an author is named."""

    role: Role
    text: str
    start: int
    end: int
    declares: bool = False
    attributes: tuple[str, ...] = ()
    """Keys: what an attribute's name means, or whose value a value is."""
    kind: str = ""
    """The kind of party, where the `by` line says it."""
    is_value: bool = False
    """Whether it stands in a list of values, where a definition may be named."""


@lru_cache(maxsize=8)
def names(text: str) -> tuple[Name, ...]:
    """The names of every piece that can be read, by place; a value that is defined says so."""
    found = [
        replace(one, start=one.start + piece.start, end=one.end + piece.start)
        for piece in pieces(text)
        for one in _names_in(piece.keyword, text[piece.start : piece.end]) or ()
    ]
    defined = {one.text for one in found if one.role is Role.DEFINITION}
    return tuple(
        replace(one, role=Role.DEFINITION) if one.text in defined and one.is_value else one
        for one in found
    )


def name_at(text: str, offset: int) -> Name | None:
    """The name that an offset is in or just behind."""
    return next((one for one in names(text) if one.start <= offset <= one.end), None)


def unreadable(text: str, name: str) -> Piece | None:
    """The first piece that mentions a name but cannot be read, or None."""
    for piece in pieces(text):
        written = text[piece.start : piece.end]
        mentioned = name in written and any(one.text == name for one in tokens(written))
        if mentioned and _names_in(piece.keyword, written) is None:
            return piece
    return None


@lru_cache(maxsize=8192)
def _names_in(keyword: str, written: str) -> tuple[Name, ...] | None:
    """The names of one piece, from its own start; None if it cannot be read.

    Pieces are remembered by their text: a keystroke makes one of them new.
    """
    try:
        read = grammar().parse(written, start=starts()[keyword])
    except UnexpectedInput:
        return None
    found: list[Name] = []
    waiting: list[Tree[Token]] = [read]
    while waiting:  # without recursion: a long list of conditions is a deep tree
        node = waiting.pop()
        found += _names_of(node)
        waiting += [child for child in node.children if isinstance(child, Tree)]
    return tuple(sorted(found, key=lambda one: one.start))


def _names_of(node: Tree[Token]) -> Iterator[Name]:
    """The names that one node of the grammar's tree says directly."""
    children = node.children
    plain = [child for child in children if isinstance(child, Token) and child.type == "NAME"]
    match node.data:
        case "rule":
            yield _name(Role.RULE, plain[0], declares=True)
        case "define_line":
            yield _name(Role.DEFINITION, plain[0], declares=True)
            yield from _words(children[-1], Role.VALUE)
        case "author_line":
            for party in _words(children[-1], Role.PARTY):
                yield replace(party, declares=True, kind=str(plain[0]))
        case "scope":
            relation = children[0]
            if isinstance(relation, Tree) and relation.data not in ("one_track", "one_work"):
                yield from _words(children[1], Role.PARTY)
        case "actions":
            yield from _words(children[0], Role.ACTION)
        case "delegated" | "royalty" | "approval":
            for child in children:
                yield from _words(child, Role.PARTY)
        case "test":
            yield from _of_test(node)
        case "limit":
            yield from _of_test(node)


def _of_test(node: Tree[Token]) -> Iterator[Name]:
    ref, predicate = node.children[0], node.children[-1]
    if not isinstance(ref, Tree) or not isinstance(predicate, Tree):
        return
    written = [one for one in ref.children if isinstance(one, Token) and one.type == "NAME"]
    bare = ref.data == "some_ref"
    owner = str(written[0]) if len(written) > 1 or bare else None
    meant = attributes_of(owner, None if bare else str(written[-1]))
    for token in written[:-1]:
        yield _name(Role.ATTRIBUTE, token)
    yield _name(Role.ATTRIBUTE, written[-1], attributes=meant)
    flags = flags_of(str(written[-1])) if len(written) == 1 else {}
    for child in predicate.children:
        for value in _words(child, Role.VALUE):
            if value.text in flags:
                flag = (flags[value.text].key,)
                yield replace(value, role=Role.ATTRIBUTE, attributes=flag, is_value=False)
            elif meant and meant[0].kind in (Kind.PARTY, Kind.PARTIES, Kind.LABEL):
                yield replace(value, role=Role.PARTY, attributes=(meant[0].key,))
            elif meant and meant[0].kind in (Kind.DAY, Kind.MOMENT):
                keys = tuple(one.key for one in attributes_of(None, value.text))
                yield replace(value, role=Role.ATTRIBUTE, attributes=keys)
            else:
                yield replace(value, attributes=tuple(one.key for one in meant))


def _words(node: Tree[Token] | Token | None, role: Role) -> Iterator[Name]:
    """The bare names in a list, or in one value."""
    for one in node.iter_subtrees() if isinstance(node, Tree) else ():
        if one.data == "word" and isinstance(one.children[0], Token):
            yield replace(_name(role, one.children[0]), is_value=role is Role.VALUE)


def _name(
    role: Role, token: Token, *, declares: bool = False, attributes: tuple[Attribute, ...] = ()
) -> Name:
    keys = tuple(one.key for one in attributes)
    return Name(role, str(token), token.start_pos or 0, token.end_pos or 0, declares, keys)


def attributes_of(owner: str | None, name: str | None) -> tuple[Attribute, ...]:
    """What a reference may mean: `tier`, `listener's tier`, `artist's minor`, a bare `artist`.

    Empty if it means nothing, several if more than one subject has the attribute.

    >>> [one.key for one in attributes_of("artist", "minor")]
    ['party.minor']
    """
    if (owner or name) in ROLES:
        key = "party.id" if owner is None or name is None else f"party.{name}"
    elif owner is not None:
        key = f"{owner}.{name}"
    else:
        return SCHEMA.named(name or "")
    found = SCHEMA.attributes.get(key)
    return (found,) if found else ()


def flags_of(subject: str) -> dict[str, Attribute]:
    """What a subject or a role can simply be, as in `listener is verified`, by name."""
    if subject in ROLES:
        subject = "party"
    elif SCHEMA.named(subject):
        return {}
    return {one.name: one for one in SCHEMA.of(subject) if one.kind is Kind.BOOL}
