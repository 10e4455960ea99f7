from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clearmix.access.repeats import Answered, Repeats
from clearmix.errors import RepeatError
from clearmix.kernel import Kernel

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def now() -> list[datetime]:
    return [NOON]


@pytest.fixture
def repeats(kernel: Kernel, now: list[datetime]) -> Repeats:
    return Repeats(kernel.database, clock=lambda: now[0])


def test_a_request_is_carried_out_once_and_answered_twice(repeats: Repeats) -> None:
    assert repeats.begin("mia", "key", "asked") is None
    repeats.end("mia", "key", Answered(202, {"job": 1}))
    assert repeats.begin("mia", "key", "asked") == Answered(202, {"job": 1})


def test_a_key_is_its_callers_own(repeats: Repeats) -> None:
    repeats.begin("mia", "key", "asked")
    repeats.end("mia", "key", Answered(202, "for mia"))
    assert repeats.begin("ben", "key", "asked") is None


def test_a_key_that_came_with_something_else_is_refused(repeats: Repeats) -> None:
    repeats.begin("mia", "key", "asked")
    with pytest.raises(RepeatError, match="another request") as caught:
        repeats.begin("mia", "key", "asked otherwise")
    assert caught.value.place == "Idempotency-Key"


def test_what_is_under_way_is_not_begun_again(repeats: Repeats) -> None:
    repeats.begin("mia", "key", "asked")
    with pytest.raises(RepeatError, match="still being carried out"):
        repeats.begin("mia", "key", "asked")


def test_what_failed_may_be_tried_again(repeats: Repeats) -> None:
    repeats.begin("mia", "key", "asked")
    repeats.end("mia", "key", None)
    assert repeats.begin("mia", "key", "asked") is None


@pytest.mark.parametrize(
    ("answered", "later", "free"),
    [
        (None, timedelta(minutes=14), False),
        (None, timedelta(minutes=16), True),
        (Answered(200, "x"), timedelta(hours=23), False),
        (Answered(200, "x"), timedelta(hours=25), True),
    ],
)
def test_a_key_is_free_again_when_its_request_was_cut_off_or_is_a_day_old(
    repeats: Repeats, now: list[datetime], answered: Answered | None, later: timedelta, free: bool
) -> None:
    repeats.begin("mia", "key", "asked")
    if answered is not None:
        repeats.end("mia", "key", answered)
    now[0] = NOON + later
    if free or answered:
        assert repeats.begin("mia", "key", "asked") == (None if free else answered)
    else:
        with pytest.raises(RepeatError):
            repeats.begin("mia", "key", "asked")
