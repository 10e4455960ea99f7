"""Daily plays read from the log: what counts, and what remixes go back to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from clearmix.royalties import Royalties
from clearmix.royalties.reports.panel import read_panel
from clearmix.royalties.reports.room import Reports


def test_plays_are_counted_by_day_for_what_they_go_back_to(reports: Reports) -> None:
    first, last = reports._logged()
    panel = read_panel(
        reports._database, reports._log, reports._scratch, first, last, lambda part, said: None
    )
    assert panel.start == date(2026, 10, 12)
    counts = {track.id: row[0] for track, row in zip(panel.tracks, panel.renders, strict=True)}
    # A remix played twice and a cover once; another remix. A maker's play does not count.
    assert counts == {"dawn": 3.0, "tide": 1.0, "bare": 0.0, "reel": 0.0}
    assert not panel.originals.any()


def test_a_log_of_one_day_shows_nothing_and_says_why(reports: Reports) -> None:
    found = reports.amplify()
    assert found.together is None
    assert {lift.hidden for lift in found.tracks} == {"the log has no 28 days before and after"}
    assert [lift.id for lift in reports.amplify("ben").tracks] == ["tide"]
    assert "nothing to show yet" in found.as_html()


def test_flagged_plays_of_one_month_or_another_do_not_count(
    reports: Reports,
    closed_room: Royalties,
    play: Callable[..., dict[str, Any]],
    write_plays: Callable[..., Path],
) -> None:
    november = "2026-11-03T08:30:00Z"
    closed_room.import_plays(
        write_plays(
            [
                play("n1", played_at=november),
                play("n2", played_at=november),
                play("n3", "dawn-cover", played_at=november, category="listener-cover"),
            ],
            "november.csv",
        )
    )
    assert closed_room.flag_plays("fraud", event_ids=["n1"]) == 1
    assert closed_room.flag_plays("opt-out", items=["dawn-cover"]) == 1
    panel = read_panel(
        reports._database,
        reports._log,
        reports._scratch,
        *reports._logged(),
        lambda part, said: None,
    )
    counts = {track.id: row.sum() for track, row in zip(panel.tracks, panel.renders, strict=True)}
    # Of October two plays of the remix are left, of November one.
    assert counts["dawn"] == 3.0
    assert reports.amplify().together is None
