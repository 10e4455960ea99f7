"""Tracks whose terms cannot be met: duties that contradict, limits that leave nothing open.

The same as `Duties.conflict` and the limits of several needs in `deciding.decide`, for all tracks
at once. Each test is part of the query only if some policies at hand could ever fail it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from clearmix_rules.deciding.decision import Outcome, RuleRef
from clearmix_rules.deciding.duties import Duties
from clearmix_rules.querying.hearing import Heard
from clearmix_rules.querying.layout import Seat
from clearmix_rules.querying.owing import most_owed
from clearmix_rules.querying.predicates import Predicates, any_of
from clearmix_rules.querying.programs import Clause, Kind
from clearmix_rules.querying.tables import table_of, union

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

WHOLE_BPS = 10_000
_LIMITED = ("length", "strength", "tempo-change", "pitch-change")
_FAR = 2**60
"""Beyond every number that a limit can have."""
_PLATFORM = -1
"""The seat that the platform's clauses stand in for."""


class Terms:
    """What could contradict among the permits at hand, and where it does.

    Args:
        seats: everyone who may be heard.
        platform: the platform's clauses.
        owed: the most that the permits of one track's parties could ask for together.
    """

    def __init__(self, seats: Iterable[Seat], platform: Sequence[Clause], owed: int) -> None:
        self._platform = [clause for clause in platform if clause.kind is Kind.PERMIT]
        theirs = [clause for seat in seats for clause in seat.program.clauses]
        granting = [one for one in (*theirs, *self._platform) if one.kind is Kind.PERMIT]
        self._shares = owed + most_owed(self._platform) > WHOLE_BPS
        self._marks = any(one.duties.only_watermarks for one in granting)
        limited = [one for one in theirs if one.kind in (Kind.PERMIT, Kind.LIMITED)]
        self._limits = any(one.kind is Kind.LIMITED for one in limited) and any(
            low > high for low, high in _span(limited).values()
        )

    def keep(self, clause: Clause) -> bool:
        """Whether a clause must be told apart from others of its party."""
        if self._limits and clause.kind is not Kind.FORBID:
            return True
        return clause.kind is Kind.PERMIT and (
            (self._shares and bool(clause.duties.royalties))
            or (self._marks and bool(clause.duties.watermarks))
        )

    def apply(self, ranked: ibis.Table, tracks: ibis.Table, heard: Sequence[Heard]) -> ibis.Table:
        """The ranks of tracks, raised where terms cannot be met.

        Args:
            ranked: rows of `track` and `rank`, and others that stay.
            tracks: the tracks, with every column that conditions read.
            heard: everyone heard on them.
        """
        if self._shares or self._marks:
            granted = self._granted(tracks, heard).alias("granted")
            if self._shares:
                shares = self._above_the_whole(granted, heard)
                ranked = _raise(ranked, shares, "shares", Outcome.NOT_PERMITTED)
            if self._marks:
                for name, marks in self._marks_apart(granted, heard):
                    ranked = _raise(ranked, marks, name, Outcome.NOT_PERMITTED)
        if self._limits and heard:
            apart = _limits_apart(heard)
            ranked = _raise(ranked, apart, "limits", Outcome.NOT_PERMITTED, only=True)
        return ranked

    # ------------------------------------------------------------ duties

    def _granted(self, tracks: ibis.Table, heard: Sequence[Heard]) -> ibis.Table:
        """Rows of `track`, `seat`, `slot`: the permits that applied and whose duties bind."""
        rows = []
        for one in heard:
            for number, slot in enumerate(one.slots):
                if slot.kind is Kind.PERMIT and any(map(self.keep, slot.clauses.values())):
                    wanted = any_of([one.needed[action] for action in sorted(slot.actions)])
                    holds = one.rows.filter(one.rows[f"holds_{number}"] & wanted)
                    rows.append(holds.select("track", "seat", slot=_number(number)))
        for number, clause in enumerate(self._platform):
            if self.keep(clause):
                holds = tracks.filter(Predicates(tracks).write(clause.truth.holds))
                rows.append(holds.select("track", seat=_number(_PLATFORM), slot=_number(number)))
        return union(rows)

    def _duties(self, heard: Sequence[Heard]) -> Iterator[tuple[int, int, Duties]]:
        """The duties of each clause, by seat and slot."""
        told: set[tuple[int, int]] = set()
        for one in heard:
            for number, slot in enumerate(one.slots):
                for seat, clause in slot.clauses.items():
                    if slot.kind is Kind.PERMIT and (seat, number) not in told:
                        told.add((seat, number))
                        yield seat, number, clause.duties
        for number, clause in enumerate(self._platform):
            yield _PLATFORM, number, clause.duties

    def _above_the_whole(self, granted: ibis.Table, heard: Sequence[Heard]) -> ibis.Table:
        """Tracks of which more than everything is owed: a payee's greatest share counts."""
        owed: list[dict[str, str | int]] = [
            {"seat": seat, "slot": slot, "payee": one.payee, "base": one.base,
             "rate": one.rate_bps}
            for seat, slot, duties in self._duties(heard)
            for one in duties.royalties
        ]  # fmt: skip
        shares = granted.join(_table(owed), ("seat", "slot"))
        greatest = shares.group_by("track", "payee", "base").agg(rate=shares.rate.max())
        sums = greatest.group_by("track", "base").agg(total=greatest.rate.sum())
        return sums.filter(sums.total > WHOLE_BPS)

    def _marks_apart(
        self, granted: ibis.Table, heard: Sequence[Heard]
    ) -> Iterator[tuple[str, ibis.Table]]:
        """Tracks with two exclusive sets of watermarks, or with a mark beside such a set."""
        told = list(self._duties(heard))
        sets: dict[tuple[str, ...], int] = {}
        for _, _, duties in told:
            for whole in duties.only_watermarks:
                sets.setdefault(whole, len(sets))
        only = granted.join(
            _table(
                {"seat": seat, "slot": slot, "only": sets[whole]}
                for seat, slot, duties in told
                for whole in duties.only_watermarks
            ),
            ("seat", "slot"),
        )
        bounds = only.group_by("track").agg(first=only["only"].min(), last=only["only"].max())
        bounds = bounds.alias("exclusive")
        yield "two_sets", bounds.filter(bounds.first < bounds.last)
        marks = granted.join(
            _table(
                {"seat": seat, "slot": slot, "mark": mark}
                for seat, slot, duties in told
                for mark in duties.watermarks
            ),
            ("seat", "slot"),
        )
        within = _table(
            {"first": number, "mark": mark} for whole, number in sets.items() for mark in whole
        )
        beside = marks.select("track", "mark").join(bounds.select("track", "first"), "track")
        yield "beside_set", beside.anti_join(within, ("first", "mark"))


