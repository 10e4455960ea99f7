"""Importing files of plays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clearmix.errors import RoyaltyError
from clearmix.royalties import Period, Refused, Royalties
from clearmix.royalties.engine import engine
from clearmix.royalties.events import LatePlays
from clearmix.royalties.plays import PlayLog

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]

FAR = datetime(2199, 1, 1, tzinfo=UTC)

REFUSED = {
    "no event id": ({"event_id": " "}, "no `event_id`"),
    "no item": ({"item_id": ""}, "no `item_id`"),
    "no listener": ({"listener_id": ""}, "no `listener_id`"),
    "no time": ({"played_at": "yesterday"}, "`played_at` is not a time: yesterday"),
    "the future": (
        {"played_at": "2099-01-01T00:00:00Z"},
        "`played_at` is in the future: 2099-01-01T00:00:00Z",
    ),
    "the past": (
        {"played_at": "1999-12-31T23:59:59Z"},
        "`played_at` is before 2000: 1999-12-31T23:59:59Z",
    ),
    "before it was made": (
        {"played_at": "2026-10-02T09:59:59Z"},
        "`played_at` is before the item was made: 2026-10-02T09:59:59Z",
    ),
    "no number": ({"seconds": "long"}, "`seconds` is not a number: long"),
    "not finite": ({"seconds": "nan"}, "`seconds` is not a number: nan"),
    "negative": ({"seconds": "-0.5"}, "`seconds` is negative: -0.5"),
    "absurd": ({"seconds": "86400.1"}, "`seconds` is more than a day: 86400.1"),
    "category": (
        {"category": "polka"},
        "unknown `category`: polka; give one of original, official-remix, producer-led, "
        "listener-remix, listener-cover",
    ),
    "territory": ({"territory": "Britain"}, "`territory` is not a country code of two letters"),
    "no territory": ({"territory": "xq"}, "`territory` is not a code of ISO 3166: XQ"),
    "tier": ({"tier": ""}, "no `tier`"),
    "offline": ({"offline": "perhaps"}, "`offline` is neither true nor false"),
    "fraud": ({"fraud": "perhaps"}, "`fraud` is neither true nor false"),
}


def test_every_refused_row_is_listed_with_its_reason(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    changes = [change for change, _ in REFUSED.values()]
    rows = [play("good"), *(play(f"bad-{n}") | change for n, change in enumerate(changes))]
    report = royalties.import_plays(write_plays(rows))
    assert report.rows == len(REFUSED) + 1
    assert (report.accepted, report.refused, report.duplicates) == (1, len(REFUSED), 0)
    expected = tuple(
        Refused(n + 2, "" if n == 0 else f"bad-{n}", reason)
        for n, (_, reason) in enumerate(REFUSED.values())
    )
    assert report.refusals == expected
    assert sum(report.reasons.values()) == len(REFUSED)


def test_a_play_counts_once_within_a_file_and_across_files(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    first = royalties.import_plays(write_plays([play("a"), play("b"), play("a", seconds=31)]))
    assert (first.accepted, first.duplicates) == (2, 1)
    again = royalties.import_plays(write_plays([play("a"), play("b"), play("c")], "more.csv"))
    assert (again.accepted, again.duplicates) == (1, 2)
    assert first.repeats == (Refused(3, "a", "an earlier row has this `event_id`"),)
    assert again.repeats[0] == Refused(1, "a", "the play was logged before")
    same = royalties.import_plays(write_plays([play("a"), play("b"), play("c")], "more.csv"))
    assert (same.accepted, same.duplicates, same.refused) == (0, 3, 0)


def test_parquet_and_csv_say_the_same(
    market: Any, royalties: Royalties, play: Play, write_plays: Write, tmp_path: Path
) -> None:
    path = write_plays([play("a", seconds=29.9999), play("b", maker_id="", offline=True)])
    parquet = tmp_path / "plays.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{path}')) TO '{parquet}' (FORMAT parquet)")
    assert royalties.import_plays(path).accepted == 2
    assert royalties.import_plays(parquet).duplicates == 2
    with engine() as working:
        PlayLog(market.database, market.store, market.catalogue).gather(Period("2026-10"), working)
        rows = working.rows(
            "SELECT event_id, milliseconds, offline, maker_id, played_at FROM events ORDER BY ALL"
        )
    at = datetime(2026, 10, 12, 8, 30)
    assert rows == [("a", 29_999, False, "ann", at), ("b", 60_000, True, "ann", at)]


def test_an_unknown_item_is_kept_and_counted(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    report = royalties.import_plays(write_plays([play("a", "nobody-knows"), play("b")]))
    assert (report.accepted, report.unmatched) == (2, 1)
    assert report.unmatched_items == ("nobody-knows",)


def test_a_time_with_another_zone_is_stored_in_utc(
    market: Any, royalties: Royalties, play: Play, write_plays: Write
) -> None:
    rows = [
        play("in", played_at="2026-11-01T00:30:00+01:00"),
        play("out", played_at="2026-11-01T00:30:00"),
    ]
    royalties.import_plays(write_plays(rows))
    log = PlayLog(market.database, market.store, market.catalogue)
    assert (log.count(Period("2026-10")), log.count(Period("2026-11"))) == (1, 1)


def test_the_latest_time_can_be_given(royalties: Royalties, play: Play, write_plays: Write) -> None:
    path = write_plays([play("a", played_at=(FAR - timedelta(days=1)).isoformat())])
    assert royalties.import_plays(path).refused == 1
    assert royalties.import_plays(path, latest=FAR).accepted == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("plays.xlsx", "", "neither Parquet nor CSV"),
        ("plays.parquet", "this is no Parquet", "cannot read the file"),
        ("plays.csv", "event_id,item_id\n1,2\n", "no column `listener_id`"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(
    royalties: Royalties, tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(RoyaltyError, match=message) as caught:
        royalties.import_plays(path)
    assert caught.value.help


def test_a_missing_file_is_named(royalties: Royalties, tmp_path: Path) -> None:
    with pytest.raises(RoyaltyError, match="no file at"):
        royalties.import_plays(tmp_path / "plays.csv")


def test_a_listener_of_no_known_territory_may_be_anywhere(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    """The service logs such a listener's plays under ZZ, which ISO 3166 leaves to its users."""
    assert royalties.import_plays(write_plays([play("a", territory="ZZ")])).accepted == 1


