"""The names, words and templates that a place of a policy can be completed with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clearmix_rules.checking.definitions import RESERVED
from clearmix_rules.editing import describing
from clearmix_rules.editing.describing import Parties
from clearmix_rules.editing.names import Role, attributes_of, flags_of
from clearmix_rules.editing.names import names as names_in
from clearmix_rules.editing.outline import pieces, tokens
from clearmix_rules.editing.places import Place, Wanted
from clearmix_rules.schema import (
    ACTIONS,
    CREDIT_ROLES,
    PARTY_KINDS,
    PLATFORM,
    ROLES,
    ROYALTY_BASES,
    SCHEMA,
    Attribute,
    Kind,
    Origin,
)
from clearmix_rules.territories import CODES, GROUPS
from clearmix_rules.units import UNITS
from clearmix_rules.zones import names as zone_names


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion. `insert` is what is typed; in a template `${1:word}` marks what to fill in.

    `rank` orders suggestions: names that fit the place, then the language's words, then the rest.
    """

    label: str
    kind: str
    detail: str = ""
    documentation: str = ""
    insert: str = ""
    rank: int = 0

    @property
    def plain(self) -> str:
        """What to insert where templates are not understood."""
        filled = re.sub(r"\$\{\d+:((?:\\.|[^\\}])*)\}", r"\1", self.insert or self.label)
        return re.sub(r"\\(.)", r"\1", filled) if "${" in self.insert else filled


def keyword(phrase: str) -> Suggestion:
    """A word of the language, with those that must follow it."""
    return Suggestion(phrase, "keyword", rank=1)


def placeholder(name: str, closed: bool) -> Suggestion:
    """What a label or a reason says in braces."""
    return Suggestion(
        name, "value", f"the {name} of the source", insert=name if closed else name + "}"
    )


# ---------------------------------------------------------------- whole lines

_RULES = (
    ("rule ... permit", "a rule that permits, on terms",
     'rule ${1:name}: permit ${2:remix}\n  when ${3:use is private or in-app}\n  provided\n'
     '    ${4:length is at most 90 seconds}\n  reason "${5:Why, for the listener.}"'),
    ("rule ... forbid", "a rule that forbids",
     'rule ${1:name}: forbid ${2:any use}\n  when ${3:track is explicit}\n'
     '  reason "${4:Why, for the listener.}"'),
)  # fmt: skip
_HEADER = (
    ("policy", "its title and version", 'policy "${1:Title}" version ${2:1}'),
    ("by", "whose policy it is", "by ${1:label} ${2:its-id}"),
    ("in force", "when the policy holds", "in force from ${1:2026-01-01} until ${2:2026-12-31}"),
    ("consent", "the answer when no rule applies", "consent: ${1:opt-in}"),
    ("define", "a name for a list", "define ${1:name} as any of ${2:SE, NO or DK}"),
)  # fmt: skip
_DUTIES = (
    ("label reads", "a text that is shown with the remix",
     'label reads "${1:Fan-made remix of {title\\}. Not by {artist\\}.}"'),
    ("royalty", "a share that is owed",
     "royalty is at least ${1:15}% of ${2:revenue} to ${3:payee}"),
    ("approval", "who must say yes first", "approval by ${1:party} within ${2:10} days"),
    ("keep records", "how long the record is kept", "keep records for ${1:5} years"),
    ("expires after", "when it is taken down", "expires after ${1:1} year"),
)  # fmt: skip


def lines(text: str, *, in_rules: bool) -> Iterator[Suggestion]:
    """What may begin a line: a rule, and in the header the lines that are not there yet."""
    rank = 2
    for label, detail, insert in _RULES:
        yield Suggestion(
            label, "template", detail, f"```rights\n{_bare(insert)}\n```", insert, rank
        )
    there = {one.keyword for one in pieces(text)} - {"define"}
    for label, detail, insert in () if in_rules else _HEADER:
        if label.split()[0] not in there:
            yield Suggestion(label, "template", detail, insert=insert, rank=rank)


def _bare(template: str) -> str:
    return Suggestion("", "", insert=template).plain


# ---------------------------------------------------------------- names


