"""One request put to a whole catalogue: what its query is built from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.parties import IMITATIONS
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.querying.calling import ROLES, Catalogued
from clearmix_rules.querying.catalogue import Catalogue
from clearmix_rules.querying.hearing import Heard, Hearing
from clearmix_rules.querying.owing import most_owed_on_a_track
from clearmix_rules.querying.predicates import flag_column
from clearmix_rules.querying.programs import Clause, Kind, Situation, needs
from clearmix_rules.querying.residual import (
    FALSE,
    TRUE,
    Flag,
    Node,
    both,
    either,
    empty,
    no,
)
from clearmix_rules.querying.seating import Seating, seat_all
from clearmix_rules.querying.tables import table_of
from clearmix_rules.querying.terms import Terms
from clearmix_rules.schema import PLATFORM

if TYPE_CHECKING:
    import ibis


class Question:
    """A request with its track left open, put to a catalogue under a set of policies."""

    def __init__(self, policies: PolicySet, request: Request, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        whole = replace(request, parties={**catalogue.parties, **request.parties})
        self.situation = Situation(policies, whole, catalogue.mentioned)
        self.platform = self.situation.program(PLATFORM)

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        """Every label in the catalogue."""
        return tuple(sorted(self.catalogue.mentioned("label")))

    @cached_property
    def _publishers(self) -> tuple[str, ...]:
        """Every publisher in the catalogue."""
        return tuple(sorted(self.catalogue.mentioned("publishers")))

    @cached_property
    def seating(self) -> Seating:
        """The seats of everyone who may have a say."""
        return seat_all(self.situation, self._heard_first)

    @cached_property
    def _heard_first(self) -> tuple[str, ...]:
        parties: dict[str, None] = dict.fromkeys(self.situation.named.values())
        for role in ROLES:
            parties |= dict.fromkeys(self.catalogue.mentioned(role))
        for below in (*self._labels, *self._publishers):
            parties |= dict.fromkeys(self.situation.chain(below))
        return tuple(sorted(party for party in parties if not self.situation.is_silent(party)))

    @cached_property
    def terms(self) -> Terms:
        """What could contradict among the permits."""
        owed = most_owed_on_a_track(self.situation, self.seating, self.catalogue)
        return Terms(self.seating.seats, self.platform.clauses, owed)

    def hear(self, keep: Callable[[Clause], bool]) -> list[Heard]:
        """Every party of every track, and whom they delegate to; `keep` as for `Hearing`."""
        catalogued = Catalogued(
            self.tracks, self.catalogue.track_parties, self._labels, self._publishers
        )
        hearing = Hearing(self.situation, self.seating, catalogued, keep)
        return list(hearing.everyone())

    # ------------------------------------------------------------ tracks

    @cached_property
    def tracks(self) -> ibis.Table:
        """The tracks, with how many of each group of parties they have where a rule asks."""
        import ibis

        _ = self.seating  # all conditions are folded then, and every group is known
        groups = self.situation.folding.groups
        if not groups:
            return self.catalogue.tracks
        parties = sorted(frozenset().union(*groups.values()))
        flags = {f"in_{number}": [int(p in whole) for p in parties]
                 for number, whole in groups.items()}  # fmt: skip
        rows = self.catalogue.track_parties.join(table_of({"party": parties, **flags}), "party")
        counted = rows.group_by("track").aggregate(
            **{
                flag_column(role, number): ibis.ifelse(
                    rows.role == role, rows[f"in_{number}"], 0
                ).sum()
                for role, number in sorted(self.situation.folding.asked)
            }
        )
        tracks = self.catalogue.tracks
        counted = counted.alias("counted").rename(counted_track="track")
        joined = tracks.left_join(counted, tracks.track == counted.counted_track)
        counts = [name for name in counted.columns if name != "counted_track"]
        return joined.select(
            *tracks.columns, **{name: joined[name].fill_null(0) for name in counts}
        ).alias("flagged_tracks")

    # ------------------------------------------------------------ what holds for a whole track

    @cached_property
    def without_parties(self) -> Node:
        """Where nobody is known who could allow an action."""
        lists = needs(self.situation)
        nobody: Node = FALSE if self.situation.named else both(*map(empty, lists))
        covers = "cover" in self.situation.actions
        for action in self.situation.actions:
            if action in self.situation.named:
                continue
            alone = both(*(empty(one) for one in lists if action in lists[one]))
            if covers and action not in IMITATIONS:
                alone = both(alone, no(Flag("public_domain")))
            nobody = either(nobody, alone)
        return nobody

    def platform_parts(self) -> Iterable[tuple[Outcome, Clause, Node]]:
        """What the platform adds: where, and to which outcome at least."""
        for clause in self.platform.clauses:
            if clause.kind is Kind.FORBID:
                yield Outcome.FORBIDDEN, clause, clause.truth.holds
                yield Outcome.IN_ERROR, clause, clause.truth.error
            elif clause.kind is Kind.LIMITED:
                yield Outcome.NOT_PERMITTED, clause, clause.truth.holds
            elif clause.referred:
                yield Outcome.REFERRED, clause, clause.truth.holds

    def track_parts(self) -> dict[Outcome, Node]:
        """Where a track has an outcome at least, whatever its parties say."""
        parts: dict[Outcome, Node] = {Outcome.NOT_PERMITTED: self.without_parties}
        for outcome, _, where in self.platform_parts():
            parts[outcome] = either(parts.get(outcome, FALSE), where)
        if any(one.answer == "refuse" for one in self.situation.request.approvals):
            parts[Outcome.FORBIDDEN] = TRUE
        return parts
