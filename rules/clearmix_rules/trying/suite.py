"""The syntax tree of a file of policy tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from clearmix_rules import tree
from clearmix_rules.tree import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as written: `tier is plus`, `second track's label is polar`, `ada-wren is minor`."""

    owner: str | None
    name: str | None
    """None where only a track is named: `second track is explicit`."""
    track: int
    """Which track of the request it is about, from 0."""
    subject: Span = field(compare=False, repr=False)
    """The place of what it is about."""
    values: tuple[tree.Value, ...]
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Default:
    """What a party answers where no policy of its own does: `northlight's consent is opt-in`."""

    party: str
    answer: str
    to: str | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A consent on record: `ada-wren has refused remix in GB`. No `kinds` means any use."""

    party: str
    answer: str
    kinds: tuple[tree.Word, ...]
    about: tuple[tuple[str, tree.Value | None], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A party's answer when it was asked for approval: `ada-wren has approved`."""

    party: str
    answer: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Fact: TypeAlias = Said | Default | Recorded | Asked


@dataclass(frozen=True, slots=True)
class RuleName:
    """A rule that the decision must name; `party` tells two of one name apart."""

    rule: str
    party: str | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the answer must be."""

    outcome: tree.Word
    rules: tuple[RuleName, ...] = ()
    duties: tuple[tree.Duty, ...] = ()
    nothing: bool = False
    """Whether no duty at all is expected."""
    words: tuple[tree.Text, ...] = ()
    """Each must occur in the reasons."""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """One test."""

    name: str
    facts: tuple[Fact, ...]
    expected: Expectation
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Suite:
    """A whole file of tests."""

    policies: tuple[tree.Text, ...]
    """The files of the policies, as paths from the folder of the tests."""
    baseline: bool
    """Whether the platform's own policy is asked as well."""
    given: tuple[Fact, ...]
    trials: tuple[Trial, ...]
    file: str = field(default="", compare=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)
