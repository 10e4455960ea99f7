"""Streams and plays over HTTP: who is sent what, when it stops, and what counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from clearmix.kernel import Kernel


def test_an_original_streams_in_segments_that_no_cache_keeps(
    signed_in: Callable[[str], TestClient],
) -> None:
    client = signed_in("mia")
    url = client.post("/api/streams/open-road").json()["url"]
    beside = url.rpartition("/")[0]

    main = client.get(url)
    media = client.get(f"{beside}/aac.m3u8")
    segment = client.get(f"{beside}/aac-0.m4s")

    assert main.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert "aac.m3u8" in main.text
    assert media.text.endswith("#EXT-X-ENDLIST\n")
    assert segment.headers["content-type"] == "audio/mp4"
    assert {one.headers["cache-control"] for one in (main, media, segment)} == {"private, no-store"}


def test_a_segment_is_held_until_its_time_and_refused_when_that_is_far(
    signed_in: Callable[[str], TestClient],
) -> None:
    client = signed_in("mia")
    beside = client.post("/api/streams/open-road").json()["url"].rpartition("/")[0]

    began = time.monotonic()
    answers = [client.get(f"{beside}/aac-{number}.m4s") for number in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert time.monotonic() - began > 5 * 4.01 - 20  # the fifth waited for what is over twenty


def test_a_link_that_was_passed_on_is_refused_in_plain_words(
    signed_in: Callable[[str], TestClient],
) -> None:
    url = signed_in("mia").post("/api/streams/open-road").json()["url"]

    answer = signed_in("ben").get(url)

    assert answer.status_code == 403
    assert answer.json()["detail"] == "This link is not valid for you."
    assert "Traceback" not in answer.text


def test_a_private_remix_of_another_listener_is_not_there(
    signed_in: Callable[[str], TestClient], publish: Callable[..., str]
) -> None:
    render = publish("mia")
    mia, ben = signed_in("mia"), signed_in("ben")
    url = mia.post(f"/api/streams/{render}").json()["url"]

    assert mia.get(url).status_code == 200
    assert ben.get(url).status_code == 403
    assert ben.post(f"/api/streams/{render}").status_code == 404
    assert ben.get(f"/api/renders/{render}").status_code == 404
    assert ben.get("/api/renders").json() == {"items": [], "next": None}
    assert [row["id"] for row in mia.get("/api/renders").json()["items"]] == [render]


def test_a_withdrawn_remix_says_why_it_is_gone(
    market: Kernel, signed_in: Callable[[str], TestClient], publish: Callable[..., str]
) -> None:
    render = publish("mia")
    client = signed_in("mia")
    url = client.post(f"/api/streams/{render}").json()["url"]

    market.consent.set("ada", "refuse", "remix", existing="remove")
    answer = client.get(url.replace("main.m3u8", "aac-0.m4s"))

    assert answer.status_code == 451
    assert "Ada Wren" in answer.json()["detail"]


def test_a_stream_is_told_to_stop_when_its_consent_is_withdrawn(
    market: Kernel, signed_in: Callable[[str], TestClient], publish: Callable[..., str]
) -> None:
    client = signed_in("mia")
    opened = client.post(f"/api/streams/{publish('mia')}").json()
    withdrawing = threading.Timer(
        1.0, lambda: market.consent.set("ada", "refuse", "any", existing="remove")
    )

    began = time.monotonic()
    withdrawing.start()
    answer = client.get(opened["events"])  # which ends with the stream

    assert time.monotonic() - began < 10
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith(": going on")
    assert "event: stop\ndata: " in answer.text
    assert "Ada Wren" in answer.text


def test_events_of_a_stream_are_for_its_listener(signed_in: Callable[[str], TestClient]) -> None:
    opened = signed_in("mia").post("/api/streams/open-road").json()

    answer = signed_in("ben").get(opened["events"])

    assert "event: stop\ndata: this link is not valid for you" in answer.text


def test_the_player_is_served_and_nothing_beside_it(client: TestClient) -> None:
    assert "clearmixStream" in client.get("/assets/stream.js").text
    assert "max-age" in client.get("/assets/hls.light.min.js").headers["cache-control"]
    assert client.get("/assets/app.py").status_code == 404


def test_a_file_may_be_taken_out_only_by_its_maker_and_with_leave(
    market: Kernel, signed_in: Callable[[str], TestClient], publish: Callable[..., str]
) -> None:
    path = f"/api/renders/{publish('mia')}/audio.m4a"
    market.consent.set("ada", "refuse", "any")

    assert signed_in("ben").get(path).status_code == 404
    refused = signed_in("mia").get(path)

    assert refused.status_code == 403
    assert "Ada Wren" in refused.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/stream/1/x/..%2F..%2Fkeys/signing.key", "/stream/1/x/open-road/../../signing.key"]
)
def test_no_path_leads_out_of_the_streams(
    signed_in: Callable[[str], TestClient], path: str
) -> None:
    assert signed_in("mia").get(path).status_code in (403, 404)


def test_a_play_that_is_too_short_is_no_error(signed_in: Callable[[str], TestClient]) -> None:
    client = signed_in("mia")
    token = client.post("/api/streams/open-road").json()["play_token"]

    assert client.post("/plays", json={"play_token": token, "seconds": 3}).status_code == 204


def test_a_play_report_is_checked(signed_in: Callable[[str], TestClient]) -> None:
    client = signed_in("mia")

    made_up = client.post("/plays", json={"play_token": "x", "seconds": 31})
    negative = client.post("/plays", json={"play_token": "x", "seconds": -1})
    more = client.post("/plays", json={"play_token": "x", "seconds": 31, "listener": "ben"})

    assert made_up.status_code == 403
    assert negative.status_code == 422
    assert "seconds" in negative.json()["detail"]
    assert more.status_code == 422
