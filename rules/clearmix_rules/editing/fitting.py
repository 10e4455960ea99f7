"""Which words of the language make sense at a place, of those that the grammar accepts there."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from clearmix_rules.editing.places import CLAUSES, Place
from clearmix_rules.schema import ACTIONS, USES, Attribute, Kind

_NUMBERS = frozenset(
    ("AT", "LESS", "MORE", "UNDER", "BELOW", "OVER", "ABOVE", "EXACTLY", "BETWEEN", "NOT")
)
_DATES = frozenset(("BEFORE", "AFTER", "ON", "BETWEEN", "EXACTLY", "NOT"))
_LISTS = frozenset(("ANY_OF", "NONE_OF", "NOT"))
_BY_KIND = {
    Kind.ENUM: _LISTS, Kind.TERRITORY: _LISTS, Kind.PARTY: _LISTS, Kind.LABEL: _LISTS | {"UNDER"},
    Kind.TEXT: _LISTS | {"LIKE"}, Kind.NAME: _LISTS | {"LIKE"}, Kind.INT: _NUMBERS,
    Kind.DAY: _DATES | {"WITHIN"}, Kind.MOMENT: _DATES, Kind.BOOL: frozenset(("NOT",)),
}  # fmt: skip
"""What may follow `is`, by what an attribute holds."""

_AFTER_IS = frozenset(("GIVEN",)).union(*_BY_KIND.values())


def fits(terminal: str, place: Place, said: Sequence[Token]) -> bool:
    """Whether a terminal makes sense behind these tokens, where the place is what they lead to."""
    kinds = [one.type for one in said]
    if terminal in CLAUSES:
        return terminal not in kinds and not (terminal == "PROVIDED" and "FORBID" in kinds)
    if not place.attributes:
        return True
    if terminal == "THIS":
        return any(one.values in (ACTIONS, USES) for one in place.attributes)
    if terminal not in _AFTER_IS or kinds[-1] not in ("IS", "NOT"):
        return True
    return any(_follows_is(terminal, one) for one in place.attributes)


def _follows_is(terminal: str, about: Attribute) -> bool:
    if terminal == "GIVEN":
        return not about.required
    return terminal in _BY_KIND.get(about.kind, ())
