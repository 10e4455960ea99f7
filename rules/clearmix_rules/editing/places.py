"""Which kind of name belongs at the place behind what the parser has read of a piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lark import Token

from clearmix_rules.editing.names import attributes_of, flags_of
from clearmix_rules.reading.parser import grammar
from clearmix_rules.schema import Attribute, Kind


class Wanted(StrEnum):
    """What a place is for."""

    NOTHING = "nothing that has a list"
    CONDITION = "the beginning of a condition"
    OWNED = "an attribute of the owner just written"
    ROLE = "whom a quantifier counts"
    ACTION = "an action"
    VALUE = "a value of an attribute"
    UNIT = "a unit"
    DATED = "an attribute to compare a date with"
    THIS = "what of the request"
    PARTY = "a party"
    DUTY = "the beginning of a duty"
    BASE = "what a royalty is a share of"
    CREDIT = "whom to credit"
    MARK = "a mark"
    AUTHOR = "a kind of party"
    CONSENT = "a consent"
    ZONE = "a time zone"
    DEFINED = "a value of a definition"


@dataclass(frozen=True, slots=True)
class Place:
    """What is wanted, and of which attributes or owner."""

    wanted: Wanted
    attributes: tuple[Attribute, ...] = ()
    owner: str = ""
    unit: str = ""


_JOINING = frozenset(("COMMA", "OR", "AND", "ONLY", "NOT", "EXCEPT"))
"""What joins the values of a list, beside names, numbers and the words that two words make."""

CLAUSES = frozenset(("WHEN", "UNLESS", "PROVIDED", "REASON"))


def place_of(said: Sequence[Token], accepted: set[str]) -> Place:
    """What belongs behind these tokens, of which the parser accepts those terminals next."""
    kinds = [one.type for one in said]
    if "EVERY" in accepted:
        return Place(Wanted.CONDITION)
    if "UNIT" in accepted:
        return Place(Wanted.UNIT, unit=_unit(said))
    if "APPROVAL" in accepted:
        return Place(Wanted.DUTY)
    if "ZONE" in accepted:
        return Place(Wanted.ZONE)
    if "NAME" not in accepted or not said:
        return Place(Wanted.NOTHING)
    if kinds[-1] == "POSSESSIVE":
        return Place(Wanted.OWNED, owner=str(said[-2]))
    if kinds[-1] in ("ANY", "EVERY", "NO"):
        return Place(Wanted.ROLE)
    return _of_rule(said, kinds) if kinds[0] == "RULE" else _of_header(said)


def _of_header(said: Sequence[Token]) -> Place:
    first, last = said[0].type, said[-1].type
    if first == "BY":
        return Place(Wanted.PARTY if len(said) > 1 else Wanted.AUTHOR, owner=str(said[-1]))
    if first == "CONSENT":
        return Place(Wanted.PARTY if last == "TO" else Wanted.CONSENT)
    if first == "DEFINE" and len(said) > 2:
        return Place(Wanted.DEFINED)
    return Place(Wanted.NOTHING)


_BY_WORD = {
    "PERMIT": Wanted.ACTION, "FORBID": Wanted.ACTION, "CREDIT": Wanted.CREDIT,
    "WATERMARK": Wanted.MARK, "MARK": Wanted.MARK, "APPROVAL": Wanted.PARTY, "TO": Wanted.PARTY,
    "TRACKS": Wanted.PARTY, "WRITTEN": Wanted.PARTY, "PUBLISHED": Wanted.PARTY,
    "OWNED": Wanted.PARTY,
}  # fmt: skip


def _of_rule(said: Sequence[Token], kinds: Sequence[str]) -> Place:
    """By the word that governs the list in which the next name stands, or the word before it."""
    if kinds[-1] == "THIS":
        return Place(Wanted.THIS)
    index = len(said) - 1
    while index > 0 and _in_a_list(kinds[index]):
        index -= 1
    governing = kinds[index]
    wanted = _BY_WORD.get(kinds[index - 1]) or _BY_WORD.get(governing)
    if wanted is not None:
        return Place(wanted)
    clause = next((kind for kind in reversed(kinds) if kind in CLAUSES), "")
    if clause == "PROVIDED" and governing == "OF":
        return Place(Wanted.BASE)
    if clause not in ("WHEN", "UNLESS"):
        return Place(Wanted.NOTHING)
    ref = _ref(said)
    about = _meant(ref)
    if governing in ("IS", "HAS", "THIS"):
        subject = str(ref[0]) if len(ref) == 1 and governing == "IS" else ""
        flags = tuple(flags_of(subject).values())
        return Place(Wanted.VALUE, (*about, *flags), subject)
    if any(one.kind in (Kind.DAY, Kind.MOMENT) for one in about):
        return Place(Wanted.DATED, about)
    return Place(Wanted.VALUE, about) if governing == "UNDER" else Place(Wanted.NOTHING)


def _in_a_list(kind: str) -> bool:
    """Whether a token can stand between the word that governs a list and its next value."""
    return kind in _JOINING or grammar().get_terminal(kind).pattern.type == "re"


def _unit(said: Sequence[Token]) -> str:
    """In which unit the number just written is measured: `ms`, `bps`, `cents`, `days`, `count`."""
    for index in range(len(said) - 1, -1, -1):
        if said[index].type in ("WITHIN", "KEEP", "EXPIRES"):
            return "days"
        if said[index].type == "IS":
            if said[index - 1].type == "ROYALTY":
                return "bps"
            return next((one.unit for one in _meant(_ref(said)) if one.unit), "")
    return ""


def _ref(said: Sequence[Token]) -> list[Token]:
    """The names of what the last test is about, before its `is` or `has`: an owner's, its own."""
    end = max((i for i, one in enumerate(said) if one.type in ("IS", "HAS")), default=0)
    if [one.type for one in said[max(0, end - 3) : end]] == ["OF", "THE", "TRACK"]:
        end -= 3
    if end == 0 or said[end - 1].type != "NAME":
        return []
    owned = end > 2 and said[end - 2].type == "POSSESSIVE"
    return [said[end - 3], said[end - 1]] if owned else [said[end - 1]]


def _meant(ref: Sequence[Token]) -> tuple[Attribute, ...]:
    """The attributes that a reference may mean."""
    if not ref:
        return ()
    return attributes_of(str(ref[0]) if len(ref) > 1 else None, str(ref[-1]))
