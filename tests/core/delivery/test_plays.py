"""What counts as a play, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select
from streaming import Clock, Counted, listened

from clearmix.delivery import Delivery
from clearmix.delivery.plays import PLAY_SECONDS
from clearmix.errors import LinkError
from clearmix.kernel import Kernel
from clearmix.royalties.days import close_days
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog
from clearmix.storage.tables.delivery import ListeningRow, PlayRow


def test_thirty_seconds_count(
    delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    link = listened(delivery, clock, long_song, 31)

    play = delivery.record_play(link.play_token, 30.5)

    assert play is not None
    assert (play.item, play.listener, play.seconds) == (long_song, "mia", 30.5)
    assert not play.fraud
    assert royalties.plays == [play]


def test_less_than_thirty_seconds_do_not(
    delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    link = listened(delivery, clock, long_song, 40)

    assert delivery.record_play(link.play_token, PLAY_SECONDS - 0.1) is None
    assert royalties.plays == []


def test_nobody_has_listened_to_more_than_was_sent(
    delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    link = listened(delivery, clock, long_song, 24)
    clock.wait(minutes=10)

    assert delivery.record_play(link.play_token, 600) is None
    assert royalties.plays == []


def test_nobody_has_listened_longer_than_since_the_link_was_made(
    delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    link = listened(delivery, clock, long_song, 40)
    clock.wait(seconds=-35)

    assert delivery.record_play(link.play_token, 3600) is None
    assert delivery.record_play(link.play_token, float("nan")) is None
    assert royalties.plays == []


def test_a_token_counts_under_one_id_however_often_it_is_sent(
    delivery: Delivery, clock: Clock, royalties: Counted, long_song: str
) -> None:
    link = listened(delivery, clock, long_song, 40)

    delivery.record_play(link.play_token, 31)
    delivery.record_play(link.play_token, 39)

    assert len({play.id for play in royalties.plays}) == 1


def test_a_play_reaches_the_log_of_plays_once_whatever_month_it_is_reported_in_again(
    market: Kernel, clock: Clock, long_song: str
) -> None:
    clock.now = datetime(2026, 10, 31, 23, 58, tzinfo=UTC)
    delivery = Delivery(
        market.database,
        market.store,
        market.settings,
        catalogue=market.catalogue,
        clearance=market.clearance,
        rendering=market.rendering,
        royalties=market.royalties,
        clock=clock,
    )
    link = listened(delivery, clock, long_song, 40)

    delivery.record_play(link.play_token, 31)
    delivery.record_play(link.play_token, 31)

    with market.database.session() as session:
        rows = session.exec(select(PlayRow)).all()
    assert [(row.item_id, row.listener_id, row.category) for row in rows] == [
        (long_song, "mia", "original")
    ]

    close_days(market.database, market.store, datetime(2026, 11, 1, tzinfo=UTC), lambda *_: None)
    clock.wait(hours=23)
    delivery.record_play(link.play_token, 31)
    log = PlayLog(market.database, market.store, market.catalogue)
    assert [log.count(Period(month)) for month in ("2026-10", "2026-11")] == [1, 0]

    clock.wait(hours=2)
    with pytest.raises(LinkError, match="expired"):
        delivery.record_play(link.play_token, 31)


@pytest.mark.parametrize("token", ["", "made-up", "WyJhIl0.x", "é"])
def test_a_made_up_token_is_refused(delivery: Delivery, token: str) -> None:
    with pytest.raises(LinkError, match="not valid"):
        delivery.record_play(token, 60)


def test_a_token_of_another_listener_is_refused(delivery: Delivery, clock: Clock) -> None:
    link = delivery.play("open-road", "mia")[0]
    clock.wait(seconds=40)

    with pytest.raises(LinkError, match="another listener"):
        delivery.record_play(link.play_token, 31, listener_id="ben")


def test_the_second_of_two_plays_at_the_same_time_is_logged_and_not_believed(
    market: Kernel, clock: Clock, long_song: str, delivery: Delivery, royalties: Counted
) -> None:
    first = listened(delivery, clock, long_song, 40)
    clock.wait(seconds=-39)
    second = listened(delivery, clock, long_song, 40)

    delivery.record_play(first.play_token, 35.5)
    delivery.record_play(second.play_token, 35.5)

    assert [play.flags for play in royalties.plays] == [(), ("too-soon",)]
    assert [play.fraud for play in royalties.plays] == [False, True]


def test_an_address_is_kept_only_as_a_keyed_hash(delivery: Delivery, market: Kernel) -> None:
    delivery.play("open-road", "mia", address="203.0.113.9")

    with market.database.session() as session:
        (row,) = session.exec(select(ListeningRow)).all()
    assert len(row.address) == 24
    assert "203" not in row.address[:3]
