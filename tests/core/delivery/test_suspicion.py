"""Plays that look like those of a machine are logged with the sign of it, and others are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from streaming import Clock, Counted, listened

from clearmix.delivery import Delivery
from clearmix.delivery.suspicion import (
    MANY_SHORT,
    MOST_AT_ONE_ADDRESS,
    MOST_OWN,
    MOST_SHORT,
    ONE_ADDRESS,
    SELF_PLAYS,
    SHORT_SECONDS,
    Seen,
    flags_of,
)
from clearmix.kernel import Kernel
from clearmix.storage.tables.catalogue import ListenerRow

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
AGAIN = timedelta(seconds=30)
WHOLE = Seen("mia", "home", NOON, 180.0)
SHORT = replace(WHOLE, seconds=SHORT_SECONDS - 1)


def before(play: Seen, times: int) -> list[Seen]:
    """So many plays of that kind, one each minute before it."""
    return [
        replace(play, opened_at=play.opened_at - timedelta(minutes=1 + number))
        for number in range(times)
    ]


def flags(play: Seen, earlier: list[Seen], maker: str | None = None) -> tuple[str, ...]:
    return flags_of(play, earlier, maker, AGAIN)


def test_the_eleventh_play_that_stops_just_after_it_counts_is_flagged() -> None:
    assert flags(SHORT, before(SHORT, MOST_SHORT - 1)) == ()
    assert flags(SHORT, before(SHORT, MOST_SHORT)) == (MANY_SHORT,)
    assert flags(WHOLE, before(SHORT, MOST_SHORT)) == (), "this one was heard to its end"
    others = before(replace(SHORT, listener="ben", address="elsewhere"), MOST_SHORT)
    assert flags(SHORT, others) == ()


def test_the_eleventh_play_by_who_had_the_remix_made_is_flagged() -> None:
    assert flags(WHOLE, before(WHOLE, MOST_OWN - 1), maker="mia") == ()
    assert flags(WHOLE, before(WHOLE, MOST_OWN), maker="mia") == (SELF_PLAYS,)
    assert flags(WHOLE, before(WHOLE, MOST_OWN), maker="ben") == ()
    assert flags(WHOLE, before(WHOLE, MOST_OWN)) == (), "an original has no maker"


def test_the_sixth_listener_at_one_address_is_flagged() -> None:
    home = [
        replace(one, listener=f"listener-{number}")
        for number, one in enumerate(before(WHOLE, MOST_AT_ONE_ADDRESS))
    ]
    assert flags(WHOLE, home[1:]) == ()
    assert flags(WHOLE, home) == (ONE_ADDRESS,)
    assert flags(WHOLE, [*home[1:], *before(WHOLE, 3)]) == (), "oneself is not another"
    assert flags(replace(WHOLE, address="elsewhere"), home) == ()
    nowhere = [replace(one, address="") for one in home]
    assert flags(replace(WHOLE, address=""), nowhere) == (), "an address that nobody knows"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 1400)), max_size=9))
def test_who_listens_less_than_ten_times_a_day_at_home_is_never_flagged(
    plays: list[tuple[str, int]],
) -> None:
    earlier = [
        Seen(listener, "home", NOON - timedelta(minutes=minutes), 31.0)
        for listener, minutes in plays
    ]
    assert flags(SHORT, earlier, maker="mia") == ()


def test_short_plays_of_a_day_are_logged_and_not_paid_from_the_eleventh_on(
    delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    for _ in range(MOST_SHORT + 1):
        link = listened(delivery, clock, long_song, 32)
        delivery.record_play(link.play_token, 31)
        clock.wait(minutes=2)

    assert [play.flags for play in royalties.plays] == [()] * MOST_SHORT + [(MANY_SHORT,)]
    assert royalties.plays[-1].fraud

    clock.wait(hours=25)
    link = listened(delivery, clock, long_song, 32)
    delivery.record_play(link.play_token, 31)
    assert royalties.plays[-1].flags == (), "another day"


def test_listeners_of_one_address_are_paid_up_to_a_household(
    market: Kernel, delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    ids = [f"listener-{number}" for number in range(MOST_AT_ONE_ADDRESS + 1)]
    with market.database.session(write=True) as session:
        for id in ids:
            session.add(ListenerRow(id=id, name=id, tier="free", territory="GB"))
    for id in ids:
        link = listened(delivery, clock, long_song, 40, id, "203.0.113.9")
        delivery.record_play(link.play_token, 39)
    link = listened(delivery, clock, long_song, 40, "mia", "198.51.100.7")
    delivery.record_play(link.play_token, 39)

    flagged = [play.flags for play in royalties.plays]
    assert flagged == [()] * MOST_AT_ONE_ADDRESS + [(ONE_ADDRESS,), ()]
