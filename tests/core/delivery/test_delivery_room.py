from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import select

from clearmix.audio import Audio, read_audio, write_wav
from clearmix.catalogue import NewRecording
from clearmix.delivery import Delivery, Held, Play, Sent, StreamLink
from clearmix.delivery.listenings import LINK_LIFE, MOST_A_MINUTE
from clearmix.delivery.plays import PLAY_SECONDS
from clearmix.errors import BusyError, LinkError, NoStreamError, UnreadyError, WithdrawnError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job
from clearmix.rendering.previewing import LEAST_SEGMENTS
from clearmix.royalties.days import close_days
from clearmix.royalties.period import Period
from clearmix.royalties.plays import PlayLog
from clearmix.spec import RemixSpec
from clearmix.storage.tables.delivery import ListeningRow, PlayRow
from clearmix.storage.tables.rendering import PreviewPieceRow, RenderRow


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
def long_song(market: Kernel, tmp_path: Path) -> str:
    """The id of an original of 44 seconds, long enough to count."""
    time = np.arange(44 * 22_050) / 22_050
    tone = (0.1 * np.sin(2 * np.pi * 220 * time) * (time % 0.5 < 0.1)).astype(np.float32)
    path = tmp_path / "long.wav"
    write_wav(path, Audio(tone[None, :], 22_050))
    added = market.catalogue.add(path, NewRecording(title="Long Way", artists=("Ada Wren",)))
    return added.recording.id


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


def parts(url_path: str, file: str = "") -> tuple[str, str, str, str]:
    _, stream, expires, signed, listening, main = url_path.split("/")
    assert stream == "stream"
    return expires, signed, listening, file or main


def fetched(delivery: Delivery, link: StreamLink, file: str, listener: str = "mia") -> bytes:
    found = delivery.open(*parts(link.url_path, file), listener)
    assert isinstance(found, Sent), found
    return found.content


def segments(playlist: bytes) -> list[str]:
    return [line for line in playlist.decode().splitlines() if line and line[0] != "#"]


def whole(delivery: Delivery, link: StreamLink, clock: Clock, codec: str, path: Path) -> Audio:
    """All that a player gets that waits whenever it is made to."""
    names = segments(fetched(delivery, link, f"{codec}.m3u8"))
    content = fetched(delivery, link, f"{codec}-init.mp4")
    for name in names:
        while isinstance(found := delivery.open(*parts(link.url_path, name), "mia"), Held):
            clock.wait(seconds=found.seconds)
        content += found.content
    path.write_bytes(content)
    return read_audio(path)


@pytest.mark.parametrize("codec", ["aac", "opus"])
def test_a_link_plays_segments_of_an_original_and_never_its_master(
    delivery: Delivery, market: Kernel, clock: Clock, tmp_path: Path, codec: str
) -> None:
    link = delivery.link("open-road", "mia")

    assert segments(fetched(delivery, link, "main.m3u8")) == ["aac.m3u8"]
    heard = whole(delivery, link, clock, codec, tmp_path / "heard.mp4")

    assert heard.seconds == pytest.approx(20, abs=0.1)
    master = market.store.local_path(market.catalogue.recording("open-road").audio_key)
    assert (tmp_path / "heard.mp4").read_bytes() != master.read_bytes()
    assert (tmp_path / "heard.mp4").stat().st_size < master.stat().st_size / 4


