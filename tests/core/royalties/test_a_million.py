"""A million plays that come twice count once, and a month of them settles to one hash."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clearmix.royalties import Royalties

pytestmark = pytest.mark.faults

PLAYS = 1_000_000


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Parquet file of so many plays of October, of three renders by a thousand listeners."""
    path = tmp_path_factory.mktemp("million") / "plays.parquet"
    duckdb.sql(
        f"""
        COPY (
            SELECT 'play-' || n AS event_id,
                   ['dawn-remix', 'tide-remix', 'dawn-cover'][n % 3 + 1] AS item_id,
                   'listener-' || (n * 7919 % 1000) AS listener_id,
                   TIMESTAMP '2026-10-03 00:00:00' + to_seconds(n * 2) AS played_at,
                   30 + n % 200 AS seconds,
                   CASE n % 3 WHEN 2 THEN 'listener-cover' ELSE 'listener-remix' END AS category,
                   'GB' AS territory, 'premium' AS tier
            FROM range({PLAYS}) AS numbers(n)
        ) TO '{path}' (FORMAT parquet)
        """
    )
    return path


def test_a_million_plays_replayed_twice_count_once(royalties: Royalties, million: Path) -> None:
    counted = [royalties.import_plays(million) for _ in range(3)]

    assert [(one.accepted, one.duplicates, one.refused) for one in counted] == [
        (PLAYS, 0, 0),
        (0, PLAYS, 0),
        (0, PLAYS, 0),
    ]
    settled = royalties.settle("2026-10")
    again = royalties.settle("2026-10")
    assert settled.plays == settled.eligible_plays == PLAYS
    assert settled.pool_micro == settled.allocated_micro
    assert (settled.posted, again.posted, again.hash) == (True, False, settled.hash)
    assert royalties.verify(settled.hash).same
