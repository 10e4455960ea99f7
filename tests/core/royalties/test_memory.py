"""The embedded engine keeps to its memory, and says so where that does not suffice."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clearmix.errors import RoyaltyError
from clearmix.royalties import asking
from clearmix.royalties import engine as engines
from clearmix_royalties.user_centric import UserCentric

GROUPS = 3_000_000
"""Names of forty letters and a count each: several times the memory below."""


def test_groups_that_do_not_fit_spill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "MEMORY", "100MB")
    monkeypatch.setattr(engines, "HASHED_MEMORY", "40MB")
    with engines.engine(tmp_path) as working:
        working.sql.execute(
            "CREATE TABLE groups AS SELECT 'listener-' || md5(i::VARCHAR) AS group_id, "
            f"count(*) AS claims FROM range({GROUPS}) plays(i) GROUP BY 1"
        )
        assert working.one("SELECT count(*) FROM groups")[0] == GROUPS
        spilled = working.one("SELECT sum(size) FROM duckdb_temporary_files()")[0]
        assert spilled is not None, "nothing spilled: this is no test"


def test_too_little_memory_is_not_told_as_the_formula_s_fault() -> None:
    def settle() -> int:
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate\nmore")

    with pytest.raises(RoyaltyError, match="does not fit into memory: Out of Memory") as told:
        asking.run(UserCentric(), settle)
    assert "disk space" in told.value.help
