"""Where names are declared and used, and giving one another name."""

from __future__ import annotations

import re

from clearmix_rules.checking.definitions import RESERVED
from clearmix_rules.editing.fixes import Edit
from clearmix_rules.editing.names import Name, Role, name_at, names, unreadable
from clearmix_rules.editing.positions import Positions
from clearmix_rules.errors import RightsError
from clearmix_rules.reading.parser import grammar

_OWN = (Role.RULE, Role.DEFINITION)


def same(text: str, name: Name) -> list[Name]:
    """Every place in a text that means the same as a name does, its declaration first."""
    return sorted(
        (one for one in names(text) if one.role is name.role and one.text == name.text),
        key=lambda one: (not one.declares, one.start),
    )


def renamable(text: str, offset: int) -> Name:
    """The definition or the rule at a place.

    Raises:
        RightsError: there is none.
    """
    name = name_at(text, offset)
    if name is None or name.role not in _OWN:
        what = f"the {name.role} `{name.text}`" if name else "this"
        raise RightsError(
            f"{what} cannot be renamed", help="definitions and rules can; place the cursor on one"
        )
    return name


def rename(text: str, offset: int, to: str) -> list[Edit]:
    """The edits that give a definition or a rule another name, everywhere in its text.

    INVARIANT: the policy means the same afterwards.

    Raises:
        RightsError: there is nothing to rename, or the new name would not do.
    """
    name = renamable(text, offset)
    if to == name.text:
        return []
    _spelled(to)
    broken = unreadable(text, name.text)
    if broken is not None:
        line = Positions(text).line_of(broken.start)
        raise RightsError(
            f"line {line} uses `{name.text}` and cannot be read", help="correct it first"
        )
    if name.role is Role.RULE:
        if any(one.role is Role.RULE and one.text == to for one in names(text)):
            raise RightsError(f"another rule is called `{to}`", help="choose another name")
    else:
        _free(text, to)
    if sum(one.declares for one in same(text, name)) > 1:
        raise RightsError(
            f"`{name.text}` is there twice", help="delete or change one of them first"
        )
    return [Edit(one.start, one.end, to) for one in same(text, name)]


def _spelled(to: str) -> None:
    """Sees to it that a word can be a name at all."""
    if re.fullmatch(grammar().get_terminal("NAME").pattern.to_regexp(), to) is None:
        raise RightsError(
            f"`{to}` is not a name", help="use letters, digits and hyphens, a letter first"
        )
    words = {one.pattern.value for one in grammar().terminals if one.pattern.type == "str"}
    units = grammar().get_terminal("UNIT").pattern.to_regexp()
    if to in words or re.fullmatch(units, to):
        raise RightsError(f"`{to}` is a word of the language", help="choose another name")


def _free(text: str, to: str) -> None:
    """Sees to it that a definition's new name means nothing yet where values stand."""
    if {to, to.lower()} & RESERVED:
        raise RightsError(f"`{to}` already has a meaning", help="choose another name")
    for one in names(text):
        if one.text != to or one.role not in (Role.DEFINITION, Role.VALUE, Role.PARTY):
            continue
        if one.role is Role.DEFINITION:
            raise RightsError(f"`{to}` is defined already", help="choose another name")
        raise RightsError(
            f"`{to}` is used as a value on line {Positions(text).line_of(one.start)}",
            help="the definition would change what it means; choose another name",
        )
