"""Closing days: plays move to Parquet in the store, and count as before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from clearmix.royalties import Royalties, days, plays
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


def test_days_are_closed_batch_by_batch(
    market: Any, royalties: Royalties, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plays, "BATCH", 7)
    monkeypatch.setattr(days, "CHUNK", 5)
    for number in range(40):
        day = 3 + number % 2
        royalties.record(
            Listening(f"p{number:02}", datetime(2026, 10, day, number % 24, tzinfo=UTC))
        )
    told: list[tuple[float, str]] = []
    assert royalties.close_days(progress=lambda *said: told.append(said)) == 40
    assert told == [(0.0, "closing 2026-10-03"), (0.5, "closing 2026-10-04")]
    with market.database.session() as session:
        assert not session.exec(select(PlayRow.event_id)).all()
        assert [row.plays for row in session.exec(select(PlayLogRow))] == [20, 20]
    assert royalties.settle("2026-10").eligible_plays == 40


def test_a_play_that_comes_while_its_day_is_closed_is_not_taken_away(
    market: Any, royalties: Royalties, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 10, 3, 12, tzinfo=UTC)
    royalties.record(Listening("a", at))
    lay_fresh = days.lay_fresh

    def and_another_comes(*asked: Any) -> None:
        lay_fresh(*asked)
        monkeypatch.setattr(days, "lay_fresh", lay_fresh)
        royalties.record(Listening("b", at))

    monkeypatch.setattr(days, "lay_fresh", and_another_comes)
    assert royalties.close_days() == 2
    assert royalties.settle("2026-10").plays == 2


def test_of_two_reports_of_a_play_the_first_counts(royalties: Royalties) -> None:
    at = datetime(2026, 10, 3, 12, tzinfo=UTC)
    royalties.record(Listening("a", at, seconds=31))
    royalties.close_days()
    royalties.record(Listening("a", at, seconds=29))
    royalties.record(Listening("b", at, seconds=29))
    royalties.close_days()
    royalties.record(Listening("b", at, seconds=31))
    settled = royalties.settle("2026-10")
    assert (settled.plays, settled.eligible_plays) == (2, 1)
