"""The answer to a request: outcome, reasons, rules, duties, what would have to change, record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from clearmix_rules.canonical import sha256
from clearmix_rules.deciding.duties import NO_DUTIES, Duties
from clearmix_rules.units import say


class Outcome(StrEnum):
    """How a request is answered, from best to worst. A decision is as bad as its worst part."""

    PERMITTED = "permitted"
    REFERRED = "referred"
    NOT_PERMITTED = "not-permitted"
    TERMS_CANNOT_BE_MET = "terms-cannot-be-met"
    IN_ERROR = "in-error"
    FORBIDDEN = "forbidden"

    @property
    def rank(self) -> int:
        """0 for the best, 5 for the worst."""
        return list(Outcome).index(self)


@dataclass(frozen=True, slots=True, order=True)
class RuleRef:
    """One rule of one version of a policy. A recorded consent has version 0."""

    policy: str
    version: int
    rule: str
    party: str
    effect: str

    def as_json(self) -> dict[str, str | int]:
        """The reference as a JSON object."""
        return {
            "policy": self.policy,
            "version": self.version,
            "rule": self.rule,
            "party": self.party,
            "effect": self.effect,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a sentence for the listener; `failing` names each condition that did not hold."""

    text: str
    rule: RuleRef | None = None
    failing: tuple[str, ...] = ()
    party: str = ""
    track: str = ""

    def as_json(self) -> dict[str, Any]:
        """The reason as a JSON object."""
        return {
            "text": self.text,
            "rule": self.rule.as_json() if self.rule else None,
            "failing": list(self.failing),
            "party": self.party,
            "track": self.track,
        }


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that would have to be otherwise.

    `operator` is one of: at-most, at-least, one-of, none-of, has-any, has-all, has-none, has-only,
    between, not-within (a range to leave), on-or-after, on-or-before, given, not-given, is (yes or
    no), other (only the words tell). Numbers are in the unit of the attribute; texts and dates
    are strings.
    """

    attribute: str
    operator: str
    values: tuple[int | str | bool, ...]
    actual: int | str | bool | tuple[str, ...] | None
    words: str
    changeable: bool
    """Whether the listener can ask for something else; otherwise it is a fact."""
    track: str = ""
    rule: RuleRef | None = None

    def as_json(self) -> dict[str, Any]:
        """The shortfall as a JSON object."""
        actual = list(self.actual) if isinstance(self.actual, tuple) else self.actual
        return {
            "attribute": self.attribute,
            "operator": self.operator,
            "values": list(self.values),
            "actual": actual,
            "words": self.words,
            "changeable": self.changeable,
            "track": self.track,
            "rule": self.rule.as_json() if self.rule else None,
        }


@dataclass(frozen=True)
class Decision:
    """The answer. Its hash and prose are made when asked for."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    rules: tuple[RuleRef, ...]
    """The rules that made the outcome, sorted: what forbade, or what permitted."""
    duties: Duties = NO_DUTIES
    shortfalls: tuple[Shortfall, ...] = ()
    """All changes that together would lead to a permit, as far as the rules tell; or none."""
    _record: Callable[[], dict[str, Any]] = field(default=dict, repr=False, compare=False)

    @property
    def permitted(self) -> bool:
        """True only for an outright permit; a referral waits for an approval."""
        return self.outcome is Outcome.PERMITTED

    @cached_property
    def record(self) -> dict[str, Any]:
        """All that the hash is made of: versions, request, outcome, rules, duties."""
        return {
            **self._record(),
            "outcome": self.outcome.value,
            "rules": [one.as_json() for one in self.rules],
            "duties": self.duties.as_json(),
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of the record, in hexadecimal."""
        return sha256(self.record)

    def explain(self) -> str:
        """The decision in plain words, one thing a line."""
        lines = [f"{_HEADINGS[self.outcome]}."]
        for reason in self.reasons:
            rule = reason.rule
            source = f" [{rule.policy}, version {rule.version}, {rule.rule}]" if rule else ""
            lines.append(f"- {reason.text}{source}")
            lines += [f"    {one}" for one in reason.failing]
        duties = duties_in_words(self.duties)
        if duties:
            lines += ["What must be kept:", *(f"- {one}" for one in duties)]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The decision as a JSON object, with its hash."""
        return {
            "outcome": self.outcome.value,
            "permitted": self.permitted,
            "reasons": [one.as_json() for one in self.reasons],
            "rules": [one.as_json() for one in self.rules],
            "duties": self.duties.as_json(),
            "shortfalls": [one.as_json() for one in self.shortfalls],
            "hash": self.hash,
        }


_HEADINGS = {
    Outcome.PERMITTED: "This is permitted",
    Outcome.REFERRED: "This may be made once it is approved",
    Outcome.NOT_PERMITTED: "This is not permitted",
    Outcome.TERMS_CANNOT_BE_MET: "This is refused: not all terms of its rights-holders can be met",
    Outcome.IN_ERROR: "This is refused: a rule could not be read to its end",
    Outcome.FORBIDDEN: "This is forbidden",
}


def duties_in_words(duties: Duties) -> list[str]:
    """Each duty as a short sentence."""
    units = {"length": "ms", "strength": "bps", "tempo-change": "bps", "pitch-change": "cents"}
    words = []
    for one in duties.limits:
        unit = units.get(one.attribute)
        if one.least is not None:
            words.append(f"the {one.attribute} is at least {say(one.least, unit)}")
        if one.greatest is not None:
            words.append(f"the {one.attribute} is at most {say(one.greatest, unit)}")
    words += [f'the label reads "{one}"' for one in duties.labels]
    words += [f"credit goes to the {one}" for one in duties.credits]
    words += [
        f"{say(one.rate_bps, 'bps')} of {one.base} goes to {one.payee}" for one in duties.royalties
    ]
    for approval in duties.approvals:
        within = f" within {say(approval.within_days, 'days')}" if approval.within_days else ""
        words.append(f"{approval.party} approves it{within}")
    words += [f"the sound carries the watermark {one}" for one in duties.watermarks]
    words += [f"the file carries the mark {one}" for one in duties.marks]
    if duties.keep_records_days is not None:
        words.append(f"records are kept for {say(duties.keep_records_days, 'days')}")
    if duties.expires_on is not None:
        words.append(f"it is taken down after {duties.expires_on.isoformat()}")
    if duties.expires_after_days is not None:
        words.append(f"it is taken down {say(duties.expires_after_days, 'days')} after it was made")
    return words