def _limits_apart(heard: Sequence[Heard]) -> ibis.Table:
    """Tracks with two needs that no value of some attribute suits both.

    A need is a party's permit for an action. Its rules are those that applied or, if none did,
    those that would within their limits; two needs clash if all pairs of their rules do. A rule
    does not clash with itself, nor does a need none of whose rules has limits with any.
    """
    import ibis

    numbers: dict[RuleRef, int] = {}
    every = union([rows for one in heard for rows in _rules_of_needs(one, numbers)]).alias("every")
    limited = every.filter(every.limited).select("track", "need").distinct().alias("limited")
    rules = every.semi_join(limited, ("track", "need")).drop("limited").alias("rules")
    names = [name for name in rules.columns if name.startswith(("least", "most"))]
    other = rules.select(
        "track",
        other="need",
        other_rule="rule",
        **{f"other_{name}": rules[name] for name in names},
    )
    pairs = rules.join(
        other, [rules.track == other.track, rules.need < other.other], rname="{name}_too"
    )
    counted = pairs.group_by("track", "need", "other").agg(
        pairs=pairs.count(),
        **{
            f"apart_{n}": ibis.ifelse(
                (pairs.rule != pairs.other_rule)
                & (
                    ibis.greatest(pairs[f"least_{n}"], pairs[f"other_least_{n}"])
                    > ibis.least(pairs[f"most_{n}"], pairs[f"other_most_{n}"])
                ),
                1,
                0,
            ).sum()
            for n, _ in enumerate(_LIMITED)
        },
    )
    return counted.filter(
        any_of([counted[f"apart_{n}"] == counted.pairs for n, _ in enumerate(_LIMITED)])
    )


