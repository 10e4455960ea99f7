"""What the word under the pointer means, and what the rule around it says in English."""

from __future__ import annotations

from dataclasses import dataclass

from clearmix_rules import english
from clearmix_rules.editing import describing
from clearmix_rules.editing.checks import checked_rule
from clearmix_rules.editing.describing import KnownParty, Parties
from clearmix_rules.editing.names import Name, Role, attributes_of, name_at
from clearmix_rules.editing.outline import Token, piece_at, token_at
from clearmix_rules.schema import SCHEMA, Kind
from clearmix_rules.source import PolicySource


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about a stretch of the text."""

    start: int
    end: int
    markdown: str


def hover(source: PolicySource, offset: int, parties: Parties) -> Hover | None:
    """What there is to say about a place: its word, and the rule that it stands in."""
    text = source.text
    token = token_at(text, offset)
    if token is None:
        return None
    said = []
    if token.kind == "NAME":
        name = name_at(text, offset)
        word = _named(text, name, parties) if name else _guessed(text, token)
        if word:
            said.append(word)
    piece = piece_at(text, offset)
    if piece is not None and piece.keyword == "rule" and token.kind != "COMMENT":
        rule = checked_rule(source, piece)
        if rule is not None:
            said.append(english.rule(rule))
    return Hover(token.start, token.end, "\n\n---\n\n".join(said)) if said else None


def _named(text: str, name: Name, parties: Parties) -> str | None:
    """What a name means whose role is known."""
    match name.role:
        case Role.ATTRIBUTE:
            return "\n\n".join(describing.attribute(SCHEMA.attributes[k]) for k in name.attributes)
        case Role.DEFINITION:
            return describing.definition(text, name.text)
        case Role.PARTY:
            return describing.party(parties.get(name.text, KnownParty(name.text, name.kind)))
        case Role.VALUE if Kind.TERRITORY in {SCHEMA.attributes[k].kind for k in name.attributes}:
            return describing.group(name.text) or f"`{name.text}`: a territory, ISO 3166"
        case Role.VALUE if not name.attributes:  # in a definition
            return describing.group(name.text)
        case Role.VALUE:
            about = [SCHEMA.attributes[key] for key in name.attributes]
            return "\n\n".join(f"`{name.text}`: {one.name}, {one.sentence}" for one in about)
        case _:
            return None


def _guessed(text: str, token: Token) -> str | None:
    """What a word probably means in a piece that cannot be read yet."""
    about = attributes_of(None, token.text)
    if about:
        return "\n\n".join(describing.attribute(one) for one in about)
    return describing.group(token.text) or describing.definition(text, token.text)
