"""The answer to a request: outcome, reasons, rules, duties, what would have to change, record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from clearmix_rules.canonical import sha256
from clearmix_rules.deciding.duties import Duties
from clearmix_rules.units import say

if TYPE_CHECKING:
    from clearmix_rules.deciding.sayings import Asked, Failing, Words
    from clearmix_rules.deciding.verdict import Said, Verdict


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


class Reason:
    """Why: by which rule of which party, about which track.

    Its words are put together when somebody reads them. Reasons are equal if all they say is.
    """

    __slots__ = ("_asked", "_failing", "_place", "_text", "party", "rule", "track")

    def __init__(
        self,
        text: Words,
        rule: RuleRef | None = None,
        failing: Failing = (),
        party: str = "",
        track: str = "",
        asked: Asked | None = None,
        place: int = 0,
    ) -> None:
        """Keeps how to say it; a `text` or `failing` with open blanks needs `asked` and `place`."""
        self._text = text
        self.rule = rule
        self._failing = failing
        self.party = party
        self.track = track
        self._asked = asked
        self._place = place

    @property
    def text(self) -> str:
        """A sentence for the listener."""
        if not isinstance(self._text, str):
            self._text = self._text(self._asked, self._place)  # type: ignore[arg-type]
        return self._text

    @property
    def failing(self) -> tuple[str, ...]:
        """Each condition that did not hold, with the value that was read."""
        if not isinstance(self._failing, tuple):
            self._failing = self._failing(self._asked, self._place)  # type: ignore[arg-type]
        return self._failing

    def _values(self) -> tuple[object, ...]:
        return self.text, self.rule, self.failing, self.party, self.track

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Reason) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"Reason{self._values()!r}"

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


class Decision:
    """The answer; whatever is more than its outcome is made when somebody asks for it.

    Decisions are equal if all that they say is equal, whatever was asked.
    """

    __slots__ = ("_asked", "_duties", "_hash", "_inputs", "_reasons", "_record", "_said",
                 "_shortfalls", "_verdict")  # fmt: skip

    def __init__(
        self, verdict: Verdict, asked: Asked, inputs: Callable[[Asked], Mapping[str, Any]]
    ) -> None:
        self._verdict = verdict
        self._asked = asked
        self._inputs = inputs
        self._said: Said | None = None
        self._reasons: tuple[Reason, ...] | None = None
        self._duties: Duties | None = None
        self._shortfalls: tuple[Shortfall, ...] | None = None
        self._record: dict[str, Any] | None = None
        self._hash: str | None = None

    @property
    def outcome(self) -> Outcome:
        """How the request is answered."""
        return self._verdict.outcome

    @property
    def permitted(self) -> bool:
        """True only for an outright permit; a referral waits for an approval."""
        return self._verdict.outcome is Outcome.PERMITTED

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, each reason once."""
        if self._reasons is None:
            self._reasons = self._told.reasons(self._asked)
        return self._reasons

    @property
    def rules(self) -> tuple[RuleRef, ...]:
        """The rules that made the outcome, sorted: what forbade, or what permitted."""
        return self._told.rules

    @property
    def _told(self) -> Said:
        if self._said is None:
            self._said = self._verdict.said(self._asked)
        return self._said

    @property
    def duties(self) -> Duties:
        """What must be kept; nothing where the request is refused."""
        if self._duties is None:
            self._duties = self._verdict.duties_for(self._asked)
        return self._duties

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """All changes that together would lead to a permit, as far as the rules tell; or none."""
        if self._shortfalls is None:
            self._shortfalls = self._verdict.shortfalls(self._asked)
        return self._shortfalls

    @property
    def record(self) -> dict[str, Any]:
        """All that the hash is made of: versions, request, outcome, rules, duties."""
        if self._record is None:
            self._record = {
                **self._inputs(self._asked),
                "outcome": self.outcome.value,
                "rules": [one.as_json() for one in self.rules],
                "duties": self.duties.as_json(),
            }
        return self._record

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of the record, in hexadecimal."""
        if self._hash is None:
            self._hash = sha256(self.record)
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Decision) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"Decision({self.outcome.value}, {self.reasons!r})"

    def _values(self) -> tuple[object, ...]:
        return self.outcome, self.reasons, self.rules, self.duties, self.shortfalls

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
