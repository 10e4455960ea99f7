"""Closing days: plays move to Parquet in the store, and count as before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import select

from clearmix.royalties import Royalties
from clearmix.storage.tables.delivery import PlayRow
from clearmix.storage.tables.royalties import PlayLogRow


@dataclass(frozen=True)
class Listening:
    """What a player reports."""

    id: str
    played_at: datetime
    item: str = "dawn-remix"
    listener: str = "bo"
    seconds: float = 45.5
    fraud: bool = False


def test_closed_days_are_files_of_the_store_and_settle_alike(
    market: Any, royalties: Royalties
) -> None:
    royalties.record(Listening("a", datetime(2026, 10, 3, 23, 59, 59, tzinfo=UTC)))
    royalties.record(Listening("b", datetime(2026, 10, 4, 0, 0, tzinfo=UTC)))
    royalties.record(Listening("c", datetime(2026, 10, 4, 9, 0, tzinfo=UTC)))
    royalties.record(Listening("fresh", datetime(2026, 11, 22, 9, 0, tzinfo=UTC)))
    assert royalties.close_days() == 3
    assert royalties.close_days() == 0
    with market.database.session() as session:
        assert session.exec(select(PlayRow.event_id)).all() == ["fresh"]
        logs = {row.key.split("/")[1]: row.plays for row in session.exec(select(PlayLogRow))}
    assert logs == {"2026-10-03": 1, "2026-10-04": 2}
    assert royalties.settle("2026-10").eligible_plays == 3


def test_a_play_that_is_reported_again_after_its_day_closed_counts_once(
    royalties: Royalties,
) -> None:
    listening = Listening("a", datetime(2026, 10, 3, 12, tzinfo=UTC))
    royalties.record(listening)
    royalties.close_days()
    royalties.record(listening)
    assert royalties.settle("2026-10").plays == 1
