"""Calls the parties of every track: who is heard, and whose permit which action needs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clearmix_rules.querying.programs import Situation, needs
from clearmix_rules.querying.seating import Seating
from clearmix_rules.querying.tables import table_of

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

ROLES = ("artists", "owners", "writers", "publishers")
"""The lists of a track's parties that have a say, besides its label."""


@dataclass(frozen=True, slots=True)
class Catalogued:
    """The tables of a catalogue, with the names of all its labels and publishers."""

    tracks: ibis.Table
    track_parties: ibis.Table
    labels: Sequence[str]
    publishers: Sequence[str]


class Calling:
    """Rows of `track`, `seat` and, for each action N of the request, `need_N`."""

    def __init__(self, situation: Situation, seating: Seating, catalogued: Catalogued) -> None:
        self._situation = situation
        self._first = seating.first
        self._catalogued = catalogued
        self._needs = needs(situation)

    def listed(self) -> Iterator[ibis.Table]:
        """The parties in the lists of each track, and whoever is above its publishers."""
        pairs = self._catalogued.track_parties
        pairs = pairs.filter(pairs.role.isin(ROLES))
        if self._first:
            links = _links(self._first.items())
            rows = pairs.join(links, pairs.party == links.name)
            needed = {
                f"need_{index}": _is_in(
                    rows.role, [one for one in ROLES if action in self._needs[one]]
                )
                for index, action in enumerate(self._situation.actions)
            }
            yield rows.select("track", "seat", **needed)
        if above := self._above(self._catalogued.publishers, with_own=False):
            links = _links(above)
            rows = pairs.filter(pairs.role == "publishers")
            rows = rows.join(links, rows.party == links.name)
            yield rows.select("track", "seat", **self._needing(self._needs["publishers"]))

    def of_tracks(self, seats: Container[int], read: Sequence[str]) -> Iterator[ibis.Table]:
        """Each track's label and those above it, and whoever is imitated by name.

        Args:
            seats: of whom, of all these.
            read: columns of the tracks that the rows are to have as well.
        """
        import ibis

        tracks = self._catalogued.tracks
        above = self._above(self._catalogued.labels, with_own=True)
        if here := [(name, seat) for name, seat in above if seat in seats]:
            links = _links(here)
            rows = tracks.join(links, tracks.label == links.name)
            yield rows.select("track", "seat", *read, **self._needing(self._needs["label"]))
        for party in dict.fromkeys(self._situation.named.values()):
            if self._first.get(party, -1) in seats:
                named = [one for one, whom in self._situation.named.items() if whom == party]
                seat = ibis.literal(self._first[party], "int64")
                rows = tracks.mutate(seat=seat)
                yield rows.select("track", "seat", *read, **self._needing(named))

    def _above(self, parties: Iterable[str], *, with_own: bool) -> list[tuple[str, int]]:
        """Each of the parties with the seats of those above it."""
        return [
            (party, self._first[one])
            for party in parties
            for one in self._situation.chain(party)[0 if with_own else 1 :]
            if one in self._first
        ]

    def _needing(self, needed: Iterable[str]) -> Mapping[str, ir.BooleanValue]:
        import ibis

        return {
            f"need_{index}": ibis.literal(action in needed)
            for index, action in enumerate(self._situation.actions)
        }


def _is_in(role: ir.StringColumn, roles: Sequence[str]) -> ir.BooleanValue:
    import ibis

    return ibis.literal(bool(roles)) if len(roles) in (0, len(ROLES)) else role.isin(roles)


def _links(links: Iterable[tuple[str, int]]) -> ibis.Table:
    """Which seats a name stands for."""
    listed = list(links)
    return table_of({"name": [name for name, _ in listed], "seat": [seat for _, seat in listed]})
