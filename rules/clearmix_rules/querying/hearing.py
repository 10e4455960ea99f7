"""Hears every party of every track: rows of a track and a party, with what that comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.querying.layout import Cell, Layout, Seat, Slot, lay_out, settle
from clearmix_rules.querying.predicates import all_of, any_of, slot_fails, slot_holds
from clearmix_rules.querying.programs import Kind, Situation, needs
from clearmix_rules.querying.seating import Seating

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

ROLES = ("artists", "owners", "writers", "publishers")
"""The lists of a track's parties that have a say, besides its label."""

Link = tuple[str | int, int]
"""What a row is looked up by, and the seat that is heard then."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Rows of a track and one party heard on it.

    For each action of the request, `open` says where the party's permit is needed and none of its
    clauses grants it. `rank` is what the party adds to the outcome.
    """

    rows: ibis.Table
    slots: tuple[Slot, ...]
    needed: tuple[ir.BooleanValue, ...]
    open: tuple[ir.BooleanValue, ...]
    rank: ir.IntegerValue


class Hearing:
    """The tables that a hearing reads: tracks, their parties, and the seats.

    Args:
        settled: whether parties who answer the same for every track are settled beforehand;
            otherwise each of their clauses stays a slot that can be told apart.
    """

    def __init__(
        self,
        situation: Situation,
        seating: Seating,
        tracks: ibis.Table,
        track_parties: ibis.Table,
        *,
        settled: bool = True,
    ) -> None:
        self._situation = situation
        self._seating = seating
        self._tracks = tracks
        self._pairs = track_parties
        self._actions = situation.actions
        self._needs = needs(situation)
        early: list[Seat] = []
        late: list[Seat] = []
        for seat in seating.seats:
            (early if settled and seat.is_settled else late).append(seat)
        layouts = (settle(early, self._actions), lay_out(late, self._actions))
        self._layouts = [one for one in layouts if one.rows]
        self._count = 0

    def everyone(self, labels: Iterable[str], publishers: Iterable[str]) -> Iterator[Heard]:
        """The parties of each track, then whom they delegate to, and so on.

        Args:
            labels: every label in the catalogue.
            publishers: every publisher in it.
        """
        heard = list(self._first(labels, publishers))
        yield from heard
        for _ in range(self._seating.depth):
            heard = list(self._following(heard))
            yield from heard

    def _first(self, labels: Iterable[str], publishers: Iterable[str]) -> Iterator[Heard]:
        first = self._seating.first
        pairs = self._pairs.filter(self._pairs.role.isin(ROLES))
        role = {
            f"need_{index}": _is_in(
                pairs.role, [one for one in ROLES if action in self._needs[one]]
            )
            for index, action in enumerate(self._actions)
        }
        yield from self._hear(pairs.select("track", key="party", **role), first.items())
        above = self._above(publishers, with_own=False)
        whose = pairs.filter(pairs.role == "publishers")
        said = self._literal_needs(self._needs["publishers"])
        yield from self._hear(whose.select("track", key="party", **said), above)
        above = self._above(labels, with_own=True)
        said = self._literal_needs(self._needs["label"])
        yield from self._hear(self._tracks.mutate(key=self._tracks.label, **said), above, True)
        for party in dict.fromkeys(self._situation.named.values()):
            named = (one for one, whom in self._situation.named.items() if whom == party)
            said = self._literal_needs(frozenset(named))
            links = [(0, first[party])] if party in first else []
            yield from self._hear(self._tracks.mutate(key=0, **said), links, True)

    def _following(self, heard: Sequence[Heard]) -> Iterator[Heard]:
        """The delegates of parties that were needed and did not grant everything themselves."""
        import ibis

        waiting = []
        for one in heard:
            passed = {
                f"need_{index}": open_ & one.rows[f"passes_{index}"]
                for index, open_ in enumerate(one.open)
            }
            rows = one.rows.filter(any_of(list(passed.values())))
            waiting.append(rows.select("track", key="seat", **passed))
        if waiting:
            yield from self._hear(ibis.union(*waiting), self._seating.steps)

    def _hear(
        self, source: ibis.Table, links: Iterable[Link], whole: bool = False
    ) -> Iterator[Heard]:
        """Hears seats in rows of `track`, `key` and the needs.

        Args:
            source: the rows.
            links: which seats a key stands for.
            whole: whether the rows have every column of the tracks already.
        """
        links = list(links)
        for layout in self._layouts:
            table = _table(layout, links)
            if table is None:
                continue
            rows = source.join(table, "key")
            if layout.slots and not whole:
                rows = rows.join(self._tracks, "track")
            self._count += 1
            yield self._judge(rows.alias(f"heard_{self._count}"), layout)

    def _judge(self, rows: ibis.Table, layout: Layout) -> Heard:
        import ibis

        granting = [
            (slot, slot_holds(rows, slot))
            for slot in layout.slots
            if slot.kind in (Kind.PERMIT, Kind.ALLOW)
        ]
        needed, open_ = [], []
        ranks: list[ir.IntegerValue] = []
        for index, action in enumerate(self._actions):
            need = rows[f"need_{index}"]
            granted = any_of([holds for slot, holds in granting if action in slot.actions])
            needed.append(need)
            open_.append(need & ~granted)
            ranks.append(ibis.ifelse(need & ~granted, rows[f"never_{index}"], 0))
        needs = dict(zip(self._actions, needed, strict=True))
        waits = [
            holds & any_of([needs[action] for action in sorted(slot.actions)])
            for slot, holds in granting
            if slot.referred
        ]
        if waits:
            ranks.append(ibis.ifelse(any_of(waits), Outcome.REFERRED.rank, 0))
        forbidding = [slot for slot in layout.slots if slot.kind is Kind.FORBID]
        if forbidding:
            fires = any_of([slot_holds(rows, slot) for slot in forbidding])
            fails = any_of([slot_fails(rows, slot) for slot in forbidding])
            ranks.append(
                ibis.cases(
                    (fires, Outcome.FORBIDDEN.rank), (fails, Outcome.IN_ERROR.rank), else_=0
                )
            )
        rank = ibis.greatest(rows.base, *ranks)
        return Heard(rows, layout.slots, tuple(needed), tuple(open_), rank)

    def _above(self, parties: Iterable[str], *, with_own: bool) -> list[Link]:
        """Each of the parties with the seats of those above it."""
        first = self._seating.first
        return [
            (party, first[one])
            for party in parties
            for one in self._situation.chain(party)[0 if with_own else 1 :]
            if one in first
        ]

    def _literal_needs(self, needed: frozenset[str]) -> Mapping[str, ir.BooleanValue]:
        import ibis

        return {
            f"need_{index}": ibis.literal(action in needed)
            for index, action in enumerate(self._actions)
        }


def _is_in(role: ir.StringColumn, roles: list[str]) -> ir.BooleanValue:
    import ibis

    return ibis.literal(bool(roles)) if len(roles) in (0, len(ROLES)) else role.isin(roles)


def _table(layout: Layout, links: Iterable[Link]) -> ibis.Table | None:
    """The rows of a layout that the links lead to, under their keys; None if there are none."""
    rows = {row["seat"]: row for row in layout.rows}
    linked = [(key, rows[seat]) for key, seat in links if seat in rows]
    if not linked:
        return None
    columns: dict[str, list[Cell]] = {"key": [key for key, _ in linked]}
    for name in layout.rows[0]:
        if name != "party":
            columns[name] = [row[name] for _, row in linked]
    return table_of(columns)


def table_of(columns: Mapping[str, Sequence[Cell]]) -> ibis.Table:
    """A small table that travels with the query."""
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.table({name: list(values) for name, values in columns.items()}))


__all__ = ["ROLES", "Heard", "Hearing", "all_of", "table_of"]
