"""The shared reduction: claims and pools to one exact integer per item, window-free, in Ibis.

Nothing here is specific to DuckDB: filters, joins, group-bys, sums and int64 arithmetic that every
Ibis backend has. It is the only step whose cost grows with the number of plays.
"""

from __future__ import annotations

from collections.abc import Callable
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


def dated(claims: ibis.Table, epochs: ibis.Table) -> ibis.Table:
    """The claims, an item of `epochs` renamed to the key of the epoch in which it was heard.

    Args:
        claims: with `item_id` and `play_played_at`; one without a time stays as it is.
        epochs: key, item_id, since, until; the epochs of an item are its whole period.
    """
    at = claims.play_played_at
    found = claims.left_join(
        epochs, [claims.item_id == epochs.item_id, at >= epochs.since, at < epochs.until]
    )
    others = [column for column in claims.columns if column != "item_id"]
    return found.select(*others, item_id=found.key.fill_null(found.item_id))


def tally(claims: ibis.Table, groups: int, *places: str) -> ibis.Table:
    """Claims, equal ones as one row that says in the column `claims` how many they are.

    Where groups are few, equal claims of an item are added up here: that is then the one pass over
    the plays. Where a group is one listener hardly two claims are equal, and adding them up would
    keep a row for each play: they are left as they are, without that column, and read twice.

    Args:
        claims: rows of `item_id`, `group_id`, `weight`.
        groups: how many groups the pools have.
        places: further columns, in which equal claims are equal too.
    """
    columns = ("item_id", "group_id", "weight", *places)
    if groups > FEW_GROUPS:
        return claims.select(*columns)
    return claims.group_by(*columns).agg(claims=lambda t: t.count().cast("int64"))


def weigh(tallies: ibis.Table, weight: int | None = None) -> ibis.Table:
    """The sum of weights of each group, which is `WEIGHT_LIMIT` or above if a weight cannot be.

    A weight that is negative, missing, or too large by itself counts as the limit: engines that
    wrap silently where a sum does not fit are then given no chance to, and one sum says all. Each
    further column would be another of a row for each listener.

    Args:
        tallies: what `tally` returned.
        weight: what every claim weighs, if that is known.
    """
    import ibis

    if weight == 1:
        return tallies.group_by("group_id").agg(weight_sum=_claims)
    told = tallies.weight
    possible = ibis.ifelse((told >= 0) & (told < WEIGHT_LIMIT), told, WEIGHT_LIMIT)
    claimed = _times(possible.fill_null(WEIGHT_LIMIT), tallies)
    return tallies.group_by("group_id").agg(weight_sum=claimed.sum().cast("int64"))


def _claims(tallies: ibis.Table) -> Any:
    """How many claims there are."""
    several = "claims" in tallies.columns
    return (tallies.claims.sum() if several else tallies.count()).cast("int64")


def _times(value: Any, tallies: ibis.Table) -> Any:
    """What all claims of a row have together, of what each has."""
    return value * tallies.claims if "claims" in tallies.columns else value


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
        weight_sum=joined.weight_sum.fill_null(0),
    )


def worths(
    tallies: ibis.Table,
    groups: ibis.Table,
    scale: int,
    *,
    weight: int | None = None,
    key: Callable[[Any], Any] | None = None,
) -> ibis.Table:
    """The tallies that earn something, each with its `pool` and the `worth` of one of its claims.

    A claim is worth floor(amount x scale x weight / sum of weights), exactly: with amount x scale
    = q x sum + r that is q x weight + floor(r x weight / sum), and none of it leaves int64.

    Args:
        tallies: what `tally` returned, or single claims.
        groups: what `group_totals` returned.
        scale: 10^k.
        weight: what every claim weighs, if that is known.
        key: gives a shorter name to each group, no two of them the same.
    """
    funded = groups.filter(groups.weight_sum > 0, groups.amount_micro > 0)
    amount = funded.amount_micro * scale
    quotient = floor_divide(amount, funded.weight_sum)
    short = key or (lambda name: name)
    claimed = tallies.filter(tallies.weight > 0).mutate(key=short(tallies.group_id))
    if weight == 1:
        # The rest is less than 1: what is left of a group is one number.
        portions = funded.select("pool", key=short(funded.group_id), worth=quotient)
        return claimed.join(portions, "key").select(*tallies.columns, "pool", "worth")
    portions = funded.select(
        "pool",
        "weight_sum",
        key=short(funded.group_id),
        quotient=quotient,
        remainder=amount % funded.weight_sum,
    )
    joined = claimed.join(portions, "key")
    whole = joined.quotient * joined.weight
    rest = floor_divide(joined.remainder * joined.weight, joined.weight_sum)
    return joined.select(*tallies.columns, "pool", worth=whole + rest)


def add_up(earning: ibis.Table, *places: str) -> ibis.Table:
    """One row for each pool and item: `value` in micro-units / scale, and `units`, its claims.

    Args:
        earning: what `worths` returned of tallies.
        places: further columns by which an item's claims are kept apart.
    """
    more = [column for column in ("claims",) if column in earning.columns]
    return (
        earning.select("pool", "item_id", *places, *more, value=_times(earning.worth, earning))
        .group_by("pool", "item_id", *places)
        .agg(value=lambda t: t.value.sum().cast("int64"), units=_claims)
    )
