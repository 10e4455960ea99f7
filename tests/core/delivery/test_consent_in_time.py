"""What consent, sharing and export allow is asked at every request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streaming import fetched, parts

from clearmix.delivery import Delivery, Sent
from clearmix.errors import NoStreamError, WithdrawnError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job
from clearmix.rendering.previewing import LEAST_SEGMENTS
from clearmix.spec import RemixSpec
from clearmix.storage.tables.rendering import PreviewPieceRow, RenderRow


def test_a_withdrawn_consent_stops_the_next_request(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    link = delivery.play(render, "mia")[0]
    delivery.open(*parts(link.url_path), "mia")

    market.consent.set("ada", "refuse", "remix", existing="remove")

    with pytest.raises(WithdrawnError) as caught:
        delivery.open(*parts(link.url_path), "mia")
    assert "Ada Wren" in caught.value.message
    with pytest.raises(WithdrawnError):
        delivery.play(render, "mia")


def test_an_artist_who_keeps_existing_remixes_lets_them_play_on(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")

    market.consent.set("ada", "refuse", "remix", existing="keep")

    link = delivery.play(render, "mia")[0]
    assert isinstance(delivery.open(*parts(link.url_path, "aac-0.m4s"), "mia"), Sent)


def test_a_player_learns_how_to_hear_a_remix_beside_its_original(
    delivery: Delivery, publish: Callable[..., str]
) -> None:
    about = delivery.play(publish("mia", tempo=144.0), "mia")[1]

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
    link = delivery.play(render, "ben")[0]
    fetched(delivery, link, "aac-0.m4s", "ben")
    with pytest.raises(NoStreamError):
        delivery.items.unshare(render, "ben")
    delivery.items.unshare(render, "mia")

    with pytest.raises(NoStreamError):
        delivery.open(*parts(link.url_path, "aac-1.m4s"), "ben")
    fetched(delivery, delivery.play(render, "mia")[0], "aac-0.m4s")


def test_a_shared_remix_of_a_private_one_says_nothing_of_that(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    private, shared = publish("mia"), publish("mia", id="f" * 16)
    with market.database.session(write=True) as session:
        row = session.get(RenderRow, shared)
        row.sources = [private]
        session.add(row)
    delivery.items.share(shared, "mia")

    assert delivery.play(shared, "mia")[1].compare_with == private
    about = delivery.play(shared, "ben")[1]
    assert (about.compare_with, about.artists) == (None, ("Ada Wren",))


def test_a_shared_remix_comes_down_or_stays_as_who_withdraws_says(
    delivery: Delivery, market: Kernel, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    delivery.items.share(render, "mia")
    link = delivery.play(render, "ben")[0]

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