def test_a_play_can_be_heard_in_kosovo(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    """XK is no code that ISO 3166 assigns, but the one that everybody writes."""
    assert royalties.import_plays(write_plays([play("a", territory="xk")])).accepted == 1


def test_of_a_file_without_rows_nothing_is_imported(
    royalties: Royalties, write_plays: Write
) -> None:
    report = royalties.import_plays(write_plays([]))
    counts = (report.rows, report.accepted, report.duplicates, report.refused, report.late)
    assert (*counts, report.unmatched) == (0, 0, 0, 0, 0, 0)


def test_late_plays_are_counted_for_each_month_that_is_settled(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    royalties.import_plays(write_plays([play("a")]))
    royalties.settle("2026-10")
    rows = [play("b"), play("c"), play("d", played_at="2026-11-03T08:00:00Z")]
    report = royalties.import_plays(write_plays(rows, "late.csv"))
    assert (report.accepted, report.late) == (3, 2)
    assert report.late_months == (LatePlays("2026-10", 2, ("pro-rata",)),)
    assert report.as_json()["late_months"] == [
        {"period": "2026-10", "plays": 2, "formulas": ["pro-rata"]}
    ]


def test_a_report_is_json(royalties: Royalties, play: Play, write_plays: Write) -> None:
    value = royalties.import_plays(write_plays([play("a"), play("b", seconds=-1)])).as_json()
    assert value["refused"] == [{"row": 2, "event_id": "b", "reason": "`seconds` is negative: -1"}]
    assert (value["accepted"], value["refused_rows"]) == (1, 1)