def names(place: Place, text: str, start: int, parties: Parties) -> Iterator[Suggestion]:
    """The names that a place wants; `start` is where the word that is being typed begins."""
    match place.wanted:
        case Wanted.CONDITION:
            yield from _attributes(
                row for row in SCHEMA.attributes.values() if row.group != "party"
            )
            for subject in SCHEMA.subjects:
                yield Suggestion(subject, "subject", _owned(subject), rank=1)
            yield from _roles()
        case Wanted.DUTY:
            yield from _attributes(
                row for row in SCHEMA.attributes.values()
                if row.unit is not None and row.origin is Origin.SPEC
            )  # fmt: skip
            for label, detail, insert in _DUTIES:
                yield Suggestion(label, "template", detail, insert=insert)
        case Wanted.OWNED:
            group = "party" if place.owner in ROLES else place.owner
            for row in SCHEMA.of(group):
                if row.key != "party.id":
                    yield _attribute(row, row.name)
        case Wanted.ROLE:
            yield from _roles()
        case Wanted.VALUE:
            yield from _values(place, text, start, parties)
        case Wanted.DATED:
            kinds = {row.kind for row in place.attributes}
            yield from _attributes(
                row for row in SCHEMA.attributes.values()
                if row.kind in kinds and row not in place.attributes
            )  # fmt: skip
        case Wanted.UNIT:
            for unit, (kind, _) in UNITS.items():
                if kind == place.unit or not place.unit:
                    rank = 0 if unit in describing.USUAL_UNITS else 1
                    yield Suggestion(unit, "unit", f"a unit of {_MEASURES[kind]}", rank=rank)
        case Wanted.PARTY:
            yield from _parties(parties, place.owner)
        case Wanted.ZONE:
            for zone in sorted(zone_names()):
                yield Suggestion(zone, "value", "a time zone")
        case Wanted.DEFINED:
            for row in SCHEMA.attributes.values():
                for value in row.values:
                    yield Suggestion(value, "value", f"a value of `{row.name}`")
            yield from _territories()
        case wanted:
            for word in _LISTS.get(wanted, ()):
                yield Suggestion(word, "value", wanted.value)


_LISTS = {
    Wanted.ACTION: ACTIONS, Wanted.THIS: ("use", "action"), Wanted.BASE: ROYALTY_BASES,
    Wanted.CREDIT: CREDIT_ROLES, Wanted.MARK: ("watermark", "c2pa", "tags"),
    Wanted.AUTHOR: (*PARTY_KINDS, PLATFORM), Wanted.CONSENT: ("opt-in", "opt-out"),
}  # fmt: skip
_MEASURES = {"ms": "time", "bps": "a share", "cents": "pitch", "days": "days"}


def _attributes(rows: Iterable[Attribute]) -> Iterator[Suggestion]:
    """Attributes as they are written: with their subject where a name means several."""
    for row in rows:
        alone = len(attributes_of(None, row.name)) == 1
        yield _attribute(row, row.name if alone else f"{row.group}'s {row.name}")


def _attribute(row: Attribute, label: str) -> Suggestion:
    return Suggestion(label, "attribute", row.sentence, describing.attribute(row))


def _owned(subject: str) -> str:
    return "has " + ", ".join(row.name for row in SCHEMA.of(subject))


def _roles() -> Iterator[Suggestion]:
    for role in ROLES:
        yield Suggestion(
            role, "subject", "a party of the track; can be " + ", ".join(flags_of(role))
        )


def _values(place: Place, text: str, start: int, parties: Parties) -> Iterator[Suggestion]:
    """What the attributes of a test can be; what the text defines; what it says elsewhere."""
    for row in place.attributes:
        if place.owner and row.kind is Kind.BOOL and row.name in flags_of(place.owner):
            yield _attribute(row, row.name)
        elif row.kind is Kind.BOOL:
            yield Suggestion("yes", "value", row.sentence)
            yield Suggestion("no", "value", f"not: {row.sentence}")
        elif row.kind in (Kind.PARTY, Kind.PARTIES, Kind.LABEL):
            yield from _parties(parties, "label" if row.kind is Kind.LABEL else "")
        for value in row.values:
            yield Suggestion(value, "value", f"{row.name}: {row.sentence}")
    keys = {row.key for row in place.attributes}
    for name in names_in(text):
        if name.role is Role.VALUE and keys & set(name.attributes) and name.start != start:
            yield Suggestion(name.text, "value", "used in this policy")
    for row in place.attributes:
        if row.kind is Kind.TERRITORY:
            yield from _definitions(text, CODES | GROUPS.keys())
            yield from _territories()
        elif row.values or row.kind in _NAMED:
            yield from _definitions(text, frozenset(row.values))


_NAMED = (Kind.SET, Kind.NAME, Kind.TEXT, Kind.PARTY, Kind.PARTIES, Kind.LABEL)


def _definitions(text: str, fitting: frozenset[str]) -> Iterator[Suggestion]:
    """The defined names whose values fit; where any name does, those with values of no list."""
    for name, line in describing.definitions(text).items():
        words = {one.text for one in tokens(line)}
        if words & fitting if fitting else not words & RESERVED:
            documentation = f"```rights\n{line}\n```"
            yield Suggestion(name, "definition", "defined in this policy", documentation)


def _territories() -> Iterator[Suggestion]:
    for group in GROUPS:
        yield Suggestion(group, "value", "a group of territories", describing.group(group) or "")
    for code in sorted(CODES):
        yield Suggestion(code, "value", "a territory, ISO 3166", rank=1)


def _parties(parties: Parties, kind: str) -> Iterator[Suggestion]:
    """The parties that policies here name, those of the kind asked for first."""
    for one in parties.values():
        rank = 0 if not kind or one.kind in ("", kind) else 1
        yield Suggestion(one.id, "party", one.kind or "a party", describing.party(one), rank=rank)
