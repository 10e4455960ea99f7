"""What the embedded engine says when it refuses, and what helps then."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clearmix.errors import RoyaltyError
from clearmix.royalties.engine import engine

REFUSED = {
    "a table is not there": ("FROM nothing", "this is a defect"),
    "a query makes no sense": ("SELECT FROM WHERE", "this is a defect"),
    "a file is gone": ("FROM read_parquet('/nowhere/plays.parquet')", "play logs can be read"),
    "a file is damaged": ("FROM read_parquet('{damaged}')", "may be damaged: restore it"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_says_what_helps_against_it(tmp_path: Path, case: str) -> None:
    damaged = tmp_path / "plays.parquet"
    damaged.write_bytes(b"no magic bytes at all")
    query, remedy = REFUSED[case]
    with pytest.raises(RoyaltyError, match="settlement engine refused") as told, engine() as opened:
        opened.rows(query.format(damaged=damaged))
    assert remedy in told.value.help


def test_too_little_memory_asks_for_disk_space() -> None:
    with pytest.raises(RoyaltyError, match="refused: Out of Memory") as told, engine():
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate")
    assert "free disk space where CLEARMIX_HOME lies" in told.value.help
