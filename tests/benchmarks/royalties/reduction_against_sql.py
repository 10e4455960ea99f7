"""CPU time of the Ibis reduction beside SQL written by hand, on the same generated plays.

Run it with `python tests/benchmarks/royalties/reduction_against_sql.py [PLAYS]`. Both must give
the same integers, or it stops; the ratio is printed and nothing is asserted about it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties.digests import table_digest
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine
from clearmix.royalties.period import Period
from clearmix.royalties.settling import RENDER_COLUMNS, SUBSCRIPTION_COLUMNS, reduce
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")
ROUNDS = 3

PLAYS = """
SELECT 'event-' || i AS event_id,
    'item-' || (hash(i) % {items}) AS item_id,
    'listener-' || (hash(i + 1) % {listeners}) AS listener_id,
    TIMESTAMP '2026-10-01' + to_seconds((hash(i + 2) % 2678400)::BIGINT) AS played_at,
    (hash(i + 3) % 240000)::BIGINT AS milliseconds,
    CASE WHEN hash(i) % {items} % 5 = 0 THEN 'original' ELSE 'listener-remix' END AS category,
    'GB' AS territory, 'premium' AS tier, false AS offline,
    'listener-' || (hash(i + 4) % {listeners}) AS maker_id,
    hash(i + 5) % 200 = 0 AS fraud
FROM range({plays}) plays(i)
"""

ELIGIBLE = """
SELECT item_id, {group} AS group_id FROM events
WHERE milliseconds >= 30000 AND NOT fraud AND maker_id <> listener_id
    AND played_at >= TIMESTAMP '2026-10-01' AND played_at < TIMESTAMP '2026-11-01'
"""

BY_HAND = """
CREATE OR REPLACE TABLE by_hand AS
WITH counted AS ({eligible}), weighed AS (
    SELECT group_id, count(*) AS weight_sum FROM counted GROUP BY group_id
), portions AS (
    SELECT group_id, split_part(group_id, ':', 1) AS pool,
        amount_micro * {scale} // weight_sum AS worth
    FROM ({pools}) JOIN weighed USING (group_id)
)
SELECT pool, item_id, sum(worth)::BIGINT AS value, count(*) AS units
FROM counted JOIN portions USING (group_id) GROUP BY pool, item_id
"""

POOL = "CASE WHEN category = 'original' THEN 'general' ELSE 'add-on' END"
GROUPS = {"pro-rata": POOL, "user-centric": f"{POOL} || ':' || listener_id"}
POOLS = {
    "pro-rata": "SELECT pool AS group_id, sum(net_micro)::BIGINT AS amount_micro "
    "FROM subscriptions GROUP BY pool",
    "user-centric": "SELECT pool || ':' || listener_id AS group_id, net_micro AS amount_micro "
    "FROM subscriptions",
}


def main(plays: int) -> None:
    """Prints one line for each formula."""
    with TemporaryDirectory() as folder, engine(Path(folder)) as working:
        path = Path(folder) / "events.parquet"
        query = PLAYS.format(plays=plays, items=max(10, plays // 4), listeners=max(10, plays // 10))
        working.write(query, path)
        working.sql.execute(f"CREATE VIEW events AS FROM read_parquet('{path}')")
        working.create("renders", RENDER_COLUMNS, [])
        working.create("history", EVENT_COLUMNS, [])
        working.create("subscriptions", SUBSCRIPTION_COLUMNS, [])
        people = f"range({max(10, plays // 10)}) people(i)"
        working.sql.execute(
            "INSERT INTO subscriptions SELECT pool, 'listener-' || i, 2234400 "
            f"FROM {people}, (VALUES ('add-on'), ('general')) pools(pool)"
        )
        for formula in (ProRata(), UserCentric()):
            compare(working, formula)


def compare(working: Engine, formula: RoyaltyFormula) -> None:
    """Prints the CPU times of both ways and their ratio."""
    exponent = reduce(working, formula, OCTOBER, "GBP").exponent
    eligible = ELIGIBLE.format(group=GROUPS[formula.id])
    by_hand = BY_HAND.format(eligible=eligible, pools=POOLS[formula.id], scale=10**exponent)
    ibis_seconds = cpu_seconds(lambda: reduce(working, formula, OCTOBER, "GBP"))
    sql_seconds = cpu_seconds(lambda: working.sql.execute(by_hand))
    columns = ("pool", "item_id", "value", "units")
    if table_digest(working, "reduced", columns) != table_digest(working, "by_hand", columns):
        raise SystemExit(f"{formula.id}: the two ways differ")
    print(
        f"{formula.id}: Ibis {ibis_seconds:.2f} s, SQL {sql_seconds:.2f} s of CPU, "
        f"ratio {ibis_seconds / sql_seconds:.2f}"
    )


def cpu_seconds(run: Callable[[], object]) -> float:
    """The least CPU time of a few runs."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
