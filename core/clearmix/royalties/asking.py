"""Asking a formula: what it may see, and what it says, of which nothing is trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from clearmix.contracts import RoyaltyFormula
from clearmix.errors import PluginError, RoyaltyError
from clearmix.guarding import asked
from clearmix.royalties.carrying import carried_sides, take_in
from clearmix.royalties.context import FOLLOW_COLUMNS, POOLS, SIDED, Context
from clearmix.royalties.engine import Engine, first_line
from clearmix.royalties.money import money
from clearmix.royalties.period import Period
from clearmix.royalties.reduction import WEIGHT_LIMIT, floor_divide

if TYPE_CHECKING:
    import ibis


Answer = TypeVar("Answer")

DESCRIBING_SECONDS = 60.0
"""A formula only describes a query, which takes no time at all."""


def context_of(
    engine: Engine, period: Period, currency: str, side_weights: Mapping[str, int]
) -> Context:
    """What a formula may see of the engine's tables; `side_weights` are those of an original."""
    import ibis

    engine.ensure("follows", FOLLOW_COLUMNS)
    subscriptions, renders = map(engine.table, take_in(engine, period))
    # Sums of int64 are wider in DuckDB; a formula shall see the type that it must return.
    paid = subscriptions.group_by("pool").agg(
        amount_micro=subscriptions.net_micro.sum().cast("int64")
    )
    pools = paid.filter(paid.amount_micro > 0)
    recording, work = side_weights.get("recording", 0), side_weights.get("work", 0)
    whole, amount = recording + work or 1, pools.amount_micro
    carried = {"recording": ibis.literal(0, "int64"), "work": ibis.literal(0, "int64")}
    for pool, sides in carried_sides(engine).items():
        for side, more in sides.items():
            carried[side] += ibis.ifelse(pools.pool == pool, more, 0)
    # What was carried on one side stays there; everything else is divided by the rate card.
    unsided = amount - carried["recording"] - carried["work"]
    of_recordings = (
        carried["recording"]
        + floor_divide(unsided, whole) * recording
        + floor_divide((unsided % whole) * recording, whole)
    )
    return Context(
        period=period,
        currency=currency,
        pools=pools,
        subscriptions=subscriptions,
        renders=renders,
        history=engine.table("history"),
        follows=engine.table("follows"),
        catalogue=engine.table("catalogue"),
        sides=pools.select(
            "pool", recording_micro=of_recordings, work_micro=amount - of_recordings
        ),
    )


def table_of(formula: RoyaltyFormula, ask: Callable[[], ibis.Table]) -> ibis.Table:
    """The query that a formula describes; raises PluginError when it does not."""
    import ibis

    return asked("royalty formula", formula, ask, expect=ibis.Table, seconds=DESCRIBING_SECONDS)


def unrepeatable(table: ibis.Table) -> list[str]:
    """What a query depends on besides its tables, in words: clock, chance, code, SQL.

    >>> import ibis
    >>> unrepeatable(ibis.table({"a": "int64"}, "t").mutate(b=ibis.random()))
    ['`ibis.random()`']
    """
    import ibis.expr.operations as ops

    named = {
        ops.TimestampNow: "`ibis.now()`", ops.DateNow: "`ibis.today()`",
        ops.RandomScalar: "`ibis.random()`", ops.RandomUUID: "`ibis.uuid()`",
        ops.Sample: "`sample()`", ops.SQLQueryResult: "a text in SQL",
        ops.SQLStringView: "a text in SQL",
    }  # fmt: skip
    found = table.op().find((ops.Impure, *named))
    return sorted({named.get(type(node), "a function of its own") for node in found})


def run(formula: RoyaltyFormula, query: Callable[[], Answer]) -> Answer:
    """What a query gives that a formula is part of.

    Raises:
        PluginError: the engine cannot carry out what the formula describes.
        RoyaltyError: the engine's memory does not suffice for it, which no author can help.
    """
    import duckdb

    def answer() -> Answer:
        try:
            return query()
        except duckdb.OutOfMemoryException as error:
            raise RoyaltyError(
                f"the settlement does not fit into memory: {first_line(error)}",
                help="free disk space where CLEARMIX_HOME lies, into which it spills, or settle on "
                "another engine with --engine; nothing was posted",
            ) from error

    return asked("royalty formula", formula, answer, expect=object)


