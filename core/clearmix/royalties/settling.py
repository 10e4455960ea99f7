"""One settlement from its inputs to its lines and hash: pure, so that it can be replayed.

The inputs are tables of an engine: `events`, `subscriptions`, `renders`, `history`, `catalogue`,
and for the second half `works` and `routes`. Nothing here reads a database, a clock or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import TYPE_CHECKING, Any

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import PluginError, RoyaltyError
from clearmix.royalties.asking import checked_columns, checked_pools, context_of, run, table_of
from clearmix.royalties.carrying import CARRIED_COLUMNS
from clearmix.royalties.context import FOLLOW_COLUMNS, GENERAL, pool_of
from clearmix.royalties.digests import canonical_hash, table_digest
from clearmix.royalties.eligibility import eligibility_of
from clearmix.royalties.engine import EVENT_COLUMNS, Engine
from clearmix.royalties.finishing import LINE_COLUMNS, make_lines, round_items
from clearmix.royalties.models import SUSPENSE, TAKEN_IN
from clearmix.royalties.parts import Part
from clearmix.royalties.period import Period
from clearmix.royalties.places import add_up_by_place, heard_where
from clearmix.royalties.rates import default_side_weights
from clearmix.royalties.reduction import (
    FEW_GROUPS,
    SCALED_LIMIT,
    add_up,
    dated,
    eligible,
    group_totals,
    scale_exponent,
    tally,
    weigh,
    worths,
)
from clearmix.royalties.tracing import claims_each_once, constant_weight

if TYPE_CHECKING:
    import ibis

MANIFEST_FORMAT = 3
"""Version of what a settlement's hash covers."""

REPLAYABLE = (2, MANIFEST_FORMAT)
"""The versions that can be replayed; 2 does not cover where the money was earned."""

