"""The syntax tree: what a policy says, as frozen values.

One tree serves every reader of a policy. The parser builds it with the words as written; the
checker rebuilds it with each `Test` replaced by a `FactTest`, whose attribute and values are those
of the schema. Places do not count when two trees are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from clearmix_rules.schema import Attribute


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text: lines and columns from 1, in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def width(self) -> int:
        """How many characters the caret underlines, on the first line."""
        return max(1, self.end_column - self.column) if self.end_line == self.line else 1


NOWHERE = Span(1, 1, 1, 1)


# ---------------------------------------------------------------- values, as written


@dataclass(frozen=True, slots=True)
class Word:
    """A bare name such as `private` or `nordics`."""

    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text, without its quotes."""

    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, exactly, with its unit if one was written."""

    amount: Fraction
    unit: str | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""

    day: date
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day on a date; without `Z` it has no zone of its own."""

    at: datetime
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class This:
    """`this use` or `this action`: the request's own value."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Except:
    """Last in a list of values: those that it leaves out."""

    values: tuple[Value, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Value: TypeAlias = Word | Text | Number | Day | Moment | This | Except


# ---------------------------------------------------------------- conditions


class Quantifier(StrEnum):
    """Of how many parties a test must hold. `EVERY` needs at least one."""

    ANY = "any"
    EVERY = "every"
    NO = "no"


class Op(StrEnum):
    """What a test asks of an attribute."""

    ONE_OF = "is"
    AT_MOST = "is at most"
    AT_LEAST = "is at least"
    UNDER = "is under"
    OVER = "is over"
    EXACTLY = "is exactly"
    BETWEEN = "is between"
    BEFORE = "is before"
    AFTER = "is after"
    ON_OR_BEFORE = "is on or before"
    ON_OR_AFTER = "is on or after"
    WITHIN = "is within"
    WITHIN_BEFORE = "is within before"
    WITHIN_AFTER = "is within after"
    LIKE = "is like"
    GIVEN = "is given"
    HAS_ANY = "has"
    HAS_ALL = "has all of"
    HAS_ONLY = "has only"
    TRUE = "is true"
    BELOW = "is below"
    """A label that is, or belongs to, one of the values: the label tree."""


@dataclass(frozen=True, slots=True)
class Ref:
    """What a test is about: `tier`, `listener's tier`, `any artist`, `every artist's consents`."""

    name: str | None
    owner: str | None = None
    quantifier: Quantifier | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Test:
    """A test as written."""

    __test__ = False  # pytest: not a test class
    ref: Ref
    op: Op
    values: tuple[Value, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    negated: bool = False
    """Of parties: it is meant not to hold, as in `any artist is not minor`."""


Scalar: TypeAlias = int | str | bool | date | datetime


@dataclass(frozen=True, slots=True)
class FactTest:
    """A checked test: an attribute of the schema against values of its type and unit.

    `role` and `quantifier` are set together, for a test of the parties in that role; `negated` then
    says that it must not hold, of any, of every or of no party. `other` is the attribute on the
    right-hand side, if it is one. An `attribute` of `party.id` tests who the party is.
    """

    attribute: Attribute
    op: Op
    values: tuple[Scalar, ...] = ()
    role: str | None = None
    quantifier: Quantifier | None = None
    other: Attribute | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; parts are tried from left to right."""

    parts: tuple[Condition, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; parts are tried from left to right."""

    parts: tuple[Condition, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Condition: TypeAlias = Test | FactTest | All | Either | Not


# ---------------------------------------------------------------- duties


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on an attribute of the result, which the request must keep as well."""

    test: Test | FactTest
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LabelReads:
    """A text that must be shown with the result."""

    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RoyaltyAtLeast:
    """A share of `base` that is owed to a payee."""

    rate: Number
    base: str
    payee: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    base_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ApprovalBy:
    """A party that must say yes to the result first, within a number of days."""

    party: str
    within: Number | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CreditTo:
    """Roles that must be credited."""

    roles: tuple[Word, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WatermarkWith:
    """Watermarks that the sound must carry; `only` excludes every other."""

    watermarks: tuple[Word, ...]
    only: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MarkWith:
    """Marks that the file must carry, such as `tags` or `c2pa`."""

    marks: tuple[Word, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class KeepRecords:
    """How long the record of the use is kept."""

    period: Number
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expires:
    """When the result must be taken down: a day, or a number of days after it was made."""

    when: Day | Number
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Duty: TypeAlias = (
    Limit
    | LabelReads
    | RoyaltyAtLeast
    | ApprovalBy
    | CreditTo
    | WatermarkWith
    | MarkWith
    | KeepRecords
    | Expires
)


# ---------------------------------------------------------------- rules and policies


class Effect(StrEnum):
    """What a rule does when it applies."""

    PERMIT = "permit"
    FORBID = "forbid"


class Relation(StrEnum):
    """How a rule's tracks are related to the names in its scope."""

    UNDER = "tracks under"
    BY = "tracks by"
    WRITTEN_BY = "tracks written by"
    PUBLISHED_BY = "tracks published by"
    OWNED_BY = "tracks owned by"
    TRACK = "track"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tracks a rule is about."""

    relation: Relation
    names: tuple[Word | Text, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One permit or forbid. `actions` empty means `any use`."""

    name: str
    effect: Effect
    actions: tuple[Word, ...]
    scope: Scope | None
    when: Condition | None
    unless: Condition | None
    duties: tuple[Duty, ...]
    reason: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """A name for a list of values."""

    name: str
    values: tuple[Value, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """A file whose definitions count as if they stood here."""

    file: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Shared:
    """A file of definitions for other files to use."""

    uses: tuple[Use, ...]
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """When a policy holds. No `zone` means the listener's own."""

    opens: Day | Moment | None
    closes: Day | Moment | None
    zone: str | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    zone_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConsentDefault:
    """What a party answers when none of its rules applies: `opt-in`, `opt-out` or `delegated`."""

    answer: str
    to: str | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Author:
    """Whose policy it is; the platform's has the kind and the id `platform`."""

    kind: str
    party: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole document."""

    title: str
    version: int
    author: Author
    in_force: InForce | None
    consent: ConsentDefault | None
    definitions: tuple[Definition, ...]
    rules: tuple[Rule, ...]
    uses: tuple[Use, ...] = ()
    """Empty once checked: the rules then hold what was used."""
    file: str = field(default="", compare=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)
