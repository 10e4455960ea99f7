"""Replaying a settlement: the same inputs give the same hash, and a changed record is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from clearmix.errors import RoyaltyError
from clearmix.royalties import Royalties
from clearmix.royalties.engine import engine
from clearmix.royalties.sheaves import open_kept
from clearmix.storage.store import Store
from clearmix.storage.tables.royalties import SettlementRow
from clearmix_royalties.pro_rata import ProRata

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

AFTERWARDS = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("formula", ["pro-rata", "user-centric", "per-generation"])
def test_a_settlement_replays_to_its_hash(october_room: Royalties, formula: str) -> None:
    settlement = october_room.settle("2026-10", formula)
    replay = october_room.verify(settlement.hash[:8])
    assert (replay.differences, replay.same) == ((), True)
    assert replay.replayed_hash == replay.hash == settlement.hash


def test_a_settlement_replays_after_catalogue_and_rates_have_changed(
    closed_room: Royalties, closed: Any, play: Play, write_plays: Write
) -> None:
    settlement = closed_room.settle("2026-10")
    closed_room.import_rates({"currency": "EUR", "revenue_share_bps": 1})
    closed_room.import_plays(write_plays([play("late")], "late.csv"))
    with closed.database.session(write=True) as session:
        session.connection().execute(sa.text("UPDATE share SET parts = 1"))
        session.connection().execute(sa.text("UPDATE listener SET add_ons = '[]'"))
    assert closed_room.verify(settlement.hash).same


def test_a_changed_manifest_is_found(closed_room: Royalties, closed: Any) -> None:
    settlement = closed_room.settle("2026-10")
    with closed.database.session(write=True) as session:
        row = session.get(SettlementRow, settlement.hash)
        assert row is not None
        row.manifest = {**row.manifest, "pools": {"add-on": "1"}}
        session.add(row)
    replay = closed_room.verify(settlement.hash)
    assert "`pools.add-on` was 1 and is 7000000 when replayed" in replay.differences


def test_a_changed_or_lost_table_is_found(closed_room: Royalties, closed: Any) -> None:
    settlement = closed_room.settle("2026-10")
    with closed.database.session() as session:
        row = session.get(SettlementRow, settlement.hash)
        assert row is not None
    path = closed.store.local_path(row.files["events"])
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"?")
    assert closed_room.verify(settlement.hash).differences == (
        "the kept table `events` was changed since it was written",
    )
    path.unlink()
    assert "cannot be read" in closed_room.verify(settlement.hash).differences[0]
    path.write_bytes(kept)
    assert closed_room.verify(settlement.hash).same


def test_another_version_of_the_formula_is_named(closed_room: Royalties, closed: Any) -> None:
    class Newer(ProRata):
        version = "2"

    settlement = closed_room.settle("2026-10")
    replay = closed.room(AFTERWARDS, Newer()).verify(settlement.hash)
    assert replay.differences[0] == "it was made with `pro-rata` 1, and 2 is installed"
    assert not replay.same


@pytest.mark.parametrize("hash", ["", "abc", "0123456789abcdef"])
def test_an_unknown_settlement_is_refused(closed_room: Royalties, hash: str) -> None:
    settlement = closed_room.settle("2026-10")
    with pytest.raises(RoyaltyError, match=f"no settlement `{hash}`") as caught:
        closed_room.verify(hash)
    assert settlement.hash[:12] in caught.value.help


def test_a_settlement_of_an_earlier_version_reads_back_and_says_why_it_is_not_replayed(
    closed_room: Royalties, closed: Any
) -> None:
    settlement = closed_room.settle("2026-10")
    with closed.database.session(write=True) as session:
        row = session.get(SettlementRow, settlement.hash)
        row.manifest = {**row.manifest, "format": 1}
        session.add(row)
    assert closed_room.statement("ada").totals == {"GBP": 840_000}
    for ask in (
        lambda: closed_room.verify(settlement.hash),
        lambda: closed_room.explain(settlement.lines[0].id),
        lambda: closed_room.correct("2026-10"),
    ):
        with pytest.raises(RoyaltyError, match="was made by an earlier version") as caught:
            ask()
        assert "use that version" in caught.value.help


def test_lines_kept_before_a_column_was_known_have_it_empty(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"), cache=tmp_path / "cache")
    with engine() as working:
        working.write("SELECT 'ada' AS payee", tmp_path / "lines.parquet")
        files = {"lines": store.put(tmp_path / "lines.parquet", "settlements")}
        open_kept(working, store, files, "lines")
        assert working.rows("SELECT payee, splits_from, base FROM lines") == [("ada", "", "")]
