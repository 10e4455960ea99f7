"""How much royalty one track could owe at most, so that few tracks must be added up exactly."""

from __future__ import annotations

from collections.abc import Iterable

from clearmix_rules.querying.calling import ROLES
from clearmix_rules.querying.catalogue import Catalogue
from clearmix_rules.querying.programs import Clause, Kind, Situation
from clearmix_rules.querying.seating import Seating


def most_owed(clauses: Iterable[Clause]) -> int:
    """The sum of the greatest share of each payee, in hundredths of a percent."""
    greatest: dict[tuple[str, str], int] = {}
    for clause in clauses:
        if clause.kind is Kind.PERMIT:
            for one in clause.duties.royalties:
                key = one.payee, one.base
                greatest[key] = max(greatest.get(key, 0), one.rate_bps)
    return sum(greatest.values())


def most_owed_on_a_track(situation: Situation, seating: Seating, catalogue: Catalogue) -> int:
    """More than the permits of any track's parties could ask for together, or as much.

    Of each list of a track's parties it takes as many as any track has, each owing as much as the
    one that owes the most, with everyone above it and everyone it delegates to.
    """
    everyone = [clause for seat in seating.seats for clause in seat.program.clauses]
    whole = most_owed(everyone)
    delegates: dict[int, list[int]] = {}
    for seat, delegate in seating.steps:
        delegates.setdefault(seat, []).append(delegate)
    known: dict[int, int] = {}

    def reach(seat: int) -> int:
        if seat not in known:
            own = most_owed(seating.seats[seat].program.clauses)
            known[seat] = own + sum(map(reach, delegates.get(seat, ())))
        return known[seat]

    total = sum(reach(seating.first[one]) for one in {*situation.named.values()}
                if one in seating.first)  # fmt: skip
    for column in ("label", *ROLES):
        climbs = column in ("label", "publishers")
        greatest = max(
            (
                sum(
                    reach(seating.first[one])
                    for one in (situation.chain(party) if climbs else (party,))
                    if one in seating.first
                )
                for party in catalogue.mentioned(column)
            ),
            default=0,
        )
        if greatest:
            total += greatest * catalogue.most(column)
    return min(whole, total)
