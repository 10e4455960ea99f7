"""Hears every party of every track: rows of a track and a party, with what that comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.querying.calling import Calling, Catalogued
from clearmix_rules.querying.layout import Seat, Slot, lay_out, settle
from clearmix_rules.querying.predicates import any_of, columns_of, slot_fails, slot_holds
from clearmix_rules.querying.programs import Clause, Kind, Situation
from clearmix_rules.querying.residual import FALSE
from clearmix_rules.querying.seating import Seating
from clearmix_rules.querying.tables import table_of, union

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


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
        catalogued: the tracks, with every column that conditions read, and their parties.
        keep: which clauses must stay a slot that can be told apart; a party without such who
            answers the same for every track is settled beforehand.
    """

    def __init__(
        self,
        situation: Situation,
        seating: Seating,
        catalogued: Catalogued,
        keep: Callable[[Clause], bool],
    ) -> None:
        self._calling = Calling(situation, seating, catalogued)
        self._seating = seating
        self._tracks = catalogued.tracks
        self._actions = situation.actions
        early: list[Seat] = []
        late: list[Seat] = []
        for seat in seating.seats:
            settled = seat.is_settled and not any(map(keep, seat.program.clauses))
            (early if settled else late).append(seat)
        layouts = (settle(early, self._actions), lay_out(late, self._actions, keep))
        self._layouts = {
            name: one for name, one in zip(("settled", "open"), layouts, strict=True) if one.rows
        }
        self._tables = {
            name: table_of({column: [row[column] for row in one.rows] for column in one.rows[0]})
            for name, one in self._layouts.items()
        }

        slots = layouts[1].slots
        self._read = sorted({column for slot in slots for column in columns_of(slot)})
        self._calls = 0

    def everyone(self) -> Iterator[Heard]:
        """The parties of each track, then whom they delegate to, and so on."""
        heard = self._hear(list(self._calling.listed()), self._layouts)
        for name, layout in self._layouts.items():
            # Rows that are made for one layout are not kept apart from it, wide as they are.
            seats = {int(row["seat"]) for row in layout.rows}
            read = self._read if layout.slots else []
            heard += self._hear(list(self._calling.of_tracks(seats, read)), [name], whole=True)
        yield from heard
        for _ in range(self._seating.depth):
            heard = self._hear([self._passed_on(one) for one in heard], self._layouts)
            yield from heard

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

    def _hear(
        self, called: Sequence[ibis.Table], layouts: Iterable[str], *, whole: bool = False
    ) -> list[Heard]:
        """Those who are called.

        Args:
            called: rows as `Calling` gives them.
            layouts: in which layouts they may sit.
            whole: whether they have the columns of the tracks that slots read.
        """
        if not called:
            return []
        self._calls += 1
        calling = union(called).alias(f"called_{self._calls}")
        return [self._judge(calling, name, whole) for name in layouts]

    def _judge(self, calling: ibis.Table, name: str, whole: bool) -> Heard:
        import ibis

        layout = self._layouts[name]
        rows = calling.join(self._tables[name], "seat")
        if self._read and layout.slots and not whole:
            rows = rows.join(self._tracks.select("track", *self._read), "track")
        kept = [f"{what}_{index}" for what in ("need", "never", "passes")
                for index, _ in enumerate(self._actions)]  # fmt: skip
        said = {}
        for number, slot in enumerate(layout.slots):
            said[f"holds_{number}"] = slot_holds(rows, slot)
            if slot.shape.error != FALSE:
                said[f"fails_{number}"] = slot_fails(rows, slot)
        rows = rows.select("track", "seat", "base", *kept, **said).alias(f"{name}_{self._calls}")
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
                ibis.cases((fires, Outcome.FORBIDDEN.rank), (fails, Outcome.IN_ERROR.rank), else_=0)
            )
        return Heard(rows, layout.slots, needed, open_, ibis.greatest(rows.base, *ranks))
