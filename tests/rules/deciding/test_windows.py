"""In-force windows and calendar days, in every zone and in none that anybody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from clearmix_rules import Outcome
from clearmix_rules.deciding.windows import State, Window, days
from clearmix_rules.zones import names, zone

DAY = date(2026, 3, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("UTC", "2026-03-01T00:00Z", "2026-03-01T23:59:59Z"),
        ("Europe/London", "2026-03-01T00:00Z", "2026-03-01T23:59:59Z"),
        ("Asia/Tokyo", "2026-02-28T15:00Z", "2026-03-01T14:59:59Z"),
        ("America/New_York", "2026-03-01T05:00Z", "2026-03-02T04:59:59Z"),
        ("Pacific/Kiritimati", "2026-02-28T10:00Z", "2026-03-01T09:59:59Z"),
    ],
)
def test_a_day_is_the_whole_calendar_day_of_the_listener(name, first, last):
    window, where = Window(DAY, DAY), zone(name)
    assert window.state(at(first), where) is State.OPEN
    assert window.state(at(last), where) is State.OPEN
    second = at("2026-01-01T00:00:01Z") - at("2026-01-01T00:00Z")
    assert window.state(at(first) - second, where) is State.CLOSED
    assert window.state(at(last) + second, where) is State.CLOSED


def test_a_fixed_zone_counts_wherever_the_listener_is():
    window = Window(DAY, None, "Europe/London")
    for listener in (zone("Asia/Tokyo"), None):
        assert window.state(at("2026-02-28T23:59Z"), listener) is State.CLOSED
        assert window.state(at("2026-03-01T00:00Z"), listener) is State.OPEN


def test_an_unknown_zone_opens_last_and_closes_first():
    window = Window(DAY, date(2026, 3, 2))
    expected = {
        "2026-02-28T09:59Z": State.CLOSED,
        "2026-02-28T10:00Z": State.IN_DOUBT,
        "2026-03-01T11:59Z": State.IN_DOUBT,
        "2026-03-01T12:00Z": State.OPEN,
        "2026-03-02T09:59Z": State.OPEN,
        "2026-03-02T10:00Z": State.IN_DOUBT,
        "2026-03-03T11:59Z": State.IN_DOUBT,
        "2026-03-03T12:00Z": State.CLOSED,
    }
    assert {moment: window.state(at(moment), None) for moment in expected} == expected


def test_a_day_is_longer_or_shorter_where_the_clock_changes():
    window = Window(date(2026, 10, 25), date(2026, 10, 25), "Europe/London")  # 25 hours
    assert window.state(at("2026-10-24T23:00Z"), None) is State.OPEN
    assert window.state(at("2026-10-25T23:59Z"), None) is State.OPEN
    assert window.state(at("2026-10-26T00:00Z"), None) is State.CLOSED


def test_a_moment_without_a_zone_is_the_listeners():
    window = Window(datetime(2026, 3, 1, 9), None)
    assert window.state(at("2026-03-01T00:00Z"), zone("Asia/Tokyo")) is State.OPEN
    assert window.state(at("2026-03-01T08:59Z"), zone("UTC")) is State.CLOSED


def test_a_zone_is_never_a_path_out_of_the_zone_data():
    for name in ("../../etc/passwd", "/etc/passwd", "Europe", "Mars/Base", "", "x" * 1_000):
        assert zone(name) is None
    assert "Europe/London" in names()


def test_the_day_may_be_one_of_several_where_nobody_knows_the_zone():
    assert days(at("2026-03-01T11:00Z"), None) == (date(2026, 2, 28), DAY, date(2026, 3, 2))
    assert days(at("2026-03-01T11:00Z"), zone("UTC")) == (DAY,)


def test_in_doubt_a_permit_needs_every_day_and_a_forbid_any(decide, facts, policy):
    asked = facts({"now": "2026-03-01T11:00:00Z", "time-zone": None})
    permit = policy('rule p: permit remix when today is 2026-03-01 reason "r"')
    forbid = policy('rule f: forbid remix when today is 2026-03-02 reason "r"', consent="opt-out")
    assert decide(permit, asked).outcome is Outcome.NOT_PERMITTED
    assert decide(forbid, asked).outcome is Outcome.FORBIDDEN
    known = {**asked, "time-zone": "UTC"}
    assert decide(permit, known).permitted
    assert decide(forbid, known).permitted


def test_a_policy_in_doubt_forbids_but_permits_nothing(decide, facts, policy):
    asked = facts({"now": "2026-03-01T11:00:00Z", "time-zone": None})
    window = "in force from 2026-03-01\nconsent:"
    permit = policy('rule p: permit remix reason "r"').replace("consent:", window)
    forbid = policy('rule f: forbid remix reason "r"', consent="opt-out").replace(
        "consent:", window
    )
    assert decide(permit, asked).outcome is Outcome.NOT_PERMITTED
    assert decide(forbid, asked).outcome is Outcome.FORBIDDEN


def test_a_later_version_replaces_an_earlier_one_from_the_day_it_is_in_force(decide, facts, policy):
    old = policy('rule r: permit remix reason "Old."')
    new = policy('rule r: permit cover reason "New."').replace(
        "version 1", "version 2"
    ).replace("consent:", "in force from 2026-06-01\nconsent:")  # fmt: skip
    assert decide([old, new], facts(now="2026-05-31T12:00:00Z")).permitted
    assert not decide([old, new], facts(now="2026-06-01T12:00:00Z")).permitted


@pytest.mark.parametrize(
    ("condition", "first", "last"),
    [
        ("within 14 days of release-date", "2025-12-18", "2026-01-15"),
        ("within 14 days after release-date", "2026-01-01", "2026-01-15"),
        ("within 2 weeks before release-date", "2025-12-18", "2026-01-01"),
        ("between 2026-01-03 and 2026-01-05", "2026-01-03", "2026-01-05"),
        ("on or before release-date", "2020-01-01", "2026-01-01"),
        ("2026-01-03", "2026-01-03", "2026-01-03"),
    ],
)
def test_days_are_counted_inclusively(decide, facts, policy, condition, first, last):
    text = policy(f'rule f: forbid remix when today is {condition} reason "r"', consent="opt-out")

    def forbidden(day: date) -> bool:
        decision = decide(text, facts(now=f"{day.isoformat()}T12:00:00Z"))
        return decision.outcome is Outcome.FORBIDDEN

    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    assert forbidden(begins)
    assert forbidden(ends)
    assert not forbidden(date.fromordinal(ends.toordinal() + 1))
    if begins.year > 2020:
        assert not forbidden(date.fromordinal(begins.toordinal() - 1))
