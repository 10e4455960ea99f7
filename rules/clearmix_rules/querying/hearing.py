"""Hears every party of every track: rows of a track and a party, with what that comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.querying.layout import Layout, Seat, Slot, lay_out, settle
from clearmix_rules.querying.predicates import any_of, columns_of, slot_fails, slot_holds
from clearmix_rules.querying.programs import Clause, Kind, Situation, needs
from clearmix_rules.querying.residual import FALSE
from clearmix_rules.querying.seating import Seating
from clearmix_rules.querying.tables import table_of, union

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

ROLES = ("artists", "owners", "writers", "publishers")
"""The lists of a track's parties that have a say, besides its label."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Rows of a `track` and the `seat` of one party heard on it.

    For each action of the request, `needed` says where the party's permit is needed, and `open`
    where it is and none of the party's clauses grants it. `rank` is what the party adds to the
    outcome. The column `holds_N` says where the clauses of slot N hold.
    """

    rows: ibis.Table
    slots: tuple[Slot, ...]
    needed: Mapping[str, ir.BooleanValue]
    open: Mapping[str, ir.BooleanValue]
    rank: ir.IntegerValue


class Hearing:
    """Everyone who is heard on the tracks of a catalogue.

    Args:
        situation: the request and the policies.
        seating: where each party sits.
        tracks: the tracks, with every column that conditions read.
        track_parties: who stands in which list of a track.
        keep: which clauses must stay a slot that can be told apart; a party without such who
            answers the same for every track is settled beforehand.
        owed: the most that a party's permits could ask for.
    """

    def __init__(
        self,
        situation: Situation,
        seating: Seating,
        tracks: ibis.Table,
        track_parties: ibis.Table,
        keep: Callable[[Clause], bool],
        owed: Callable[[Seat], int],
    ) -> None:
        self._situation = situation
        self._seating = seating
        self._tracks = tracks
        self._pairs = track_parties
        self._actions = situation.actions
        early: list[Seat] = []
        late: list[Seat] = []
        for seat in seating.seats:
            settled = seat.is_settled and not any(map(keep, seat.program.clauses))
            (early if settled else late).append(seat)
        layouts = (settle(early, self._actions), lay_out(late, self._actions))
        for seats, layout in zip((early, late), layouts, strict=True):
            for seat, row in zip(seats, layout.rows, strict=True):
                row["owed"] = owed(seat)
        self._layouts = {
            name: one for name, one in zip(("settled", "open"), layouts, strict=True) if one.rows
        }
        self._tables = {
            name: table_of({column: [row[column] for row in one.rows] for column in one.rows[0]})
            for name, one in self._layouts.items()
        }

    def everyone(self, labels: Iterable[str], publishers: Iterable[str]) -> Iterator[Heard]:
        """The parties of each track, then whom they delegate to, and so on.

        Args:
            labels: every label in the catalogue.
            publishers: every publisher in it.
        """
        entries = list(self._entries(labels, publishers))
        for step in range(self._seating.depth + 1):
            if not entries:
                return
            calling = union(entries).alias(f"called_{step}")
            heard = [self._hear(calling, name, step) for name in self._layouts]
            yield from heard
            entries = [self._passed_on(one) for one in heard] if self._seating.steps else []

    # ------------------------------------------------------------ who is called

    def _entries(self, labels: Iterable[str], publishers: Iterable[str]) -> Iterator[ibis.Table]:
        """Rows of `track`, `seat` and what is needed, for the parties of the tracks themselves."""
        import ibis

        first, lists = self._seating.first, needs(self._situation)
        pairs = self._pairs.filter(self._pairs.role.isin(ROLES))
        if first:
            links = _links(first.items())
            rows = pairs.join(links, pairs.party == links.name)
            needed = {
                f"need_{index}": _is_in(
                    rows.role, [one for one in ROLES if action in lists[one]]
                )
                for index, action in enumerate(self._actions)
            }
            yield rows.select("track", "seat", **needed)
        if above := self._above(publishers, with_own=False):
            links = _links(above)
            rows = pairs.filter(pairs.role == "publishers")
            rows = rows.join(links, rows.party == links.name)
            yield rows.select("track", "seat", **self._needing(lists["publishers"]))
        if above := self._above(labels, with_own=True):
            links = _links(above)
            rows = self._tracks.join(links, self._tracks.label == links.name)
            yield rows.select("track", "seat", **self._needing(lists["label"]))
        for party in dict.fromkeys(self._situation.named.values()):
            if party in first:
                named = [one for one, whom in self._situation.named.items() if whom == party]
                yield self._tracks.select(
                    "track", seat=ibis.literal(first[party], "int64"), **self._needing(named)
                )

    def _above(self, parties: Iterable[str], *, with_own: bool) -> list[tuple[str, int]]:
        """Each of the parties with the seats of those above it."""
        first = self._seating.first
        return [
            (party, first[one])
            for party in parties
            for one in self._situation.chain(party)[0 if with_own else 1 :]
            if one in first
        ]

    def _needing(self, needed: Iterable[str]) -> Mapping[str, ir.BooleanValue]:
        import ibis

        return {
            f"need_{index}": ibis.literal(action in needed)
            for index, action in enumerate(self._actions)
        }

    def _passed_on(self, heard: Heard) -> ibis.Table:
        """The delegates of parties that were needed and did not grant everything themselves."""
        passed = {
            f"need_{index}": open_ & heard.rows[f"passes_{index}"]
            for index, open_ in enumerate(heard.open.values())
        }
        rows = heard.rows.filter(any_of(list(passed.values())))
        steps = table_of(
            {
                "passing": [one for one, _ in self._seating.steps],
                "delegate": [one for _, one in self._seating.steps],
            }
        )
        rows = rows.select("track", **passed, passing="seat")
        rows = rows.join(steps, "passing")
        return rows.select("track", *passed, seat="delegate").select("track", "seat", *passed)

    # ------------------------------------------------------------ what they say

    def _hear(self, calling: ibis.Table, name: str, step: int) -> Heard:
        import ibis

        layout = self._layouts[name]
        rows = calling.join(self._tables[name], "seat")
        if layout.slots:
            read = sorted({column for slot in layout.slots for column in columns_of(slot)})
            rows = rows.join(self._tracks.select("track", *read), "track")
        kept = [f"{what}_{index}" for what in ("need", "never", "passes")
                for index, _ in enumerate(self._actions)]  # fmt: skip
        said = {}
        for number, slot in enumerate(layout.slots):
            said[f"holds_{number}"] = slot_holds(rows, slot)
            if slot.shape.error != FALSE:
                said[f"fails_{number}"] = slot_fails(rows, slot)
        rows = rows.select("track", "seat", "base", "owed", *kept, **said).alias(f"{name}_{step}")
        needed = {action: rows[f"need_{n}"] for n, action in enumerate(self._actions)}
        numbered = list(enumerate(layout.slots))
        granting = [
            (slot, rows[f"holds_{number}"])
            for number, slot in numbered
            if slot.kind in (Kind.PERMIT, Kind.ALLOW)
        ]
        open_ = {
            action: need & ~any_of([holds for slot, holds in granting if action in slot.actions])
            for action, need in needed.items()
        }
        ranks: list[ir.IntegerValue] = [
            ibis.ifelse(open_[action], rows[f"never_{n}"], 0)
            for n, action in enumerate(self._actions)
        ]
        waits = [
            holds & any_of([needed[action] for action in sorted(slot.actions)])
            for slot, holds in granting
            if slot.referred
        ]
        if waits:
            ranks.append(ibis.ifelse(any_of(waits), Outcome.REFERRED.rank, 0))
        forbidding = [number for number, slot in numbered if slot.kind is Kind.FORBID]
        if forbidding:
            fires = any_of([rows[f"holds_{number}"] for number in forbidding])
            fails = any_of([rows[f"fails_{n}"] for n in forbidding if f"fails_{n}" in said])
            ranks.append(
                ibis.cases(
                    (fires, Outcome.FORBIDDEN.rank), (fails, Outcome.IN_ERROR.rank), else_=0
                )
            )
        return Heard(rows, layout.slots, needed, open_, ibis.greatest(rows.base, *ranks))


def _is_in(role: ir.StringColumn, roles: Sequence[str]) -> ir.BooleanValue:
    import ibis

    return ibis.literal(bool(roles)) if len(roles) in (0, len(ROLES)) else role.isin(roles)


def _links(links: Iterable[tuple[str, int]]) -> ibis.Table:
    """Which seats a name stands for."""
    listed = list(links)
    return table_of({"name": [name for name, _ in listed], "seat": [seat for _, seat in listed]})