def checked_columns(
    formula: RoyaltyFormula,
    method: str,
    table: ibis.Table,
    *,
    texts: tuple[str, ...],
    integers: tuple[str, ...],
) -> ibis.Table:
    """What a formula returned, reduced to the columns of its contract; raises PluginError."""
    if chance := unrepeatable(table):
        raise PluginError(
            f"the {method} of `{formula.id}` depend on {' and '.join(chance)}",
            help="a settlement is replayed years later to the same hash: use `events` and "
            "`context` alone, such as `context.period` for a time",
            place=formula.id,
        )
    types = dict(table.schema().items())
    for column in (*texts, *integers):
        if column not in types:
            found = ", ".join(f"`{name}`" for name in types)
            raise PluginError(
                f"the {method} of `{formula.id}` have no column `{column}`",
                help=f"return {', '.join((*texts, *integers))}; it returned {found}",
                place=formula.id,
            )
        if column in integers and not types[column].is_integer():
            raise PluginError(
                f"`{column}` of `{formula.id}` is {types[column]}, not an integer",
                help="money and weights are whole numbers; use int64 throughout",
                place=formula.id,
            )
    return table.select(*texts, **{column: table[column].cast("int64") for column in integers})


def checked_pools(
    engine: Engine, formula: RoyaltyFormula, period: Period, currency: str
) -> dict[str, int]:
    """What each pool holds, after checking that the formula hands out exactly that."""
    subscriptions, renders = take_in(engine, period)
    funded = {
        pool: int(amount)
        for pool, amount in engine.rows(
            f"SELECT pool, sum(net_micro) FROM {subscriptions} GROUP BY pool "  # noqa: S608
            f"UNION ALL SELECT 'generation', sum(fee_micro) FROM {renders}"
        )
        if amount
    }
    given = {
        pool: int(amount)
        for pool, amount in engine.rows(
            "SELECT split_part(pool, '/', 1), sum(amount_micro) FROM groups GROUP BY 1 ORDER BY 1"
        )
        if amount
    }
    # Of ten million names the numbers are looked through first: none twice, no name twice.
    repeated = engine.numbering("groups", "group_id") is None and engine.rows(
        "SELECT group_id FROM groups GROUP BY group_id HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    )
    sides = [
        pool
        for (pool,) in engine.rows("SELECT DISTINCT pool FROM groups WHERE contains(pool, '/')")
        if pool.partition("/")[2] not in SIDED
    ]
    bad = engine.rows(
        "SELECT group_id, amount_micro FROM groups WHERE amount_micro < 0 OR amount_micro IS NULL "
        "OR weight_sum >= ? ORDER BY ALL LIMIT 1",
        [WEIGHT_LIMIT],
    )
    problem = ""
    help = (
        f"group ids begin with a pool ({', '.join(POOLS)}), and the amounts of a pool's groups "
        "add up to what the context says it holds"
    )
    if repeated:
        problem = f"gives the group `{repeated[0][0]}` twice"
    elif sides:
        problem = f"pays the side `{min(sides)}`; sides are {' and '.join(SIDED)}"
    elif bad:
        group, amount = bad[0]
        if amount is None or amount < 0:
            said = "no amount" if amount is None else f"the negative amount {amount}"
            problem = f"gives the group `{group}` {said}"
            help = "amounts are whole micro-units from 0 up: use `fill_null(0)` after an outer join"
        else:
            problem = f"gives a play in `{group}` a weight that is negative, missing or above 2^31"
            help = "weights are whole numbers from 0 up: use `fill_null(0)` after an outer join"
    elif set(given) - set(funded):
        problem = f"pays out of `{min(set(given) - set(funded))}`, which holds nothing"
    for pool, amount in given.items():
        if not problem and amount != funded[pool]:
            problem = (
                f"divides {money(amount, currency)} of the pool `{pool}`, "
                f"which holds {money(funded[pool], currency)}"
            )
    if problem:
        raise PluginError(
            f"the formula `{formula.id}` {problem}",
            help=help,
            place=formula.id,
        )
    if not given:
        held = ", ".join(f"{pool} {money(funded.get(pool, 0), currency)}" for pool in POOLS)
        raise RoyaltyError(
            f"`{formula.id}` finds nothing to pay out in {period}",
            help="check the rate card's fees, who subscribes, and what was made; "
            f"the pools hold: {held}",
        )
    return given
