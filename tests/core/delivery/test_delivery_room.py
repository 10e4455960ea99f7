from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from clearmix.audio import read_audio
from clearmix.delivery import Delivery, Play
from clearmix.delivery.room import LINK_HOURS, PLAY_SECONDS
from clearmix.errors import LinkError, NoStreamError, WithdrawnError
from clearmix.kernel import Kernel


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)


class Counted:
    """A royalties room that only counts."""

    def __init__(self) -> None:
        self.plays: list[Play] = []

    def record(self, play: Play) -> None:
        self.plays.append(play)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def royalties() -> Counted:
    return Counted()


@pytest.fixture
def delivery(market: Kernel, clock: Clock, royalties: Counted) -> Delivery:
    return Delivery(
        market.database,
        market.store,
        market.settings,
        catalogue=market.catalogue,
        clearance=market.clearance,
        rendering=market.rendering,
        royalties=royalties,
        clock=clock,
    )


def parts(url_path: str) -> tuple[str, str, str]:
    _, stream, expires, signed, item, _ = url_path.split("/")
    assert stream == "stream"
    return expires, signed, item


def test_a_link_plays_an_encoded_copy_of_an_original_and_never_its_master(
    delivery: Delivery, market: Kernel
) -> None:
    link = delivery.link("open-road", "mia")

    stream = delivery.open(*parts(link.url_path), "mia")

    master = market.catalogue.recording("open-road").audio_key
    assert stream.media_type == "audio/mp4"
    assert stream.path != market.store.local_path(master)
    assert stream.path.suffix == ".m4a"
    assert read_audio(stream.path).seconds == pytest.approx(20, abs=0.1)


def test_the_copy_of_an_original_is_encoded_once(delivery: Delivery) -> None:
    first = delivery.open(*parts(delivery.link("open-road", "mia").url_path), "mia")
    made_at = first.path.stat().st_mtime_ns

    second = delivery.open(*parts(delivery.link("open-road", "ben").url_path), "ben")

    assert second.path == first.path
    assert second.path.stat().st_mtime_ns == made_at


def test_a_link_of_one_listener_is_not_valid_for_another(delivery: Delivery) -> None:
    link = delivery.link("open-road", "mia")

    with pytest.raises(LinkError, match="not valid for you"):
        delivery.open(*parts(link.url_path), "ben")


@pytest.mark.parametrize("changed", ["expires", "signature", "item"])
def test_a_link_that_was_changed_is_refused(delivery: Delivery, changed: str) -> None:
    expires, signed, item = parts(delivery.link("open-road", "mia").url_path)
    if changed == "expires":
        expires = str(int(expires) + 1)
    elif changed == "signature":
        signed = ("A" if signed[0] != "A" else "B") + signed[1:]
    else:
        item = "dusky"

    with pytest.raises(LinkError, match="not valid"):
        delivery.open(expires, signed, item, "mia")


@pytest.mark.parametrize("expires", ["", "soon", "1e99", "-1", "١٢٣"])
def test_an_expiry_that_nobody_signed_is_refused_before_it_is_read(
    delivery: Delivery, expires: str
) -> None:
    with pytest.raises(LinkError):
        delivery.open(expires, "x" * 22, "open-road", "mia")


def test_a_link_expires(delivery: Delivery, clock: Clock) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(hours=LINK_HOURS, seconds=1)

    with pytest.raises(LinkError, match="expired") as caught:
        delivery.open(*parts(link.url_path), "mia")

    assert "press play again" in caught.value.help


def test_a_private_render_does_not_exist_for_another_listener(
    delivery: Delivery, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    link = delivery.link(render, "mia")

    with pytest.raises(NoStreamError):
        delivery.link(render, "ben")
    with pytest.raises(NoStreamError):
        delivery.open(*parts(link.url_path), "ben")
    assert not delivery.may_hear(render, "ben")
    assert delivery.may_hear(render, "mia")


@pytest.mark.parametrize("item", ["fedcba9876543210", "no-such-song", "Open Road", "../keys"])
def test_only_ids_of_items_open_anything(delivery: Delivery, item: str) -> None:
    with pytest.raises(NoStreamError):
        delivery.link(item, "mia")


def test_a_withdrawn_consent_stops_the_next_request(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    link = delivery.link(render, "mia")
    delivery.open(*parts(link.url_path), "mia")

    market.consent.set("ada", "refuse", "remix", existing="remove")

    with pytest.raises(WithdrawnError) as caught:
        delivery.open(*parts(link.url_path), "mia")
    assert "Ada Wren" in caught.value.message
    with pytest.raises(WithdrawnError):
        delivery.link(render, "mia")


def test_an_artist_who_keeps_existing_remixes_lets_them_play_on(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")

    market.consent.set("ada", "refuse", "remix", existing="keep")

    link = delivery.link(render, "mia")
    assert delivery.open(*parts(link.url_path), "mia").path.is_file()


def test_a_player_learns_how_to_hear_a_remix_beside_its_original(
    delivery: Delivery, publish: Callable[..., str]
) -> None:
    about = delivery.about(publish("mia", tempo=144.0), "mia")

    assert about.kind == "remix"
    assert about.label == "Made with AI from “Open Road”."
    assert about.artists == ("Ada Wren",)
    assert about.compare_with == "open-road"
    assert about.compare_seconds == pytest.approx(144 / 120)
    assert len(about.waveform) == 160
    assert max(about.waveform) == 100


# --- plays --------------------------------------------------------------------------------------


def test_thirty_seconds_count(delivery: Delivery, clock: Clock, royalties: Counted) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=31)

    play = delivery.record_play(link.play_token, 30.5)

    assert play is not None
    assert (play.item, play.listener, play.seconds) == ("open-road", "mia", 30.5)
    assert royalties.plays == [play]


def test_less_than_thirty_seconds_do_not(
    delivery: Delivery, clock: Clock, royalties: Counted
) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=60)

    assert delivery.record_play(link.play_token, PLAY_SECONDS - 0.1) is None
    assert royalties.plays == []


def test_nobody_has_listened_longer_than_since_the_link_was_made(
    delivery: Delivery, clock: Clock, royalties: Counted
) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=5)

    assert delivery.record_play(link.play_token, 3600) is None
    assert delivery.record_play(link.play_token, float("nan")) is None
    assert royalties.plays == []


def test_a_token_counts_under_one_id_however_often_it_is_sent(
    delivery: Delivery, clock: Clock, royalties: Counted
) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=40)

    delivery.record_play(link.play_token, 31)
    delivery.record_play(link.play_token, 39)

    assert len({play.id for play in royalties.plays}) == 1


def test_a_play_reaches_the_log_of_plays_once(market: Kernel, clock: Clock) -> None:
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
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=40)

    delivery.record_play(link.play_token, 31)
    delivery.record_play(link.play_token, 31)

    from sqlmodel import select

    from clearmix.storage.tables.delivery import PlayRow

    with market.database.session() as session:
        rows = session.exec(select(PlayRow)).all()
    assert [(row.item_id, row.listener_id, row.category) for row in rows] == [
        ("open-road", "mia", "original")
    ]


@pytest.mark.parametrize("token", ["", "made-up", "WyJhIl0.x", "é"])
def test_a_made_up_token_is_refused(delivery: Delivery, token: str) -> None:
    with pytest.raises(LinkError, match="not valid"):
        delivery.record_play(token, 60)


def test_a_token_of_another_listener_is_refused(delivery: Delivery, clock: Clock) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=40)

    with pytest.raises(LinkError, match="another listener"):
        delivery.record_play(link.play_token, 31, listener_id="ben")
