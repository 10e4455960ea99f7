"""Gives every party that may be heard a seat, and says to whom consent is delegated from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from clearmix_rules.deciding.hearing import MOST_DELEGATIONS
from clearmix_rules.querying.layout import Seat
from clearmix_rules.querying.programs import Program, Situation

_CIRCLE = Program("", (), "opt-out", ())


@dataclass(slots=True)
class Seating:
    """The seats, by number; those of parties who are heard first; the steps of delegation."""

    seats: list[Seat] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    """The seat in which each party of a track is heard."""
    steps: list[tuple[int, int]] = field(default_factory=list)
    """From the seat of a party that delegates to the seat in which its delegate is heard."""
    depth: int = 0
    """The most steps that follow one another."""


def seat_all(situation: Situation, parties: Iterable[str]) -> Seating:
    """A seat for each party that adds anything, and for those that they delegate to.

    Where consent is delegated in a circle or very far, each way of delegation has seats of its
    own; otherwise whoever delegates to a party shares its seat.
    """
    seating = Seating()
    shared: dict[str, tuple[int, int]] = {}
    for party in parties:
        program = situation.program(party)
        if program.default == "opt-out" and not program.clauses:
            continue  # nothing that it says changes an outcome
        if program.default != "delegated":
            seating.first[party] = _sit(seating, program)
            continue
        known = None if _is_winding(situation, party, (party,)) else shared
        seating.first[party], depth = _follow(situation, seating, (party,), known)
        seating.depth = max(seating.depth, depth)
    return seating


def _sit(seating: Seating, program: Program, circle: bool = False) -> int:
    seating.seats.append(Seat(len(seating.seats), program, circle))
    return len(seating.seats) - 1


def _follow(
    situation: Situation,
    seating: Seating,
    path: tuple[str, ...],
    shared: dict[str, tuple[int, int]] | None,
) -> tuple[int, int]:
    """The seat of the last party of a path, and how many steps may follow."""
    party = path[-1]
    if shared is not None and party in shared:
        return shared[party]
    program = situation.program(party)
    seat, depth = _sit(seating, program), 0
    if program.default == "delegated":
        for delegate in program.delegates:
            if delegate in path or len(path) > MOST_DELEGATIONS:
                following, further = _sit(seating, _CIRCLE, circle=True), 0
            else:
                following, further = _follow(situation, seating, (*path, delegate), shared)
            seating.steps.append((seat, following))
            depth = max(depth, further + 1)
    if shared is not None:
        shared[party] = seat, depth
    return seat, depth


def _is_winding(situation: Situation, party: str, path: tuple[str, ...]) -> bool:
    """Whether consent is delegated from here in a circle, or too often to be followed."""
    program = situation.program(party)
    return program.default == "delegated" and any(
        one in path or len(path) > MOST_DELEGATIONS or _is_winding(situation, one, (*path, one))
        for one in program.delegates
    )
