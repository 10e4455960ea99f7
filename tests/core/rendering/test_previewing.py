"""Previews, renditions and withdrawals of whole renders, with a real worker."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from clearmix.audio import read_audio
from clearmix.delivery import Sent
from clearmix.errors import NoStreamError
from clearmix.rendering.marking import read_by
from clearmix.rendering.mastering import CEILING_DBTP
from clearmix.rendering.previewing import LEAST_SEGMENTS
from clearmix.storage.columns import utc_now

from .conftest import House, until


def test_a_render_is_heard_by_its_maker_while_it_is_made_and_all_of_it_is_marked(
    own_house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINY_SLOWNESS", "0.3")
    kernel = own_house.kernel
    job = own_house.submit("slow", seed=4)
    link = until(lambda: kernel.delivery.preview_link(job.id, "local"))

    assert kernel.rendering.job(job.id).state == "running"
    assert link.play_token == ""
    _, _, expires, signed, listening, _ = link.url_path.split("/")
    playlist = kernel.delivery.open(expires, signed, listening, "aac.m3u8", "local")
    assert b"EVENT" in playlist.content
    with pytest.raises(NoStreamError):
        kernel.delivery.preview_link(job.id, "somebody-else")

    ended = kernel.rendering.wait(job.id)
    pieces = range(len(kernel.rendering.previews.seconds(job.id)) + 1)
    assert len(pieces) > LEAST_SEGMENTS
    path = tmp_path / "preview.mp4"
    path.write_bytes(b"".join(kernel.rendering.previews.piece(job.id, n) or b"" for n in pieces))
    reading = kernel.labelers["clearmix-mark"].read(read_audio(path))
    assert reading is not None
    assert reading.render_id == ended.render_id
    assert read_audio(path).seconds == pytest.approx(12, abs=0.1)

    # It outlives its render for who is still listening, and not for long.
    assert isinstance(kernel.delivery.open(expires, signed, listening, "aac-0.m4s", "local"), Sent)
    kernel.rendering.previews.remove_ended(utc_now() + timedelta(minutes=1))
    with pytest.raises(NoStreamError):
        kernel.delivery.open(expires, signed, listening, "aac-1.m4s", "local")
    assert not list((own_house.settings.home / "store" / "previews").iterdir())


def test_every_rendition_was_read_back_before_its_render_was_published(house: House) -> None:
    render = house.kernel.rendering.render(str(house.render(seed=5).render_id))

    made = house.kernel.rendering.renditions.of_render(render.audio_key)

    assert set(made) == {"aac", "opus"}
    for codec, rendition in made.items():
        assert {"clearmix-mark", "tags", "c2pa"} <= set(rendition.marks)
        assert rendition.measured["true_peak_dbtp"] <= CEILING_DBTP
        path = house.kernel.store.local_path(rendition.key)
        assert house.kernel.verify(path).render_id == render.id, codec
        assert read_audio(path).seconds == pytest.approx(render.seconds, abs=0.05)


@pytest.mark.parametrize("codec", ["aac", "opus"])
def test_a_stream_says_where_the_manifest_is_that_was_signed_for_its_bytes(
    house: House, tmp_path: Path, codec: str
) -> None:
    delivery, labelers = house.kernel.delivery, house.kernel.labelers
    render_id = str(house.render(seed=5).render_id)
    link = delivery.play(render_id, "local")[0]
    _, _, *signed, _ = link.url_path.split("/")

    def fetched(file: str) -> bytes:
        found = delivery.open(*signed, file, "local")
        assert isinstance(found, Sent), found
        return found.content

    assert link.manifest_paths[codec] == link.url_path.replace("main.m3u8", f"{codec}.c2pa")
    said = f'DATA-ID="org.clearmix.c2pa.{codec}",VALUE="{codec}.c2pa"'
    assert said in fetched("main.m3u8").decode()
    names = re.findall(rf"{codec}-\S+\.m(?:p4|4s)", fetched(f"{codec}.m3u8").decode())
    sent = tmp_path / "sent.mp4"
    sent.write_bytes(b"".join(map(fetched, names)))
    (tmp_path / "sent.mp4.c2pa").write_bytes(fetched(f"{codec}.c2pa"))

    reading = read_by(labelers["c2pa"], sent, read_audio(sent))
    assert reading is not None
    assert (reading.render_id, reading.fields["state"]) == (render_id, "Trusted")

    sent.write_bytes(sent.read_bytes()[:-1])
    broken = read_by(labelers["c2pa"], sent, read_audio(sent))
    assert broken is not None
    assert (broken.render_id, broken.fields["state"]) == (None, "Invalid")


def test_a_render_that_is_not_permitted_any_more_is_stopped_before_it_is_published(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_SLOWNESS", "1")
    kernel = own_house.kernel
    making, waiting = own_house.submit("slow", seed=1), own_house.submit("slow", seed=2)
    until(lambda: kernel.rendering.job(making.id).step == "generate")

    kernel.consent.set(own_house.recording.artists[0], "refuse", "any")
    ended = [kernel.rendering.wait(job.id) for job in (making, waiting)]

    assert [job.state for job in ended] == ["failed", "failed"]
    assert "permission for it ended" in str(ended[0].error)
    assert kernel.rendering.renders() == ()
    assert {one.state for one in kernel.entitlement.charged()} == {"quoted"}


def test_a_published_render_is_charged_by_its_worker(own_house: House) -> None:
    job = own_house.render(seed=6)

    until(lambda: [one.state for one in own_house.kernel.entitlement.charged()] == ["charged"])
    assert own_house.kernel.entitlement.charged("local")[0].job == job.id
