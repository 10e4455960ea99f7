"""Daily plays read from the log: what counts, and what remixes go back to."""

from __future__ import annotations

from datetime import date

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
