"""From one integer per item to lines in whole micro-units, on embedded DuckDB, all in integers.

Rounded by largest remainder: everyone gets the whole micro-units below its exact amount, and what
is left goes, one micro-unit each, to the largest remainders. Ties go by the hash of period and id,
so that no order of names is favoured (Hamilton's method; it is not monotone).
"""

from __future__ import annotations

from clearmix.royalties.carrying import CARRIED_COLUMNS
from clearmix.royalties.engine import Engine, literal
from clearmix.royalties.models import CARRIED, TAKEN_IN
from clearmix.royalties.period import Period

LINE_COLUMNS = (
    "pool", "category", "item_id", "title", "source", "side", "role", "payee", "units",
    "gross_micro", "share_parts", "share_whole", "amount_micro", "splits_from",
    "base",
)  # fmt: skip
"""The columns of `lines`; `share_parts` of `share_whole` is the exact share of the item.

`splits_from` is empty, or where shares changed within the period the day from which they held.
`base` is that of the contract term that set the share, or empty."""


def round_items(engine: Engine, period: Period, scale: int) -> None:
    """Makes `items` (pool, item_id, units, micro) of `reduced` (pool, item_id, value, units).

    What each pool pays is the sum of its groups that someone claimed, in `groups`.
    """
    engine.sql.execute(
        f"""
        CREATE OR REPLACE TABLE items AS
        WITH payable AS (
            SELECT pool, sum(amount_micro) AS micro FROM groups WHERE weight_sum > 0 GROUP BY pool
        ), cut AS (
            SELECT pool, item_id, units, value // {scale} AS base,
                row_number() OVER (
                    PARTITION BY pool
                    ORDER BY value % {scale} DESC, sha256({literal(period.text + "|")} || item_id)
                ) AS place
            FROM reduced
        ), rest AS (
            SELECT pool, any_value(micro) - sum(base) AS micro, count(*) AS items
            FROM cut JOIN payable USING (pool) GROUP BY pool
        )
        SELECT pool, item_id, units,
            (base + rest.micro // items + (place <= rest.micro % items)::BIGINT)::BIGINT AS micro
        FROM cut JOIN rest USING (pool)
        """  # noqa: S608
    )


def make_lines(engine: Engine, period: Period) -> None:
    """Makes `lines` of `items`, `works` (pool, key, route...) and `routes` (route, payee...).

    An item's micro-units are divided by the parts of its route, by largest remainder once more.
    What no one claimed of a pool becomes a line of the account `carried`; what `groups` divides of
    money that was `carried` before is taken out of that account by another.
    """
    engine.ensure("carried", CARRIED_COLUMNS)
    engine.sql.execute(
        f"""
        CREATE OR REPLACE TABLE lines AS
        WITH cut AS (
            SELECT items.pool, works.category, works.item_id, works.title, routes.source,
                routes.side, routes.role, routes.payee, items.units, items.micro,
                routes.parts, routes.whole, routes.base AS rate_base, works.key,
                works.splits_from,
                ((items.micro::HUGEINT * parts) // whole)::BIGINT AS base,
                (items.micro::HUGEINT * parts) % whole AS remainder
            FROM items JOIN works ON items.pool = works.pool AND items.item_id = works.key
            JOIN routes USING (route)
        ), placed AS (
            SELECT *, micro - sum(base) OVER (PARTITION BY pool, key) AS rest,
                row_number() OVER (
                    PARTITION BY pool, key
                    ORDER BY remainder DESC, sha256(concat_ws('|', {literal(period.text)},
                        key, payee, side, role, source))
                ) AS place
            FROM cut
        )
        SELECT pool, category, item_id, title, source, side, role, payee, units,
            micro AS gross_micro, parts AS share_parts, whole AS share_whole,
            (base + (place <= rest)::BIGINT)::BIGINT AS amount_micro, splits_from,
            rate_base AS base
        FROM placed
        UNION ALL
        SELECT pool, 'none', '', 'not claimed by any play', '', 'none', 'none',
            {literal(CARRIED + ":")} || pool, 0, sum(amount_micro)::BIGINT, 1, 1,
            sum(amount_micro)::BIGINT, '', ''
        FROM groups WHERE weight_sum = 0 AND amount_micro > 0 GROUP BY pool
        UNION ALL
        SELECT pool, 'none', '', 'carried before, taken in', '', 'none', {literal(TAKEN_IN)},
            {literal(CARRIED + ":")} || pool, 0, -amount_micro, 1, 1, -amount_micro, '', ''
        FROM carried
        WHERE split_part(pool, '/', 1) IN (SELECT split_part(pool, '/', 1) FROM groups)
        """  # noqa: S608
    )