SUBSCRIPTION_COLUMNS = {"pool": "VARCHAR", "listener_id": "VARCHAR", "net_micro": "BIGINT"}
RENDER_COLUMNS = {
    "item_id": "VARCHAR", "maker_id": "VARCHAR", "made_at": "TIMESTAMP", "category": "VARCHAR",
    "fee_micro": "BIGINT",
}  # fmt: skip
CATALOGUE_COLUMNS = {"item_id": "VARCHAR", "track_id": "VARCHAR", "artist_id": "VARCHAR"}
PLACE_COLUMNS = ("pool", "item_id", "territory", "tier", "worth", "units")
"""Where items of the reduction earned what; `worth` counts parts of a micro-unit as `value` does.
"""
EPOCH_COLUMNS = {
    "key": "VARCHAR", "item_id": "VARCHAR", "since": "TIMESTAMP", "until": "TIMESTAMP",
}  # fmt: skip
"""Items whose shares changed within the period: from when to when which shares held."""
WORK_COLUMNS = {
    "pool": "VARCHAR", "key": "VARCHAR", "item_id": "VARCHAR", "splits_from": "VARCHAR",
    "route": "VARCHAR", "category": "VARCHAR", "title": "VARCHAR", "decision_hash": "VARCHAR",
}  # fmt: skip
"""`key` is the item's id in the reduction: its own, or with a day from which other shares held."""
ROUTE_COLUMNS = {
    "route": "VARCHAR", "payee": "VARCHAR", "side": "VARCHAR", "role": "VARCHAR",
    "source": "VARCHAR", "parts": "BIGINT", "whole": "BIGINT", "why": "VARCHAR",
    "base": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class Reduced:
    """What the reduction found: the pools that were divided, and how many plays there were.

    `pools` is what came in in the period; `carried` is what was divided with it, of each pool or
    side of one, since nobody had claimed it before.
    """

    pools: Mapping[str, int]
    exponent: int
    plays: int
    eligible_plays: int
    carried: Mapping[str, int] = field(default_factory=dict)

    @property
    def pool_micro(self) -> int:
        """All pools together."""
        return sum(self.pools.values())


@dataclass(frozen=True)
class Said:
    """What a formula says: the plays that count, its claims and its pools, nothing of it run.

    `weight` is what every claim weighs, if that is one number; `each_once` says that each play that
    counts claims once.
    """

    counted: ibis.Table
    claims: ibis.Table
    pools: ibis.Table
    weight: int | None
    each_once: bool


def said_by(
    engine: Engine,
    formula: RoyaltyFormula,
    period: Period,
    currency: str,
    side_weights: Mapping[str, int] | None = None,
    *,
    by_place: bool = False,
) -> Said:
    """What a formula says of the inputs; the arguments are those of `reduce`.

    Raises:
        PluginError: it returned no table, or not the columns of its contract.
    """
    engine.ensure("catalogue", CATALOGUE_COLUMNS)
    engine.ensure("epochs", EPOCH_COLUMNS)
    weights = default_side_weights("original") if side_weights is None else side_weights
    context = context_of(engine, period, currency, weights)
    counted = eligible(engine.table("events"), period, eligibility_of(formula))
    claims = checked_columns(
        formula, "claims", table_of(formula, lambda: formula.claims(counted, context)),
        texts=("event_id", "item_id", "group_id"), integers=("weight",),
    )  # fmt: skip
    pools = checked_columns(
        formula, "pools", table_of(formula, lambda: formula.pools(period, context)),
        texts=("group_id",), integers=("amount_micro",),
    )  # fmt: skip
    by_day = bool(engine.one("SELECT count(*) FROM epochs")[0])
    heard = claims
    if by_place or by_day:
        heard = heard_where(claims, counted, engine.table("events"), context.renders)
    if by_day:
        heard = dated(heard, engine.table("epochs"))
    return Said(counted, heard, pools, constant_weight(claims), claims_each_once(claims, counted))


def reduce(
    engine: Engine,
    formula: RoyaltyFormula,
    period: Period,
    currency: str,
    side_weights: Mapping[str, int] | None = None,
    *,
    by_place: bool = False,
) -> Reduced:
    """Makes `groups` and `reduced`: what each item is worth under a formula.

    Args:
        engine: with the inputs.
        formula: says who claims what.
        period: the month.
        currency: of all amounts.
        side_weights: how a rate card weighs the sides of an original.
        by_place: make `places` too, what each item is worth in each territory and tier.

    Raises:
        PluginError: the formula breaks its contract.
        RoyaltyError: there is nothing to pay out, or a pool is too large.
    """
    said = said_by(engine, formula, period, currency, side_weights, by_place=by_place)
    counted, pools = said.counted, said.pools
    places = ("territory", "tier") if by_place else ()
    groups = run(formula, lambda: int(engine.ask(pools.count())[0][0]))
    tallies = tally(said.claims, groups, *places)
    if groups <= FEW_GROUPS:
        run(formula, lambda: engine.stage("tallies", tallies))
        tallies = engine.table("tallies")
    run(formula, lambda: engine.stage("weighed", weigh(tallies, said.weight)))
    weighed = engine.table("weighed")
    engine.make("groups", group_totals(weighed, pools))
    totals = checked_pools(engine, formula, period, currency)
    plays = int(engine.one("SELECT count(*) FROM events")[0])
    # Where every play claims one, their number was found when they were weighed.
    counting = weighed.weight_sum.sum() if said.each_once and said.weight == 1 else counted.count()
    eligible_plays = int(engine.ask(counting)[0][0] or 0)
    exponent = scale_exponent(sum(totals.values()))
    earning = worths(
        tallies,
        engine.table("groups"),
        10**exponent,
        weight=said.weight,
        key=None if groups <= FEW_GROUPS else engine.numbering("weighed", "group_id"),
    )
    if by_place:
        add_up_by_place(engine, earning, *places)
    else:
        engine.make("reduced", add_up(earning))
    # A play may claim its part of each side of a pool, but each of them once.
    claimed, renders = engine.one(
        "SELECT (SELECT coalesce(max(units), 0) FROM (SELECT sum(units) AS units FROM reduced "
        "GROUP BY split_part(pool, '/', 2))), (SELECT count(*) FROM renders)"
    )
    if claimed > eligible_plays + renders:
        raise PluginError(
            f"the formula `{formula.id}` makes {claimed} claims of {eligible_plays} plays",
            help="return at most one row for each play; a join has multiplied them",
            place=formula.id,
        )
    carried = {
        pool: int(amount)
        for pool, amount in engine.rows("SELECT pool, amount_micro FROM carried ORDER BY pool")
        if pool_of(pool) in totals
    }
    for pool, amount in carried.items():
        totals[pool_of(pool)] -= amount
    return Reduced(totals, exponent, plays, eligible_plays, carried)


def finish(engine: Engine, period: Period, reduced: Reduced) -> None:
    """Makes `items` and `lines`, and proves that every micro-unit is allocated exactly once."""
    round_items(engine, period, 10**reduced.exponent)
    make_lines(engine, period)
    # INVARIANT: the lines of a pool add up to the pool, to the micro-unit, and none is negative but
    # what is taken in of money carried before.
    allocated: dict[str, int] = {}
    for pool, amount in engine.rows("SELECT pool, sum(amount_micro) FROM lines GROUP BY pool"):
        allocated[pool_of(pool)] = allocated.get(pool_of(pool), 0) + int(amount)
    negative = engine.one(
        "SELECT count(*) FROM lines WHERE amount_micro < 0 AND role <> ?", [TAKEN_IN]
    )[0]
    if negative or allocated != dict(reduced.pools):
        raise RoyaltyError(
            f"the lines of {period} add up to {allocated}, not to {dict(reduced.pools)}",
            help="this is a defect; nothing was posted, report it with the inputs",
        )


def payee_sums(engine: Engine) -> dict[str, dict[str, int]]:
    """What each pool's lines give each payee, in micro-units."""
    sums: dict[str, dict[str, int]] = {}
    for pool, payee, amount in engine.rows(
        "SELECT split_part(pool, '/', 1), payee, sum(amount_micro) FROM lines GROUP BY ALL"
    ):
        sums.setdefault(pool, {})[payee] = int(amount)
    return sums


def manifest(
    engine: Engine,
    formula: RoyaltyFormula,
    period: Period,
    reduced: Reduced,
    rates: Mapping[str, Any],
    history: Mapping[str, str],
    format: int = MANIFEST_FORMAT,
) -> dict[str, Any]:
    """Everything that a settlement's hash covers, after `reduce` by place and `finish`."""
    return {
        "format": format,
        "period": period.text,
        "formula": {
            "id": formula.id,
            "version": formula.version,
            "eligibility": eligibility_of(formula).as_json(),
        },
        "rates": dict(rates),
        "pools": {pool: str(amount) for pool, amount in reduced.pools.items()},
        **(
            {"carried": {pool: str(amount) for pool, amount in reduced.carried.items()}}
            if format > 2
            else {}
        ),
        "scale_exponent": reduced.exponent,
        "inputs": {
            "events": table_digest(engine, "events", EVENT_COLUMNS),
            "subscriptions": table_digest(engine, "subscriptions", SUBSCRIPTION_COLUMNS),
            "renders": table_digest(engine, "renders", RENDER_COLUMNS),
            "catalogue": table_digest(engine, "catalogue", CATALOGUE_COLUMNS),
            "epochs": table_digest(engine, "epochs", EPOCH_COLUMNS),
            "works": table_digest(engine, "works", WORK_COLUMNS),
            "routes": table_digest(engine, "routes", ROUTE_COLUMNS),
            "history": dict(history),
            **(
                {
                    "carried": table_digest(engine, "carried", CARRIED_COLUMNS),
                    "follows": table_digest(engine, "follows", FOLLOW_COLUMNS),
                }
                if format > 2
                else {}
            ),
        },
        "items": table_digest(engine, "reduced", ("pool", "item_id", "value", "units")),
        "lines": table_digest(engine, "lines", LINE_COLUMNS),
        **({"places": table_digest(engine, "places", PLACE_COLUMNS)} if format > 2 else {}),
    }


def make_routes(
    engine: Engine,
    parts_of: Callable[[str, str, str, Mapping[str, int]], tuple[Part, ...]],
    describe: Callable[[str], tuple[str, str, str] | None],
    formula: RoyaltyFormula,
) -> None:
    """Makes `works` and `routes` for the items of `reduced`.

    Args:
        engine: with `reduced`.
        parts_of: the exact shares of an item in what it earned of a pool, or of a pool's side,
            by the shares that held on a day (ISO 8601; empty for the start of the period), and
            what it earned of each side of that pool, in parts of a micro-unit.
        describe: category, title and decision hash of an item, or None if it is unknown; its
            category is then the one that was logged.
        formula: said which items these are.

    Raises:
        PluginError: it claimed for an item that was neither heard nor made.
    """
    logged: dict[str, str] = {}
    both: set[str] = set()
    for item_id, category, several in engine.rows(
        "SELECT item_id, min(category), "
        "bool_or(category = 'original') AND bool_or(category <> 'original') FROM events "
        "WHERE item_id IN (SELECT item_id FROM reduced "
        "UNION ALL SELECT item_id FROM epochs) GROUP BY item_id"
    ):
        logged[item_id] = category
        if several:
            both.add(item_id)
    made = {item_id for (item_id,) in engine.rows("SELECT item_id FROM renders")}
    works: list[tuple[Any, ...]] = []
    routes: dict[str, list[tuple[Any, ...]]] = {}
    rows = engine.rows(
        "SELECT pool, reduced.item_id, coalesce(epochs.item_id, reduced.item_id), "
        "coalesce(strftime(since, '%Y-%m-%d'), ''), value "
        "FROM reduced LEFT JOIN epochs ON reduced.item_id = key "
        "ORDER BY split_part(pool, '/', 1), 2, pool"
    )
    for _, sides in groupby(rows, key=lambda row: (pool_of(row[0]), row[1])):
        paid = tuple(sides)
        earned = {pool: int(value) for pool, _, _, _, value in paid}
        for pool, key, item_id, splits_from, _ in paid:
            original = pool_of(pool) == GENERAL
            heard = item_id in both or (logged.get(item_id) == "original") == original
            # INVARIANT: nothing is paid but what was heard, or made, and out of its own pool.
            if not ((item_id in logged and heard) or (item_id in made and not original)):
                raise PluginError(
                    f"the formula `{formula.id}` pays `{item_id}` out of `{pool}`, for which "
                    "nothing of it was heard or made",
                    help="take `event_id`, `item_id` and `pool` of a claim together from "
                    "`events`, or the first two from the `item_id` of `context.renders`",
                    place=formula.id,
                )
            found = _whole_parts(item_id, parts_of(item_id, pool, splits_from, earned))
            route = canonical_hash([[*row] for row in found])[:16]
            routes[route] = [(route, *row) for row in found]
            category, title, decision_hash = describe(item_id) or (
                logged.get(item_id, "unknown"),
                item_id,
                "",
            )
            works.append((pool, key, item_id, splits_from, route, category, title, decision_hash))
    engine.create("works", WORK_COLUMNS, works)
    engine.create("routes", ROUTE_COLUMNS, [row for rows in routes.values() for row in rows])


def _whole_parts(item_id: str, parts: Iterable[Part]) -> list[tuple[Any, ...]]:
    """Payee, side, role, source, parts, whole, why and base of each part, on one denominator."""
    parts = tuple(parts)
    whole = lcm(*(part.share.denominator for part in parts))
    if whole >= SCALED_LIMIT:
        payee = f"{SUSPENSE}:shares:{item_id}"
        why = "its shares have no common denominator below 2^62"
        parts, whole = (Part(payee, "none", "unknown", "", Fraction(1), why),), 1
    return [
        (
            part.payee,
            part.side,
            part.role,
            part.source,
            int(part.share * whole),
            whole,
            part.why,
            part.base,
        )
        for part in parts
    ]
