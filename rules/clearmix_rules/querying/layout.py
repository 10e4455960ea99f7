"""Lays the programs of many parties out as one table of constants and a few predicates.

Clauses of one shape share a `Slot`: its predicate is written once, and each party's row of the
table holds the constants. So the query grows with the kinds of policies, not with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.querying.programs import Clause, Kind, Program
from clearmix_rules.querying.residual import TRUE, Truth, one_of_many
from clearmix_rules.querying.shapes import Shaping

Cell: TypeAlias = str | int | bool
_Kind: TypeAlias = tuple[Kind, frozenset[str], bool, int]

MOST_ALIKE = 4
"""More clauses of one shape and one party become one clause."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a party sits: rows of the query refer to it by number."""

    number: int
    program: Program
    circle: bool = False
    """Whether it stands for consent that is delegated in a circle."""

    @property
    def is_settled(self) -> bool:
        """Whether the party answers the same for every track."""
        return all(clause.truth.fixed for clause in self.program.clauses)


@dataclass(frozen=True, slots=True)
class Slot:
    """Clauses of one shape, at most one of each party."""

    kind: Kind
    actions: frozenset[str]
    referred: bool
    shape: Truth
    member: str
    """The column that says whether a party has such a clause."""
    constants: dict[int, Cell]
    """The constants of the shape that are the same for all, by place."""
    columns: dict[int, str]
    """The columns that hold the others."""
    clauses: dict[int, Clause]
    """The clause of each seat."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of parties, each in its numbered seat, and the slots that read it."""

    rows: list[dict[str, Cell]]
    slots: tuple[Slot, ...]


def settle(seats: Sequence[Seat], actions: Sequence[str]) -> Layout:
    """The table of parties who answer the same for every track; it needs no slots."""
    rows = []
    for seat in seats:
        row = _row(seat, actions)
        clauses = seat.program.clauses
        for clause in clauses:
            if clause.kind is Kind.FORBID:
                fires = clause.truth.holds == TRUE
                worst = Outcome.FORBIDDEN if fires else Outcome.IN_ERROR
                row["base"] = max(int(row["base"]), worst.rank)
        for index, action in enumerate(actions):
            granting = [
                one
                for one in clauses
                if one.kind in (Kind.PERMIT, Kind.ALLOW) and action in one.actions
            ]
            if granting:
                waits = any(one.referred for one in granting)
                row[f"never_{index}"] = Outcome.REFERRED.rank if waits else 0
                row[f"passes_{index}"] = False
        rows.append(row)
    return Layout(rows, ())


def lay_out(
    seats: Sequence[Seat], actions: Sequence[str], keep: Callable[[Clause], bool]
) -> Layout:
    """The table of parties whose answers depend on the track, and the slots that say how."""
    rows = [_row(seat, actions) for seat in seats]
    gathered: dict[tuple[int, _Kind], list[tuple[int, Clause, tuple[str | int, ...]]]] = {}
    numbers: dict[Truth, int] = {}
    for index, seat in enumerate(seats):
        counted: dict[_Kind, int] = {}
        for clause in _joined(seat.program.clauses, keep):
            shape, values = Shaping.of(clause.truth)
            number = numbers.setdefault(shape, len(numbers))
            kind = (clause.kind, clause.actions, clause.referred, number)
            nth = counted[kind] = counted.get(kind, 0) + 1
            gathered.setdefault((nth, kind), []).append((index, clause, values))
    members: dict[tuple[int, ...], str] = {}
    slots: list[Slot] = []
    shapes = list(numbers)
    for (_, (_, _, _, number)), found in gathered.items():
        member = members.setdefault(tuple(index for index, _, _ in found), f"has_{len(members)}")
        constants: dict[int, Cell] = {}
        columns: dict[int, str] = {}
        for place, first in enumerate(found[0][2]):
            if all(values[place] == first for _, _, values in found):
                constants[place] = first
                continue
            name = columns[place] = f"value_{len(slots)}_{place}"
            for row in rows:
                row[name] = "" if isinstance(first, str) else 0
            for index, _, values in found:
                rows[index][name] = values[place]
        one = found[0][1]
        clauses = {seats[index].number: clause for index, clause, _ in found}
        slots.append(
            Slot(
                one.kind, one.actions, one.referred, shapes[number], member, constants, columns,
                clauses,
            )
        )  # fmt: skip
    for whose, member in members.items():
        for row in rows:
            row[member] = False
        for index in whose:
            rows[index][member] = True
    return Layout(rows, tuple(slots))


def _joined(clauses: Sequence[Clause], keep: Callable[[Clause], bool]) -> Iterator[Clause]:
    """The clauses, with many of one kind as one: a list of opted-out recordings, say."""
    alike: dict[tuple[Kind, frozenset[str], bool, Truth | None], list[Clause]] = {}
    for clause in clauses:
        shape = None if keep(clause) else Shaping.of(clause.truth)[0]
        alike.setdefault((clause.kind, clause.actions, clause.referred, shape), []).append(clause)
    for (*_, shape), found in alike.items():
        if shape is None or len(found) <= MOST_ALIKE:
            yield from found
            continue
        holds = one_of_many([clause.truth.holds for clause in found])
        error = one_of_many([clause.truth.error for clause in found])
        yield replace(found[0], truth=Truth(holds, error))


def _row(seat: Seat, actions: Sequence[str]) -> dict[str, Cell]:
    """What a party answers where none of its clauses says anything."""
    default = seat.program.default
    row: dict[str, Cell] = {
        "seat": seat.number,
        "base": Outcome.IN_ERROR.rank if seat.circle else 0,
    }
    for index, _ in enumerate(actions):
        row[f"never_{index}"] = Outcome.NOT_PERMITTED.rank if default == "opt-in" else 0
        row[f"passes_{index}"] = default == "delegated"
    return row
