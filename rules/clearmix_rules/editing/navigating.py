"""From a name to where it is declared and used, in one policy or in all of them."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_rules.editing.names import Name, Role, name_at, names
from clearmix_rules.editing.outline import token_at
from clearmix_rules.editing.workspace import Document

Found = list[tuple[Document, Name]]


def declarations(document: Document, offset: int, others: Iterable[Document]) -> Found:
    """Where the name at a place is declared: by `define`, after `rule`, on a party's `by` line."""
    return [found for found in _everywhere(document, offset, others) if found[1].declares]


def uses(document: Document, offset: int, others: Iterable[Document], *, declared: bool) -> Found:
    """Where the name at a place is used, and where it is declared if that is wanted."""
    return [
        found
        for found in _everywhere(document, offset, others)
        if declared or not found[1].declares
    ]


def _everywhere(document: Document, offset: int, others: Iterable[Document]) -> Found:
    """Every place that means the same: parties in all policies, anything else in its own."""
    name = name_at(document.text, offset) or _guessed(document.text, offset)
    if name is None:
        return []
    within = [document]
    if name.role is Role.PARTY:
        within += [other for other in others if other.uri != document.uri]
    return [
        (one, other)
        for one in within
        for other in names(one.text)
        if other.role is name.role and other.text == name.text
    ]


def _guessed(text: str, offset: int) -> Name | None:
    """What a word in a piece that cannot be read yet probably is: something declared elsewhere."""
    token = token_at(text, offset)
    if token is None or token.kind != "NAME":
        return None
    return next(
        (
            one
            for one in names(text)
            if one.text == token.text and (one.declares or one.role is Role.PARTY)
        ),
        None,
    )
