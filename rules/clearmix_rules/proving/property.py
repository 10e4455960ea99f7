"""A property: what somebody claims about every request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clearmix_rules import tree
from clearmix_rules.deciding.decision import Outcome

ANSWERS = ("permitted", "referred", "refused", *(one.value for one in Outcome if one.rank > 1))
"""What a property may call an outcome; `permitted` and `refused` stand for several."""


class Claim(StrEnum):
    """What a property says of the requests that it is about."""

    NEVER = "never"
    ALWAYS = "always"
    ONLY = "only"
    HAS = "every permit has"
    NOTHING_NEW = "permits nothing that ... refused"


class Against(StrEnum):
    """Of which requests else a property may speak, besides its conditions."""

    FORBID = "against any forbid"
    REFUSAL = "against any recorded refusal"
    ENDED = "under ended terms"


@dataclass(frozen=True, slots=True)
class Demand:
    """One duty that every permit must carry: its kind, and a name or a text."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """One claim about all requests, checked against the schema."""

    name: str
    claim: Claim
    answer: str = "permitted"
    """One of `ANSWERS`, for `never`, `always` and `only`."""
    against: Against | None = None
    demands: tuple[Demand, ...] = ()
    other: str = ""
    """The file or folder of policies that a newer set must stay within."""
    scope: tree.Scope | None = None
    when: tree.Condition | None = None
    unless: tree.Condition | None = None
    reason: str = ""
    span: tree.Span = tree.NOWHERE

    @property
    def sentence(self) -> str:
        """The property for people."""
        return self.reason or self.name
