"""Usage periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.errors import RoyaltyError
from clearmix.royalties import Period


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2000, 1, 2), datetime(2999, 12, 30), timezones=st.timezones()))
def test_every_time_is_in_exactly_the_month_that_it_has_in_utc(time: datetime) -> None:
    period = Period.of(time)
    assert time in period
    assert period.start <= time.astimezone(UTC) < period.end
    assert period.text == time.astimezone(UTC).strftime("%Y-%m")


def test_a_month_ends_where_the_next_one_starts() -> None:
    assert Period("2026-12").end == Period("2027-01").start
    assert Period("2026-10").end not in Period("2026-10")
    assert Period("2026-10").end - timedelta(microseconds=1) in Period("2026-10")


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "october", "2026-10-01", ""])
def test_what_is_no_month_is_refused_by_name(text: str) -> None:
    with pytest.raises(RoyaltyError) as caught:
        Period(text)
    assert caught.value.message == f"`{text}` is not a month"
    assert "2026-10" in caught.value.help
