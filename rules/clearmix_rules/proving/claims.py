"""What would break a property, as a term about one request for one track."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.duties import Duties
from clearmix_rules.proving.conditions import Reader
from clearmix_rules.proving.encoding import Encoding
from clearmix_rules.proving.property import Against, Claim, Demand, Property
from clearmix_rules.proving.terms import Term, every, no, some
from clearmix_rules.schema import ACTIONS, PLATFORM


def concerned(claim: Property, encoding: Encoding) -> Term:
    """Whether a property says anything of a request."""
    reader = Reader(encoding.world, 0)
    unless = reader.truth(claim.unless)
    conditions = [reader.about(claim.scope), reader.truth(claim.when).holds]
    if claim.unless is not None:
        conditions.append(unless.fails)
    if claim.against is not None:
        conditions.append(_AGAINST[claim.against](encoding))
    return every(conditions)


def broken(claim: Property, encoding: Encoding, older: Encoding | None = None) -> Term:
    """Whether a request breaks a property; `older` is what the newer policies must stay within."""
    about = concerned(claim, encoding)
    if claim.claim is Claim.NEVER:
        return every((about, _is(claim.answer, encoding)))
    if claim.claim is Claim.ALWAYS:
        # A permit that waits for an approval is not what `always permitted` promises.
        outright = encoding.comes_out(Outcome.PERMITTED)
        held = outright if claim.answer == "permitted" else _is(claim.answer, encoding)
        return every((about, no(held)))
    if claim.claim is Claim.ONLY:
        return every((no(about), _is(claim.answer, encoding)))
    if claim.claim is Claim.HAS:
        kept = every(_owed(demand, encoding) for demand in claim.demands)
        return every((about, no(encoding.refused), no(kept)))
    refused_before = older.refused if older is not None else False
    return every((about, no(encoding.refused), refused_before))


def _is(answer: str, encoding: Encoding) -> Term:
    """Whether the outcome is what a property calls it."""
    if answer == "permitted":
        return no(encoding.refused)
    if answer == "refused":
        return encoding.refused
    return encoding.comes_out(Outcome(answer))


def _owed(demand: Demand, encoding: Encoding) -> Term:
    """Whether any permit that applied carries a duty."""
    return some(applies for rule, applies in encoding.granted if carries(rule.duties, demand))


def carries(duties: Duties, demand: Demand) -> bool:
    """Whether duties hold what a property demands; any label does for a demand without a text."""
    if demand.kind == "label" and not demand.name:
        return bool(duties.labels)
    names: dict[str, Iterable[str]] = {
        "label": duties.labels,
        "watermark": duties.watermarks,
        "mark": duties.marks,
        "credit": duties.credits,
        "royalty": duties.payees,
        "approval": (one.party for one in duties.approvals),
    }
    return demand.name in names[demand.kind]


# ---------------------------------------------------------------- against whom


def _against_forbid(encoding: Encoding) -> Term:
    track = encoding.tracks[0]
    said = (
        every((track.bound(party), track.listening.answer(party).forbidding))
        for party in encoding.world.cast.parties
    )
    return some((track.listening.answer(PLATFORM).forbidding, *said))


def _against_refusal(encoding: Encoding) -> Term:
    track = encoding.tracks[0]
    return some(
        every((track.bound(party), track.listening.answer(party).refused))
        for party in encoding.world.cast.parties
    )


def _under_ended(encoding: Encoding) -> Term:
    """Whether a permit is needed of a party whose terms have ended, and none is recorded."""
    track = encoding.tracks[0]
    return some(
        every(
            (
                track.needed[action][party],
                track.listening.answer(party).lapsed,
                no(track.listening.allows(party, action)),
            )
        )
        for action in ACTIONS
        for party in encoding.world.cast.parties
    )


_AGAINST = {
    Against.FORBID: _against_forbid,
    Against.REFUSAL: _against_refusal,
    Against.ENDED: _under_ended,
}
