"""What is left of a condition once everything but the track is known.

Plain conditions over the columns of a catalogue, two-valued. What a condition can come to is a
`Truth`: where it holds, and where a fact is missing, so that it could not be read to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Param:
    """A place for a constant that differs from party to party; see `shapes`."""

    index: int


Text: TypeAlias = str | Param
Number: TypeAlias = int | Param


@dataclass(frozen=True, slots=True)
class Const:
    """The same for every track."""

    value: bool


@dataclass(frozen=True, slots=True)
class Equals:
    """A text is one of these."""

    column: str
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no column is yes."""

    column: str


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number is within these bounds, both inclusive; None is without bound."""

    column: str
    least: Number | None
    most: Number | None


@dataclass(frozen=True, slots=True)
class Like:
    """A text fits a pattern, given as the pieces between its stars."""

    column: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """A list has an entry, given as `encoding.entry` writes it."""

    column: str
    entry: Text


@dataclass(frozen=True, slots=True)
class ListsOnly:
    """A list has no entry but these."""

    column: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SomeOf:
    """A list of parties has at least one of a group, given by its number."""

    column: str
    group: int


@dataclass(frozen=True, slots=True)
class EachOf:
    """A list of parties has none outside a group, given by its number."""

    column: str
    group: int


@dataclass(frozen=True, slots=True)
class Both:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class No:
    """The part does not hold."""

    part: Node


Leaf: TypeAlias = Const | Equals | Flag | Between | Like | Lists | ListsOnly | SomeOf | EachOf
Node: TypeAlias = Leaf | Both | Either | No

TRUE = Const(True)
FALSE = Const(False)


def both(*parts: Node) -> Node:
    """All parts at once, simplified."""
    return _joined(Both, FALSE, TRUE, parts)


def either(*parts: Node) -> Node:
    """Any of the parts, simplified."""
    return _joined(Either, TRUE, FALSE, parts)


def one_of_many(parts: Sequence[Node]) -> Node:
    """Any of the parts; texts of one column that several of them name become one list."""
    joined = either(*parts)
    if not isinstance(joined, Either):
        return joined
    names: dict[str, dict[Text, None]] = {}
    others: list[Node] = []
    for part in joined.parts:
        if isinstance(part, Equals):
            names.setdefault(part.column, {}).update(dict.fromkeys(part.values))
        else:
            others.append(part)
    return either(*(Equals(column, tuple(values)) for column, values in names.items()), *others)


def no(part: Node) -> Node:
    """The opposite, simplified."""
    if isinstance(part, Const):
        return constant(not part.value)
    return part.part if isinstance(part, No) else No(part)


def constant(value: bool) -> Const:
    """The same for every track."""
    return TRUE if value else FALSE


def empty(column: str) -> Node:
    """Whether a list or a text is empty."""
    return Equals(column, ("",))


def _joined(
    kind: type[Both] | type[Either], settles: Const, neutral: Const, parts: tuple[Node, ...]
) -> Node:
    kept: dict[Node, None] = {}
    for part in parts:
        if isinstance(part, Const):
            if part.value is settles.value:
                return settles
        elif isinstance(part, kind):
            kept |= dict.fromkeys(part.parts)
        else:
            kept[part] = None
    if len(kept) > 1:
        return kind(tuple(kept))
    return next(iter(kept), neutral)


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a condition holds and where it is in error; nowhere both."""

    holds: Node
    error: Node = FALSE

    @property
    def fixed(self) -> bool:
        """Whether it comes out the same for every track."""
        return isinstance(self.holds, Const) and isinstance(self.error, Const)

    def then(self, other: Truth) -> Truth:
        """Both hold; the other is read only where this one holds."""
        if self is ALWAYS:
            return other
        return Truth(
            both(self.holds, other.holds), either(self.error, both(self.holds, other.error))
        )

    def otherwise(self, other: Truth) -> Truth:
        """Either holds; the other is read only where this one does not."""
        if self is NEVER:
            return other
        return Truth(
            either(self.holds, both(no(self.error), other.holds)),
            either(self.error, both(no(self.holds), other.error)),
        )

    def opposite(self) -> Truth:
        """Holds where this one does not; in error at the same places."""
        return Truth(no(either(self.holds, self.error)), self.error)


ALWAYS = Truth(TRUE)
NEVER = Truth(FALSE)
UNKNOWN = Truth(FALSE, TRUE)


def leaves(node: Node) -> Iterator[Leaf]:
    """Every test in a condition."""
    if isinstance(node, Both | Either):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, No):
        yield from leaves(node.part)
    else:
        yield node
