"""Attributes, values, definitions and parties in Markdown, for hovers and completions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clearmix_rules.editing.names import Role, names
from clearmix_rules.editing.outline import pieces
from clearmix_rules.english import listed
from clearmix_rules.schema import Attribute, Kind
from clearmix_rules.territories import CODES, GROUPS
from clearmix_rules.units import UNITS


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A party that some policy names; `kind` and `file` are those of its own policy, if any."""

    id: str
    kind: str = ""
    file: str = ""


Parties = Mapping[str, KnownParty]

USUAL_UNITS = ("seconds", "minutes", "%", "semitones", "days", "weeks", "years")


def attribute(one: Attribute) -> str:
    """What an attribute says, what it holds, in which unit, and whether it may be missing."""
    lines = [f"**{one.group}'s {one.name}**: {one.sentence}", "", f"Holds {holds(one)}."]
    if not one.required:
        lines[-1] += f" May be missing: read it behind `{one.name} is given`."
    elif one.default is not None:
        lines[-1] += " May be left out of a request."
    return "\n".join(lines)


def holds(one: Attribute) -> str:
    """What values an attribute takes, in words."""
    if one.values:
        known = listed(f"`{value}`" for value in one.values)
        return f"any of {known}" if one.kind is Kind.SET else known
    if one.unit is None or one.unit == "count":
        return one.kind.value
    return f"a number of {listed(f'`{unit}`' for unit in units_of(one))}"


def units_of(one: Attribute) -> list[str]:
    """The units that an attribute can be written in, the most usual first."""
    fitting = [word for word, (kind, _) in UNITS.items() if kind == one.unit]
    return sorted(fitting, key=lambda word: (word not in USUAL_UNITS, fitting.index(word)))


def group(written: str) -> str | None:
    """A group of territories with its members, its name in capitals or not; None for no group."""
    name = next((one for one in GROUPS if one.lower() == written.lower()), None)
    if name is None:
        return None
    codes = sorted(GROUPS[name])
    members = "every ISO 3166 country" if GROUPS[name] == CODES else ", ".join(codes)
    return f"**{name}**: {len(codes)} territories\n\n{members}"


def definition(text: str, name: str) -> str | None:
    """A definition as it is written, or None if the text has none of that name."""
    written = definitions(text).get(name)
    return f"```rights\n{written}\n```" if written else None


def definitions(text: str) -> dict[str, str]:
    """The `define` lines of a text that can be read, by name, each in one line."""
    declared = [one for one in names(text) if one.role is Role.DEFINITION and one.declares]
    found: dict[str, str] = {}
    for piece in pieces(text):
        for one in declared:
            if piece.start <= one.start < piece.end:
                written = " ".join(
                    line.split("#", 1)[0].strip()
                    for line in text[piece.start : piece.end].splitlines()
                )
                found.setdefault(one.text, " ".join(written.split()))
    return found


def party(one: KnownParty) -> str:
    """A party with its kind and the file of its policy, as far as they are known."""
    kind = f"{one.kind or 'party'} **{one.id}**"
    return f"{kind}: its policy is in {one.file}" if one.file else f"{kind}, named by policies here"


def parties_in(text: str, file: str) -> Iterable[KnownParty]:
    """The parties that a text names; the author knows its kind and its file."""
    for one in names(text):
        if one.role is Role.PARTY:
            yield (KnownParty(one.text, one.kind, file) if one.declares else KnownParty(one.text))
