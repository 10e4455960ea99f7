"""CPU time of the settlement's reduction beside hand-written DuckDB SQL and Polars, in one run.

`python tests/benchmarks/royalties/reduction.py [PLAYS] [--rounds N] [--only FORMULA]` draws that
many plays (10 million by default) by a tenth as many listeners of three tenths as many items, and
lets the three ways take turns on the same file. All must give the same integers, or it stops. The
ratios are of CPU seconds, since wall time tells more about who else uses the machine; the peak of
memory is that of the whole process so far, the drawing of the plays apart.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties.digests import table_digest
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine
from clearmix.royalties.period import Period
from clearmix.royalties.settling import RENDER_COLUMNS, SUBSCRIPTION_COLUMNS, reduce
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.user_centric import UserCentric

OCTOBER = Period("2026-10")
FEE_MICRO = 2_234_400

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


def draw(plays: int, path: Path) -> None:
    """Writes the plays as one Parquet file, in a process of its own for its memory's sake."""
    query = PLAYS.format(plays=plays, items=items(plays), listeners=listeners(plays))
    write = (
        "import duckdb, sys; c = duckdb.connect(); "
        "c.execute('SET enable_progress_bar = false; SET preserve_insertion_order = false'); "
        "c.execute(f\"COPY ({sys.argv[1]}) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)\")"
    )
    subprocess.run([sys.executable, "-c", write, query, str(path)], check=True)


def items(plays: int) -> int:
    return max(10, plays * 3 // 10)


def listeners(plays: int) -> int:
    return max(10, plays // 10)


def lay(working: Engine, plays: int, path: Path) -> None:
    """The inputs of a settlement: the file of plays, two fees a listener, nothing made."""
    working.sql.execute(f"CREATE VIEW events AS FROM read_parquet('{path}')")
    working.create("renders", RENDER_COLUMNS, [])
    working.create("history", EVENT_COLUMNS, [])
    working.create("subscriptions", SUBSCRIPTION_COLUMNS, [])
    working.sql.execute(
        f"INSERT INTO subscriptions SELECT pool, 'listener-' || i, {FEE_MICRO} "
        f"FROM range({listeners(plays)}) people(i), (VALUES ('add-on'), ('general')) pools(pool)"
    )


def in_polars(formula: str, plays: int, path: Path, scale: int) -> Any:
    """The same reduction as a Polars user would write it: value and units of each pool and item."""
    import polars as pl

    col = pl.col
    start, end = (time.replace(tzinfo=None) for time in (OCTOBER.start, OCTOBER.end))
    pool = (
        pl.when(col("category") == "original").then(pl.lit("general")).otherwise(pl.lit("add-on"))
    )
    counted = (
        pl.scan_parquet(path)
        .filter(
            col("milliseconds") >= 30_000,
            ~col("fraud"),
            col("maker_id") != col("listener_id"),
            col("played_at") >= start,
            col("played_at") < end,
        )
        .select("item_id", "listener_id", pool=pool)
    )
    group = ["pool"] if formula == "pro-rata" else ["pool", "listener_id"]
    amount = FEE_MICRO * (listeners(plays) if formula == "pro-rata" else 1) * scale
    portions = (
        counted.group_by(group)
        .len("weight")
        .with_columns(worth=pl.lit(amount, pl.Int64) // col("weight").cast(pl.Int64))
    )
    reduced = (
        counted.join(portions, on=group)
        .group_by("pool", "item_id")
        .agg(value=col("worth").sum(), units=pl.len().cast(pl.Int64))
    )
    return reduced.collect(engine="streaming")


def compare(working: Engine, formula: RoyaltyFormula, plays: int, path: Path, rounds: int) -> None:
    """Prints the CPU times of the three ways, and how many times as much ours takes."""
    scale = 10 ** reduce(working, formula, OCTOBER, "GBP").exponent
    by_hand = BY_HAND.format(
        eligible=ELIGIBLE.format(group=GROUPS[formula.id]), pools=POOLS[formula.id], scale=scale
    )
    ways: dict[str, Callable[[], Any]] = {
        "clearmix": lambda: reduce(working, formula, OCTOBER, "GBP"),
        "SQL": lambda: working.sql.execute(by_hand),
        "Polars": lambda: in_polars(formula.id, plays, path, scale),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.process_time()
            made = run()
            spent[name].append(time.process_time() - start)
    working.sql.register("polars_made", made.to_arrow())
    columns = ("pool", "item_id", "value", "units")
    tables = ("reduced", "by_hand", "polars_made")
    if len({table_digest(working, table, columns) for table in tables}) != 1:
        raise SystemExit(f"{formula.id}: the three ways differ")
    best = {name: min(times) for name, times in spent.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{formula.id}, {plays:,} plays: "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in best.items())
        + f" of CPU; {best['clearmix'] / best['SQL']:.2f}x SQL, "
        f"{best['clearmix'] / best['Polars']:.2f}x Polars; peak {peak:.2f} GB",
        flush=True,
    )


def alone(working: Engine, formula: RoyaltyFormula, plays: int) -> None:
    """Prints wall time, CPU time and peak memory of ours alone."""
    wall, cpu = time.perf_counter(), time.process_time()
    reduce(working, formula, OCTOBER, "GBP")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{formula.id}, {plays:,} plays: {wall:.1f} s wall, {cpu:.1f} s of CPU, peak {peak:.2f} GB",
        flush=True,
    )


def main() -> None:
    """Prints one line for each formula."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("plays", type=int, nargs="?", default=10_000_000)
    asked.add_argument("--rounds", type=int, default=2, help="0 runs ours alone, once")
    asked.add_argument("--only", choices=list(GROUPS))
    options = asked.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        draw(options.plays, path)
        for formula in (ProRata(), UserCentric()):
            if options.only in (None, formula.id):
                with engine(Path(folder)) as working:
                    lay(working, options.plays, path)
                    if options.rounds:
                        compare(working, formula, options.plays, path, options.rounds)
                    else:
                        alone(working, formula, options.plays)


if __name__ == "__main__":
    main()
