"""Why the rest may not be used: how many tracks each reason refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome, RuleRef
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.querying.catalogue import Catalogue
from clearmix_rules.querying.hearing import Heard
from clearmix_rules.querying.outcomes import rank_tracks
from clearmix_rules.querying.predicates import Predicates, any_of
from clearmix_rules.querying.programs import Clause, Kind
from clearmix_rules.querying.question import Question
from clearmix_rules.querying.residual import FALSE, TRUE, Node
from clearmix_rules.querying.tables import table_of, union

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

_OUTCOMES = {
    Kind.FORBID: Outcome.FORBIDDEN, Kind.LIMITED: Outcome.NOT_PERMITTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class _Reason:
    """What refuses: a rule or a recorded consent, or why there is none that grants."""

    outcome: str
    party: str
    policy: str
    rule: str
    says: str

    @classmethod
    def of_rule(cls, outcome: Outcome, ref: RuleRef, says: str) -> _Reason:
        version = f" version {ref.version}" if ref.version else ""
        return cls(outcome.value, ref.party, f"{ref.policy}{version}", ref.rule, says)


def why_not(policies: PolicySet, request: Request, catalogue: Catalogue) -> ibis.Table:
    """For each reason, how many of the tracks that may not be used it refuses.

    The columns are `outcome`, `party`, `policy`, `rule`, `says` and `tracks`; the most come first.
    A track may count under several reasons. Terms that cannot be met have neither party nor rule.
    """
    import ibis

    question = Question(policies, request, catalogue)
    heard = question.hear(lambda clause: True)
    reasons: dict[_Reason, int] = {}
    ranked = rank_tracks(question, heard).alias("ranked_tracks")
    refused = ranked.filter(ranked["rank"] >= Outcome.NOT_PERMITTED.rank)
    rows = list(_of_platform(question, reasons))
    for one in heard:
        rows += _of_clauses(question, one, reasons)
        rows.append(_of_defaults(question, one, reasons))
    number = reasons.setdefault(
        _Reason(Outcome.TERMS_CANNOT_BE_MET.value, "", "", "",
                "The terms of several rules cannot be met together."), len(reasons),
    )  # fmt: skip
    unmet = ranked.filter(ranked["rank"] == Outcome.TERMS_CANNOT_BE_MET.rank)
    rows.append(unmet.select("track", reason=ibis.literal(number, "int64")))
    told = union(rows).distinct().semi_join(refused, "track")
    counted = told.group_by("reason").agg(tracks=lambda listed: listed.count())
    names = table_of(
        {
            "number": list(reasons.values()),
            **{
                field: [getattr(one, field) for one in reasons]
                for field in ("outcome", "party", "policy", "rule", "says")
            },
        }
    )
    named = counted.join(names, counted.reason == names.number)
    named = named.select("outcome", "party", "policy", "rule", "says", "tracks")
    return named.order_by(ibis.desc("tracks"), "outcome", "party", "policy", "rule")


def _number(reasons: dict[_Reason, int], reason: _Reason) -> int:
    return reasons.setdefault(reason, len(reasons))


def _of_platform(question: Question, reasons: dict[_Reason, int]) -> Iterator[ibis.Table]:
    """What refuses a track whatever its parties say."""
    import ibis

    parts: list[tuple[_Reason, Node]] = [
        (
            _Reason(Outcome.NOT_PERMITTED.value, "", "", "", "Nobody is known who could allow it."),
            question.without_parties,
        )
    ]
    parts += [
        (_Reason.of_rule(outcome, clause.ref, _says(question, clause)), where)
        for outcome, clause, where in question.platform_parts()
        if outcome.rank >= Outcome.NOT_PERMITTED.rank
    ]
    request = question.situation.request
    parts += [
        (
            _Reason(Outcome.FORBIDDEN.value, given.party, "recorded approval", "refusal",
                    f"{request.party_name(given.party)} was asked and said no."),
            TRUE,
        )
        for given in request.approvals
        if given.answer == "refuse"
    ]  # fmt: skip
    for reason, where in parts:
        if where != FALSE:
            tracks = question.tracks
            found = tracks.filter(Predicates(tracks).write(where))
            number = ibis.literal(_number(reasons, reason), "int64")
            yield found.select("track", reason=number)


def _of_clauses(
    question: Question, heard: Heard, reasons: dict[_Reason, int]
) -> Iterator[ibis.Table]:
    """Forbids that fired or failed, recorded refusals, and permits whose limits are broken."""
    for number, slot in enumerate(heard.slots):
        wheres = {Outcome.IN_ERROR: f"fails_{number}"}
        if slot.kind in _OUTCOMES:
            wheres[_OUTCOMES[slot.kind]] = f"holds_{number}"
        for outcome, column in wheres.items():
            if column not in heard.rows.columns:
                continue
            where = heard.rows[column]
            if slot.kind is Kind.LIMITED:
                where = where & _refuses(heard, slot.actions)
            found = heard.rows.filter(where).select("track", "seat")
            told = {
                seat: _number(
                    reasons, _Reason.of_rule(outcome, clause.ref, _says(question, clause))
                )
                for seat, clause in slot.clauses.items()
            }
            names = table_of({"seat": list(told), "reason": list(told.values())})
            yield found.join(names, "seat").select("track", "reason")


def _of_defaults(question: Question, heard: Heard, reasons: dict[_Reason, int]) -> ibis.Table:
    """Parties whose permit is needed and who have not agreed, and circles of delegation."""
    told: dict[int, int] = {}
    for seat in question.seating.seats:
        party = seat.program.party
        name = question.situation.request.party_name(party)
        reason = _Reason(
            Outcome.NOT_PERMITTED.value, party, "", "", f"{name} has not agreed to it."
        )
        if seat.circle:
            says = "Consent is delegated in a circle, or too often."
            reason = _Reason(Outcome.IN_ERROR.value, party, "", "", says)
        told[seat.number] = _number(reasons, reason)
    names = table_of({"seat": list(told), "reason": list(told.values())})
    circle = heard.rows.base > 0
    found = heard.rows.filter(circle | _refuses(heard, frozenset(heard.needed)))
    return found.select("track", "seat").join(names, "seat").select("track", "reason")


def _refuses(heard: Heard, actions: frozenset[str]) -> ir.BooleanValue:
    """Where the party's permit for one of the actions is needed and nothing grants it."""
    return any_of(
        [
            open_ & (heard.rows[f"never_{index}"] == Outcome.NOT_PERMITTED.rank)
            for index, (action, open_) in enumerate(heard.open.items())
            if action in actions
        ]
    )


def _says(question: Question, clause: Clause) -> str:
    """The sentence of a clause; placeholders stay, for they differ from track to track."""
    if clause.rule is not None:
        return clause.rule.rule.reason
    return f"{question.situation.request.party_name(clause.ref.party)} has said no."
