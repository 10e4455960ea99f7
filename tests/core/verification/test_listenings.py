"""Streams that name their listening: taken out of the service, they say whose they were."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clearmix.audio import joined, read_audio, write_wav
from clearmix.delivery import Delivery, Held, Sent, StreamLink
from clearmix.kernel import Kernel
from clearmix.rendering.encoding import write_m4a
from clearmix.storage.columns import utc_now

from .conftest import IDS, Shop, ShopPlugin, tune


@pytest.fixture
def marking(shop: Shop) -> Iterator[Kernel]:
    """The shop, with the setting that marks listenings."""
    settings = dataclasses.replace(shop.settings, mark_listenings="clearmix-mark")
    kernel = Kernel(settings, plugins={"shop": ShopPlugin()})
    yield kernel
    kernel.database.close()


def played(delivery: Delivery, link: StreamLink, path: Path) -> Path:
    """A file of all that a player fetches of a stream."""
    _, _, expires, signed, listening, _ = link.url_path.split("/")

    def fetched(file: str) -> bytes:
        found = delivery.open(expires, signed, listening, file, "local")
        assert not isinstance(found, Held), "the clock has moved on"
        return found.content

    assert b"aac.m3u8" in fetched("main.m3u8")
    names: list[str] = []
    while True:
        playlist = fetched("aac.m3u8").decode()
        names = [line for line in playlist.splitlines() if line.endswith(".m4s")]
        if "#EXT-X-ENDLIST" in playlist:
            break
        time.sleep(0.05)  # each look is ten seconds of the link's two hours
    path.write_bytes(b"".join(map(fetched, ["aac-init.mp4", *names])))
    return path


def later(kernel: Kernel) -> Delivery:
    """The delivery room, an hour and a minute into a listening at every look."""
    moments = iter(range(10_000))
    return Delivery(
        kernel.database,
        kernel.store,
        kernel.settings,
        catalogue=kernel.catalogue,
        clearance=kernel.clearance,
        rendering=kernel.rendering,
        royalties=kernel.royalties,
        labeler=kernel.listening_labeler,
        clock=lambda: utc_now() + timedelta(seconds=10 * next(moments)),
    )


def test_a_stream_names_its_render_and_its_listening(
    shop: Shop, marking: Kernel, tmp_path: Path
) -> None:
    delivery = later(marking)
    link = delivery.play(IDS[0], "local")[0]
    file = played(delivery, link, tmp_path / "taken.mp4")
    assert read_audio(file).seconds == pytest.approx(20.0, abs=0.1)
    found = shop.kernel.verify(file)
    assert (found.verdict, found.render_id) == ("confirmed", IDS[0])
    assert found.listenings == (link.listening,)
    assert delivery.listening(link.listening).listener == "local"


def test_two_listenings_of_one_render_are_told_apart(
    shop: Shop, marking: Kernel, tmp_path: Path
) -> None:
    delivery = later(marking)
    first, second = (delivery.play(IDS[1], "local")[0] for _ in range(2))
    taken = played(delivery, second, tmp_path / "taken.mp4")
    assert shop.kernel.verify(taken).listenings == (second.listening,) != (first.listening,)


def test_a_listening_that_was_typed_into_tags_accuses_nobody(
    shop: Shop, marking: Kernel, tmp_path: Path
) -> None:
    link = later(marking).play(IDS[0], "local")[0]
    said = dataclasses.replace(shop.disclosures[0], render_id=link.listening)
    for name, forged in (("render.m4a", shop.files[0]), ("other.m4a", None)):
        path = tmp_path / name
        if forged is None:
            write_m4a(path, tune(7))
        else:
            shutil.copy(forged, path)
        shop.kernel.labelers["tags"].mark(path, said)
        found = shop.kernel.verify(path)
        assert (found.listenings, found.as_json()["listenings"]) == ((), [])
        (tags,) = [mark for mark in found.marks if mark.labeler == "tags"]
        assert tags.names == link.listening, "to a tag it is no more than an unknown render"


def test_a_listening_whose_mark_was_put_onto_other_sound_accuses_nobody(
    shop: Shop, marking: Kernel, tmp_path: Path
) -> None:
    link = later(marking).play(IDS[0], "local")[0]
    said = dataclasses.replace(shop.disclosures[0], render_id=link.listening)
    watermark = shop.kernel.labelers["clearmix-mark"]
    path = tmp_path / "other.wav"
    write_wav(path, joined(watermark.mark(tune(7).blocks(), said)))
    found = shop.kernel.verify(path)
    assert (found.verdict, found.render_id, found.listenings) == ("copied", IDS[0], ())


def test_without_the_setting_streams_are_the_same_for_everybody(shop: Shop, tmp_path: Path) -> None:
    delivery = shop.kernel.delivery
    link = delivery.play(IDS[0], "local")[0]
    _, _, expires, signed, listening, _ = link.url_path.split("/")
    sent = delivery.open(expires, signed, listening, "aac.m3u8", "local")
    assert isinstance(sent, Sent)
    assert b"VOD" in sent.content
    assert shop.kernel.listening_labeler() is None


def test_the_operator_reads_whose_stream_it_was(
    shop: Shop,
    marking: Kernel,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clearmix.cli import verifying

    delivery = later(marking)
    file = played(delivery, delivery.play(IDS[0], "local")[0], tmp_path / "taken.mp4")
    monkeypatch.setattr("clearmix.kernel.Kernel", lambda: shop.kernel)
    verifying.verify(file, as_json=False)
    assert "taken from a stream of `local`, opened " in capsys.readouterr().out


def test_a_listening_has_its_own_stream_from_its_first_request_on(marking: Kernel) -> None:
    delivery = later(marking)
    _, _, expires, signed, listening, _ = delivery.play(IDS[0], "local")[0].url_path.split("/")
    assert delivery._personal.has(listening), "before anything of it is encoded"
    playlist = delivery.open(expires, signed, listening, "aac.m3u8", "local")
    assert not isinstance(playlist, Held)
    assert b"EXT-X-PLAYLIST-TYPE:VOD" not in playlist.content
