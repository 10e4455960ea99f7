"""The shared reduction: claims and pools to one exact integer per item, window-free, in Ibis.

Nothing here is specific to DuckDB: filters, joins, group-bys, sums and int64 arithmetic that every
Ibis backend has. It is the only step whose cost grows with the number of plays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clearmix.errors import RoyaltyError
from clearmix.royalties.context import ADD_ON, GENERAL
from clearmix.royalties.eligibility import USUAL, Eligibility
from clearmix.royalties.period import Period

if TYPE_CHECKING:
    import ibis

FINEST_SCALE = 6
"""Sums are kept at up to 10^6 parts of a micro-unit: pico-units."""

SCALED_LIMIT = 2**62
"""Every scaled pool stays below, so that no sum of parts of it can overflow int64."""

WEIGHT_LIMIT = 2**31
"""The weights of one group together stay below: a product of two of them then fits int64."""


FEW_GROUPS = 1_000
"""Up to so many groups, adding up equal claims first is cheaper than reading the plays twice."""


def scale_exponent(pool_micro: int) -> int:
    """The k of the scale 10^k: the largest up to 6 at which the pool stays below 2^62.

    Raises:
        RoyaltyError: the pool does not fit even in whole micro-units.

    >>> scale_exponent(4_000_000_000_000), scale_exponent(5_000_000_000_000)
    (6, 5)
    """
    for exponent in range(FINEST_SCALE, -1, -1):
        if pool_micro * 10**exponent < SCALED_LIMIT:
            return exponent
    raise RoyaltyError(
        f"a pool of {pool_micro} micro-units is too large to divide exactly",
        help="settle it in several parts, or in a larger unit of the currency",
    )


def floor_divide(numerator: Any, denominator: Any) -> Any:
    """The exact whole quotient of two int64 expressions, numerator 0 to 2^62, denominator above 0.

    Ibis' own `//` goes through float64 and is wrong above 2^53. So does this quotient, but the
    numerator is made a multiple first, and what rounding took is then divided in turn: at most
    2^10 away, where float64 is exact.
    """
    multiple = numerator - numerator % denominator
    rough = (multiple / denominator).round().cast("int64")
    missed = multiple - rough * denominator
    return rough + (missed / denominator).round().cast("int64")


def eligible(events: ibis.Table, period: Period, rule: Eligibility = USUAL) -> ibis.Table:
    """The plays that count by a rule, each with the `pool` that its category is paid from.

    Whatever the rule, a play was heard in the period. `events` has each event id once.
    """
    import ibis

    start, end = (ibis.timestamp(time.replace(tzinfo=None)) for time in (period.start, period.end))
    own = events.maker_id.notnull() & (events.maker_id == events.listener_id)
    asked = [
        events.milliseconds >= rule.least_seconds * 1000,
        events.played_at >= start,
        events.played_at < end,
    ]
    if not rule.fraud:
        asked.append(~events.fraud)
    if not rule.own_plays:
        asked.append(~own.fill_null(False))
    if not rule.offline:
        asked.append(~events.offline)
    counted = events.filter(*asked)
    original = counted.category == "original"
    return counted.mutate(pool=ibis.ifelse(original, GENERAL, ADD_ON))


def dated(claims: ibis.Table, times: ibis.Table, epochs: ibis.Table) -> ibis.Table:
    """The claims, an item of `epochs` renamed to the key of the epoch in which it was heard.

    Args:
        claims: event_id, item_id, group_id, weight.
        times: event_id, at; a claim without a time stays as it is.
        epochs: key, item_id, since, until; the epochs of an item are its whole period.
    """
    timed = claims.left_join(times, "event_id")
    found = timed.left_join(
        epochs,
        [
            timed.item_id == epochs.item_id,
            timed.at >= epochs.since,
            timed.at < epochs.until,
        ],
    )
    return found.select(
        "event_id", "group_id", "weight", item_id=found.key.fill_null(found.item_id)
    )


def tally(claims: ibis.Table, groups: int) -> ibis.Table:
    """Claims with how many equal ones each row stands for, in the column `claims`.

    Where groups are few, equal claims of an item are added up here: that is then the one pass over
    the plays. Where a group is one listener hardly two claims are equal, and adding them up would
    keep a row for each play: they are left as they are, and read twice.

    Args:
        claims: rows of `item_id`, `group_id`, `weight`.
        groups: how many groups the pools have.
    """
    import ibis

    if groups > FEW_GROUPS:
        one = ibis.literal(1, "int64")
        return claims.select("item_id", "group_id", "weight", claims=one)
    return claims.group_by("item_id", "group_id", "weight").agg(
        claims=lambda t: t.count().cast("int64")
    )


def weigh(tallies: ibis.Table) -> ibis.Table:
    """The weights and claims of each group; `weight_min` is below 0 if a weight cannot be.

    One that is missing, or too large by itself, counts as below 0 too: engines that wrap silently
    where a sum does not fit are then given no chance to.
    """
    import ibis

    weight = tallies.weight
    possible = ibis.ifelse(weight < WEIGHT_LIMIT, weight, -1).fill_null(-1)
    return tallies.group_by("group_id").agg(
        weight_sum=(weight * tallies.claims).sum().cast("int64"),
        weight_min=possible.min(),
        claims=tallies.claims.sum().cast("int64"),
    )


def group_totals(weighed: ibis.Table, pools: ibis.Table) -> ibis.Table:
    """For each group that a pool funds: its pool (the group's name up to `:`), amount and weights.

    A group's pool may be one side of a pool, such as `add-on/recording`.

    Args:
        weighed: what `weigh` returned.
        pools: rows of `group_id`, `amount_micro`.
    """
    joined = pools.left_join(weighed, "group_id")
    return joined.select(
        "group_id",
        "amount_micro",
        pool=joined.group_id.split(":")[0],
        **{
            column: joined[column].fill_null(0) for column in ("weight_sum", "weight_min", "claims")
        },
    )


def worths(tallies: ibis.Table, groups: ibis.Table, scale: int) -> ibis.Table:
    """The tallies that earn something, each with its `pool` and the `worth` of one of its claims.

    A claim is worth floor(amount x scale x weight / sum of weights), exactly: with amount x scale
    = q x sum + r that is q x weight + floor(r x weight / sum), and none of it leaves int64.

    Args:
        tallies: what `tally` returned, or single claims.
        groups: what `group_totals` returned.
        scale: 10^k.
    """
    funded = groups.filter(groups.weight_sum > 0, groups.amount_micro > 0)
    amount = funded.amount_micro * scale
    portions = funded.select(
        "group_id",
        "pool",
        "weight_sum",
        quotient=floor_divide(amount, funded.weight_sum),
        remainder=amount % funded.weight_sum,
    )
    joined = tallies.filter(tallies.weight > 0).join(portions, "group_id")
    whole = joined.quotient * joined.weight
    rest = floor_divide(joined.remainder * joined.weight, joined.weight_sum)
    return joined.select(*tallies.columns, "pool", worth=whole + rest)


def reduce_to_items(tallies: ibis.Table, groups: ibis.Table, scale: int) -> ibis.Table:
    """One row for each pool and item: `value` in micro-units / scale, and `units`, its claims.

    Args:
        tallies: what `tally` returned.
        groups: what `group_totals` returned.
        scale: 10^k.
    """
    earning = worths(tallies, groups, scale)
    return (
        earning.select("pool", "item_id", "claims", value=earning.worth * earning.claims)
        .group_by("pool", "item_id")
        .agg(
            value=lambda t: t.value.sum().cast("int64"),
            units=lambda t: t.claims.sum().cast("int64"),
        )
    )