def _rules_of_needs(heard: Heard, numbers: dict[RuleRef, int]) -> Iterator[ibis.Table]:
    """Rows of `track`, `need`, `rule` and the limits of one rule of that need.

    `numbers` gives each rule a number and is added to.
    """
    rows = heard.rows
    for index, (action, needed) in enumerate(heard.needed.items()):
        speaking = [
            (number, slot) for number, slot in enumerate(heard.slots) if action in slot.actions
        ]
        allowed = any_of(
            [rows[f"holds_{number}"] for number, slot in speaking if slot.kind is Kind.ALLOW]
        )
        refused = heard.open[action] & (rows[f"never_{index}"] == Outcome.NOT_PERMITTED.rank)
        for number, slot in speaking:
            if slot.kind is Kind.PERMIT:
                where = needed & ~allowed
            elif slot.kind is Kind.LIMITED:
                where = refused
            else:
                continue
            limits = _table(
                {
                    "seat": seat,
                    "rule": numbers.setdefault(clause.ref, len(numbers)),
                    **_limits(clause),
                }
                for seat, clause in slot.clauses.items()
            )
            found = rows.filter(rows[f"holds_{number}"] & where)
            found = found.select("track", "seat", need=rows.seat * len(heard.needed) + index)
            yield found.join(limits, "seat").drop("seat")


def _limits(clause: Clause) -> dict[str, int | bool]:
    limits: dict[str, int | bool] = {"limited": bool(clause.duties.limits)}
    for n, attribute in enumerate(_LIMITED):
        one = clause.duties.bounds(attribute)
        limits[f"least_{n}"] = -_FAR if one.least is None else one.least
        limits[f"most_{n}"] = _FAR if one.greatest is None else one.greatest
    return limits


def _span(clauses: Iterable[Clause]) -> dict[str, tuple[int, int]]:
    """For each attribute the highest lower limit and the lowest upper limit of all."""
    span: dict[str, tuple[int, int]] = {}
    for clause in clauses:
        for one in clause.duties.limits:
            low, high = span.get(one.attribute, (-_FAR, _FAR))
            span[one.attribute] = (
                max(low, -_FAR if one.least is None else one.least),
                min(high, _FAR if one.greatest is None else one.greatest),
            )
    return span


def _raise(
    ranked: ibis.Table, found: ibis.Table, name: str, most: Outcome, only: bool = False
) -> ibis.Table:
    import ibis

    where = found.select(**{f"{name}_track": found.track}).distinct().alias(name)
    joined = ranked.left_join(where, ranked.track == where[f"{name}_track"])
    fits = joined["rank"] == most.rank if only else joined["rank"] <= most.rank
    hit = joined[f"{name}_track"].notnull() & fits
    others = [column for column in ranked.columns if column != "rank"]
    return joined.select(
        *others, rank=ibis.ifelse(hit, Outcome.TERMS_CANNOT_BE_MET.rank, joined["rank"])
    )


def _number(value: int) -> ir.IntegerScalar:
    import ibis

    return ibis.literal(value, "int64")


def _table(rows: Iterable[dict[str, str | int | bool]]) -> ibis.Table:
    listed = list(rows)
    return table_of({name: [row[name] for row in listed] for name in listed[0]})
