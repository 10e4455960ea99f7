"""Segments of a stream: what they hold, and how far ahead of play they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from streaming import Clock, fetched, parts, segments, whole

from clearmix.delivery import Delivery, Held, Sent
from clearmix.delivery.listenings import MOST_A_MINUTE
from clearmix.errors import BusyError, NoStreamError, UnreadyError
from clearmix.kernel import Kernel


@pytest.mark.parametrize("codec", ["aac", "opus"])
def test_a_link_plays_segments_of_an_original_and_never_its_master(
    delivery: Delivery, market: Kernel, clock: Clock, tmp_path: Path, codec: str
) -> None:
    link = delivery.play("open-road", "mia")[0]

    assert segments(fetched(delivery, link, "main.m3u8")) == ["aac.m3u8"]
    heard = whole(delivery, link, clock, codec, tmp_path / "heard.mp4")

    assert heard.seconds == pytest.approx(20, abs=0.1)
    master = market.store.local_path(market.catalogue.recording("open-road").audio_key)
    assert (tmp_path / "heard.mp4").read_bytes() != master.read_bytes()
    assert (tmp_path / "heard.mp4").stat().st_size < master.stat().st_size / 4


def test_the_segments_of_an_original_are_encoded_once(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(delivery, delivery.play("open-road", "mia")[0], "aac.m3u8")
    monkeypatch.setattr("clearmix.rendering.renditions.SegmentEncoder", None)

    fetched(delivery, delivery.play("open-road", "ben")[0], "aac.m3u8", "ben")


def test_whoever_does_not_wait_is_told_what_has_to_be_made_first(delivery: Delivery) -> None:
    with pytest.raises(UnreadyError):
        delivery.play("open-road", "mia", patient=False)
    link, shown = delivery.play("open-road", "mia")
    assert delivery.play("open-road", "mia", patient=False)[1] == shown

    for file in ("aac.m3u8", "opus-init.mp4", "aac-0.m4s"):
        with pytest.raises(UnreadyError):
            delivery.open(*parts(link.url_path, file), "mia", patient=False)
    for file in ("aac.m3u8", "opus-init.mp4", "aac-0.m4s"):
        fetched(delivery, link, file)
        assert delivery.open(*parts(link.url_path, file), "mia", patient=False)


@pytest.mark.parametrize(
    "file",
    ["master.wav", "aac-99.m4s", "flac.m3u8", "aac-0.m4s.bak", "../main.m3u8", "audio.m4a", ""],
)
def test_a_stream_has_its_own_files_and_no_others(delivery: Delivery, file: str) -> None:
    expires, signed, listening, _ = parts(delivery.play("open-road", "mia")[0].url_path)

    with pytest.raises(NoStreamError):
        delivery.open(expires, signed, listening, file, "mia")


def test_no_segment_is_sent_more_than_twenty_seconds_ahead_of_play(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.play(long_song, "mia")[0]
    names = segments(fetched(delivery, link, "aac.m3u8"))[:-1]  # the last one is shorter

    sent = [delivery.open(*parts(link.url_path, name), "mia") for name in names]

    assert [type(one) for one in sent] == [Sent] * 4 + [Held] * (len(names) - 4)
    clock.wait(seconds=1)
    assert isinstance(delivery.open(*parts(link.url_path, names[4]), "mia"), Sent)
    assert isinstance(delivery.open(*parts(link.url_path, names[0]), "mia"), Sent)  # once more
    assert isinstance(delivery.open(*parts(link.url_path, names[9]), "mia"), Held)


def test_many_links_to_one_song_bring_nobody_further_ahead(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    links = [delivery.play(long_song, "mia")[0] for _ in range(5)]
    names = segments(fetched(delivery, links[0], "aac.m3u8"))[:-1]

    def sent() -> int:
        """Of the segments that no link has got yet, how many the links get now."""
        answers = [
            delivery.open(*parts(link.url_path, name), "mia")
            for link, name in zip(links * 2, names, strict=False)
        ]
        return sum(isinstance(one, Sent) for one in answers)

    assert sent() == 4
    links = [delivery.play(long_song, "mia")[0] for _ in range(5)]
    assert sent() == 0
    clock.wait(seconds=1)
    assert sent() == 1
    fetched(delivery, delivery.play(long_song, "ben")[0], names[9], "ben")


def test_a_clock_that_goes_back_holds_up_no_later_link(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.play(long_song, "mia")[0]
    names = segments(fetched(delivery, link, "aac.m3u8"))[:-1]
    for name in names[:4]:
        delivery.open(*parts(link.url_path, name), "mia")
    clock.wait(hours=-1)

    again = delivery.play(long_song, "mia")[0]

    assert isinstance(delivery.open(*parts(again.url_path, names[0]), "mia"), Held)
    clock.wait(seconds=5)
    assert isinstance(delivery.open(*parts(again.url_path, names[0]), "mia"), Sent)


def test_a_pause_brings_nobody_further_ahead(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.play(long_song, "mia")[0]
    names = segments(fetched(delivery, link, "aac.m3u8"))[:-1]
    for name in names[:4]:
        delivery.open(*parts(link.url_path, name), "mia")

    clock.wait(minutes=10)

    sent = [delivery.open(*parts(link.url_path, name), "mia") for name in names[4:]]
    assert sum(isinstance(one, Sent) for one in sent) == 4


def test_a_clock_that_goes_back_sends_nothing_further_ahead(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.play(long_song, "mia")[0]
    names = segments(fetched(delivery, link, "aac.m3u8"))[:-1]
    for name in names[:4]:
        delivery.open(*parts(link.url_path, name), "mia")

    clock.wait(hours=-1)

    assert isinstance(delivery.open(*parts(link.url_path, names[4]), "mia"), Held)
    assert isinstance(delivery.open(*parts(link.url_path, names[0]), "mia"), Sent)
    assert delivery.record_play(link.play_token, 44.0) is None


def test_nobody_opens_more_songs_than_can_be_skipped_through(
    delivery: Delivery, clock: Clock
) -> None:
    for _ in range(MOST_A_MINUTE):
        delivery.play("open-road", "mia")

    with pytest.raises(BusyError) as caught:
        delivery.play("open-road", "mia")

    assert "wait" in caught.value.help
    delivery.play("open-road", "ben")
    clock.wait(seconds=61)
    delivery.play("open-road", "mia")
