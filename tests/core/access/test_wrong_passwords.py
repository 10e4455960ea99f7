"""Guessing: wrong passwords are counted by name and by address, by all processes together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from clearmix.access.wrong_passwords import FAILURE_SECONDS, MOST_FAILURES, WrongPasswords
from clearmix.storage.database import Database
from clearmix.storage.tables.access import WrongPasswordRow

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(database_url: str, clock: Clock) -> Iterator[Callable[..., WrongPasswords]]:
    """Each call is one more process on the same database, with the same key."""
    opened: list[Database] = []

    def begin() -> WrongPasswords:
        opened.append(Database(database_url))
        opened[-1].upgrade()
        return WrongPasswords(opened[-1], lambda: b"k" * 32, clock)

    yield begin
    for one in opened:
        one.close()


def test_processes_count_together(process: Callable[..., WrongPasswords], clock: Clock) -> None:
    several = [process() for _ in range(3)]
    for number in range(MOST_FAILURES["name"]):
        assert {one.wait("mia", "1.2.3.4") for one in several} == {0}
        several[number % 3].count("mia", f"1.2.3.{number}")
        clock.passes(1)
    left = FAILURE_SECONDS - MOST_FAILURES["name"]
    assert {one.wait("mia", "9.9.9.9") for one in several} == {left}
    assert {one.wait("ben", "9.9.9.9") for one in several} == {0}


def test_many_names_from_one_address_have_to_wait_too(
    process: Callable[..., WrongPasswords], clock: Clock
) -> None:
    guesses = process()
    for number in range(MOST_FAILURES["address"]):
        assert guesses.wait(f"user-{number}", "1.2.3.4") == 0
        guesses.count(f"user-{number}", "1.2.3.4")
    assert guesses.wait("somebody", "1.2.3.4") == FAILURE_SECONDS
    assert guesses.wait("somebody", "5.6.7.8") == 0
    clock.passes(FAILURE_SECONDS)
    assert guesses.wait("somebody", "1.2.3.4") == 0


def test_who_waits_has_one_more_try_as_soon_as_the_oldest_is_forgotten(
    process: Callable[..., WrongPasswords], clock: Clock
) -> None:
    guesses = process()
    guesses.count("mia", "here")
    clock.passes(60)
    for _ in range(MOST_FAILURES["name"] - 1):
        guesses.count("mia", "here")
    assert guesses.wait("mia", "here") == FAILURE_SECONDS - 60
    clock.passes(FAILURE_SECONDS - 60)
    assert guesses.wait("mia", "here") == 0
    guesses.count("mia", "here")
    assert guesses.wait("mia", "here") == FAILURE_SECONDS - (FAILURE_SECONDS - 60)


def test_a_clock_that_goes_back_keeps_nobody_waiting_for_longer(
    process: Callable[..., WrongPasswords], clock: Clock
) -> None:
    guesses = process()
    for _ in range(MOST_FAILURES["name"]):
        guesses.count("mia", "here")
    clock.passes(-10)
    assert guesses.wait("mia", "here") == FAILURE_SECONDS
    clock.passes(-3600)
    assert guesses.wait("mia", "here") == 0


def test_nobody_is_named_and_nothing_is_kept_for_longer_than_it_counts(
    process: Callable[..., WrongPasswords], clock: Clock, database_url: str
) -> None:
    guesses = process()
    guesses.count("mia", "1.2.3.4")
    clock.passes(FAILURE_SECONDS)
    guesses.count("a password in the wrong field", "1.2.3.4")
    database = Database(database_url)
    with database.session() as session:
        kept = session.exec(select(WrongPasswordRow)).all()
    database.close()
    assert [row.at for row in kept] == [clock.now] * 2
    assert all(len(row.by) == 64 and set(row.by) <= set("0123456789abcdef") for row in kept)