def test_the_segments_of_an_original_are_encoded_once(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(delivery, delivery.link("open-road", "mia"), "aac.m3u8")
    monkeypatch.setattr("clearmix.rendering.renditions.SegmentEncoder", None)

    fetched(delivery, delivery.link("open-road", "ben"), "aac.m3u8", "ben")


def test_whoever_does_not_wait_is_told_what_has_to_be_made_first(delivery: Delivery) -> None:
    link = delivery.link("open-road", "mia")
    files = ("aac.m3u8", "opus-init.mp4", "aac-0.m4s")

    for file in files:
        with pytest.raises(UnreadyError):
            delivery.open(*parts(link.url_path, file), "mia", patient=False)
    with pytest.raises(UnreadyError):
        delivery.about("open-road", "mia", patient=False)
    for file in files:
        fetched(delivery, link, file)
        assert delivery.open(*parts(link.url_path, file), "mia", patient=False)
    assert delivery.about("open-road", "mia") == delivery.about("open-road", "mia", patient=False)


@pytest.mark.parametrize(
    "file",
    ["master.wav", "aac-99.m4s", "flac.m3u8", "aac-0.m4s.bak", "../main.m3u8", "audio.m4a", ""],
)
def test_a_stream_has_its_own_files_and_no_others(delivery: Delivery, file: str) -> None:
    expires, signed, listening, _ = parts(delivery.link("open-road", "mia").url_path)

    with pytest.raises(NoStreamError):
        delivery.open(expires, signed, listening, file, "mia")


def test_no_segment_is_sent_more_than_twenty_seconds_ahead_of_play(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.link(long_song, "mia")
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
    links = [delivery.link(long_song, "mia") for _ in range(5)]
    names = segments(fetched(delivery, links[0], "aac.m3u8"))[:-1]

    def sent() -> int:
        """Of the segments that no link has got yet, how many the links get now."""
        answers = [
            delivery.open(*parts(link.url_path, name), "mia")
            for link, name in zip(links * 2, names, strict=False)
        ]
        return sum(isinstance(one, Sent) for one in answers)

    assert sent() == 4
    links = [delivery.link(long_song, "mia") for _ in range(5)]
    assert sent() == 0
    clock.wait(seconds=1)
    assert sent() == 1
    fetched(delivery, delivery.link(long_song, "ben"), names[9], "ben")


def test_a_clock_that_goes_back_holds_up_no_later_link(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.link(long_song, "mia")
    names = segments(fetched(delivery, link, "aac.m3u8"))[:-1]
    for name in names[:4]:
        delivery.open(*parts(link.url_path, name), "mia")
    clock.wait(hours=-1)

    again = delivery.link(long_song, "mia")

    assert isinstance(delivery.open(*parts(again.url_path, names[0]), "mia"), Held)
    clock.wait(seconds=5)
    assert isinstance(delivery.open(*parts(again.url_path, names[0]), "mia"), Sent)


def test_a_pause_brings_nobody_further_ahead(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.link(long_song, "mia")
    names = segments(fetched(delivery, link, "aac.m3u8"))[:-1]
    for name in names[:4]:
        delivery.open(*parts(link.url_path, name), "mia")

    clock.wait(minutes=10)

    sent = [delivery.open(*parts(link.url_path, name), "mia") for name in names[4:]]
    assert sum(isinstance(one, Sent) for one in sent) == 4


def test_a_clock_that_goes_back_sends_nothing_further_ahead(
    delivery: Delivery, clock: Clock, long_song: str
) -> None:
    link = delivery.link(long_song, "mia")
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
        delivery.link("open-road", "mia")

    with pytest.raises(BusyError) as caught:
        delivery.link("open-road", "mia")

    assert "wait" in caught.value.help
    delivery.link("open-road", "ben")
    clock.wait(seconds=61)
    delivery.link("open-road", "mia")


def test_a_link_of_one_listener_is_not_valid_for_another(delivery: Delivery) -> None:
    link = delivery.link("open-road", "mia")

    with pytest.raises(LinkError, match="not valid for you"):
        delivery.open(*parts(link.url_path), "ben")


@pytest.mark.parametrize("changed", ["expires", "signature", "listening"])
def test_a_link_that_was_changed_is_refused(delivery: Delivery, changed: str) -> None:
    expires, signed, listening, file = parts(delivery.link("open-road", "mia").url_path)
    if changed == "expires":
        expires = str(int(expires) + 1)
    elif changed == "signature":
        signed = ("A" if signed[0] != "A" else "B") + signed[1:]
    else:
        listening = parts(delivery.link("dusky", "mia").url_path)[2]

    with pytest.raises(LinkError, match="not valid"):
        delivery.open(expires, signed, listening, file, "mia")


@pytest.mark.parametrize("expires", ["", "soon", "1e99", "-1", "١٢٣"])
def test_an_expiry_that_nobody_signed_is_refused_before_it_is_read(
    delivery: Delivery, expires: str
) -> None:
    with pytest.raises(LinkError):
        delivery.open(expires, "x" * 22, "0" * 16, "main.m3u8", "mia")


def test_a_link_expires(delivery: Delivery, clock: Clock) -> None:
    link = delivery.link("open-road", "mia")
    clock.wait(seconds=LINK_LIFE.total_seconds() + 1)

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
    assert isinstance(delivery.open(*parts(link.url_path, "aac-0.m4s"), "mia"), Sent)


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


def test_a_shared_render_is_heard_by_others_until_it_is_taken_back(
    delivery: Delivery, publish: Callable[..., str]
) -> None:
    render = publish("mia")

    cleared = delivery.items.share(render, "mia")
    assert cleared.decision.permitted
    link = delivery.link(render, "ben")
    fetched(delivery, link, "aac-0.m4s", "ben")
    with pytest.raises(NoStreamError):
        delivery.items.unshare(render, "ben")
    delivery.items.unshare(render, "mia")

    with pytest.raises(NoStreamError):
        delivery.open(*parts(link.url_path, "aac-1.m4s"), "ben")
    fetched(delivery, delivery.link(render, "mia"), "aac-0.m4s")


def test_a_shared_remix_of_a_private_one_says_nothing_of_that(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    private, shared = publish("mia"), publish("mia", id="f" * 16)
    with market.database.session(write=True) as session:
        row = session.get(RenderRow, shared)
        row.sources = [private]
        session.add(row)
    delivery.items.share(shared, "mia")

    assert delivery.about(shared, "mia").compare_with == private
    about = delivery.about(shared, "ben")
    assert (about.compare_with, about.artists) == (None, ("Ada Wren",))


def test_a_shared_remix_comes_down_or_stays_as_who_withdraws_says(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    delivery.items.share(render, "mia")
    link = delivery.link(render, "ben")

    market.consent.set("ada", "refuse", "any", existing="keep")
    fetched(delivery, link, "aac-0.m4s", "ben")
    market.consent.set("ada", "refuse", "any", existing="remove")

    with pytest.raises(WithdrawnError):
        delivery.open(*parts(link.url_path, "aac-1.m4s"), "ben")


def test_a_render_is_taken_out_as_a_file_only_where_its_rights_holders_say_so(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    with market.database.session(write=True) as session:
        row = session.get(RenderRow, render)
        more = [{**row.marks[0], "labeler": id, "layer": "file"} for id in ("c2pa", "tags")]
        row.marks = [*row.marks, *more]
        session.add(row)

    exported = delivery.export(render, "mia")
    assert exported.path is not None
    with pytest.raises(NoStreamError):
        delivery.export(render, "ben")
    market.consent.set("ada", "refuse", "any")

    assert delivery.export(render, "mia").path is None


def test_a_file_without_the_marks_that_an_export_needs_stays_in_the_house(
    delivery: Delivery, publish: Callable[..., str]
) -> None:
    with pytest.raises(WithdrawnError, match="the mark `c2pa`"):
        delivery.export(publish("mia"), "mia")


# --- plays --------------------------------------------------------------------------------------


def listened(delivery: Delivery, clock: Clock, song: str, seconds: float) -> StreamLink:
    """A link of which so many seconds were streamed as they were played."""
    link = delivery.link(song, "mia")
    begun = clock.now
    for name in segments(fetched(delivery, link, "aac.m3u8"))[: math.ceil(seconds / 4)]:
        while isinstance(held := delivery.open(*parts(link.url_path, name), "mia"), Held):
            clock.wait(seconds=held.seconds)
    clock.now = begun + timedelta(seconds=seconds)
    return link


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

    close_days(market.database, market.store, datetime(2026, 11, 1, tzinfo=UTC))
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
    link = delivery.link("open-road", "mia")
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
    delivery.link("open-road", "mia", address="203.0.113.9")

    with market.database.session() as session:
        (row,) = session.exec(select(ListeningRow)).all()
    assert len(row.address) == 24
    assert "203" not in row.address[:3]


def test_a_preview_ends_with_the_permission_although_no_worker_looks(
    delivery: Delivery, market: Kernel, queue: Callable[..., Job]
) -> None:
    spec = RemixSpec(sources=("open-road",))
    job = queue(market, spec, "mia", "idle", market.decide(spec, "mia").number)
    with market.database.session(write=True) as session:
        for number in range(LEAST_SEGMENTS + 1):
            key = market.store.put(_piece(market, number), "previews")
            session.add(PreviewPieceRow(job=job.id, number=number, key=key, seconds=number and 2.0))
    link = delivery.preview_link(job.id, "mia")
    assert link is not None
    assert fetched(delivery, link, "aac-0.m4s") == b"piece 1"

    market.consent.set("ada", "refuse", "remix", existing="keep")

    for file in ("aac-0.m4s", "aac-1.m4s", "aac.m3u8"):
        with pytest.raises(WithdrawnError):
            delivery.open(*parts(link.url_path, file), "mia")
    with pytest.raises(WithdrawnError):
        delivery.preview_link(job.id, "mia")


def _piece(market: Kernel, number: int) -> Path:
    path = market.settings.home / f"piece-{number}"
    path.write_bytes(f"piece {number}".encode())
    return path
