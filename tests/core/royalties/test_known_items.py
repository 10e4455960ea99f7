"""Plays held against what the house knows of the item."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from clearmix.royalties import Period, Refused, Royalties
from clearmix.royalties.engine import engine
from clearmix.royalties.known_items import KnownItem
from clearmix.royalties.plays import PlayLog
from clearmix.storage.tables.catalogue import RecordingRow

Play = Callable[..., dict[str, Any]]
Write = Callable[..., Path]


def makers(market: Any) -> dict[str, str | None]:
    """Whom the log has for the maker of what was heard, by event id."""
    with engine() as working:
        PlayLog(market.database, market.store, market.catalogue).gather(Period("2026-10"), working)
        return dict(working.rows("SELECT event_id, maker_id FROM events"))


@pytest.mark.parametrize("said", ["", "bo", "ann", "nobody"])
def test_a_makers_own_plays_do_not_count_whatever_the_file_says(
    market: Any, royalties: Royalties, play: Play, write_plays: Write, said: str
) -> None:
    rows = [
        play("own", listener_id="ann", maker_id=said),
        play("other", listener_id="bo", maker_id=said),
    ]
    assert royalties.import_plays(write_plays(rows)).accepted == 2
    assert makers(market) == {"own": "ann", "other": "ann"}
    settled = royalties.settle("2026-10")
    assert (settled.plays, settled.eligible_plays) == (2, 1)


def test_nobody_had_a_recording_made(
    market: Any, royalties: Royalties, play: Play, write_plays: Write
) -> None:
    rows = [play("a", "dawn", category="original", maker_id="bo"), play("b", "unknown")]
    assert royalties.import_plays(write_plays(rows)).accepted == 2
    assert makers(market) == {"a": None, "b": "ann"}


def test_a_category_that_the_catalogue_contradicts_is_refused(
    market: Any, royalties: Royalties, play: Play, write_plays: Write
) -> None:
    with market.database.session(write=True) as session:
        session.get_one(RecordingRow, "tide").lane = "official"
    rows = [
        play("a", "dawn"),
        play("b", "dawn-remix", category="original"),
        play("c", "dawn-cover"),
        play("d", "tide", category="original"),
        play("e", "tide", category="official-remix"),
        play("f", "nobody-knows", category="producer-led"),
    ]
    report = royalties.import_plays(write_plays(rows))
    assert (report.accepted, report.unmatched) == (2, 1)
    assert report.refusals == (
        Refused(1, "a", "`category` is `listener-remix`, the catalogue says `original`"),
        Refused(2, "b", "`category` is `original`, the catalogue says `listener-remix`"),
        Refused(3, "c", "`category` is `listener-remix`, the catalogue says `listener-cover`"),
        Refused(4, "d", "`category` is `original`, the catalogue says `official-remix`"),
    )


def test_a_play_longer_than_one_of_the_item_can_last_is_refused(
    royalties: Royalties, play: Play, write_plays: Write
) -> None:
    """The recording lasts 90 seconds; nobody knows how long a logged render lasts."""
    original = {"item_id": "dawn", "category": "original"}
    rows = [
        play("a", **original, seconds=140),
        play("b", **original, seconds=140.001),
        play("c", **original, seconds=86400),
        play("d", seconds=3600),
    ]
    report = royalties.import_plays(write_plays(rows))
    assert report.accepted == 2
    assert report.refusals == (
        Refused(2, "b", "`seconds` is more than one play of the item can last: 140.001, "
                        "and it lasts 90.0"),
        Refused(3, "c", "`seconds` is more than one play of the item can last: 86400, "
                        "and it lasts 90.0"),
    )  # fmt: skip


def test_a_play_before_the_release_is_refused(
    market: Any, royalties: Royalties, play: Play, write_plays: Write
) -> None:
    """A day begins fourteen hours before midnight in UTC, where it begins first."""
    with market.database.session(write=True) as session:
        session.get_one(RecordingRow, "dawn").release_date = date(2026, 10, 9)
    original = {"item_id": "dawn", "category": "original"}
    rows = [
        play("a", **original, played_at="2026-10-08T09:59:59Z"),
        play("b", **original, played_at="2026-10-08T10:00:00Z"),
    ]
    report = royalties.import_plays(write_plays(rows))
    assert report.refusals == (
        Refused(1, "a", "`played_at` is before the recording was released: 2026-10-08T09:59:59Z, "
                        "and it came out on 2026-10-09"),
    )  # fmt: skip
    assert report.accepted == 1


def test_what_is_not_known_of_an_item_refuses_nothing() -> None:
    assert KnownItem("a", None).values() == ("a", None, None, None, None, None, None, None)
    assert KnownItem("a", None, seconds=0.0).values()[-1] is None
    at = datetime(2026, 10, 2, 12, tzinfo=UTC)
    assert KnownItem("a", None, made_at=at).values()[3] == at.replace(tzinfo=None)
