from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearmix.catalogue.models import Login
from clearmix.discovery.measuring import is_held_out
from clearmix.errors import ClearmixError
from clearmix.kernel import Kernel
from clearmix.service import create_app, serve
from clearmix.service.sessions import COOKIE
from clearmix.storage.tables.marks import CarriedMarkRow


@pytest.fixture
def app(market: Kernel) -> FastAPI:
    vars(market)["web_apps"] = {}  # the pages have tests of their own
    return create_app(market)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def signed_in(app: FastAPI) -> Callable[[str], TestClient]:
    def enter(user: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        answer = client.post("/sign-in", data={"user": user, "password": user})
        assert answer.status_code == 303, answer.text
        return client

    return enter


# --- signing in ---------------------------------------------------------------------------------


def test_a_wrong_password_is_answered_in_words_and_sets_no_cookie(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"user": "mia", "password": "guess"})

    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert 'value="mia"' in answer.text
    assert COOKIE not in answer.cookies


def test_what_was_typed_is_shown_again_but_never_as_markup(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"user": '"><script>x</script>', "password": ""})

    assert "<script>x" not in answer.text


def test_the_session_cookie_is_out_of_reach_of_scripts(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"user": "mia", "password": "mia"})

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_cookie_that_was_changed_signs_nobody_in(client: TestClient) -> None:
    client.post("/sign-in", data={"user": "mia", "password": "mia"})
    value = client.cookies[COOKIE]
    client.cookies.clear()
    said, dot, rest = value.partition(".")
    # In the middle: the last character of base64 also holds bits that mean nothing.
    for changed in (
        f"A{value[1:]}",
        f"{said}{dot}{rest[:6]}{'A' if rest[6] != 'A' else 'B'}{rest[7:]}",
    ):
        client.cookies.clear()
        client.cookies.set(COOKIE, changed)
        assert client.get("/api/renders").status_code == 401


def test_signing_out_takes_the_cookie_away(signed_in: Callable[[str], TestClient]) -> None:
    client = signed_in("mia")

    client.post("/sign-out")

    assert client.get("/api/renders").status_code == 401


def test_offered_logins_are_only_shown_where_they_are_asked_for(market: Kernel) -> None:
    vars(market)["web_apps"] = {}
    plain = TestClient(create_app(market)).get("/sign-in").text
    demo = TestClient(create_app(market, offered_logins=[Login("mia", "listener", None)]))

    assert "data-user=" not in plain.replace("[data-user]", "")
    assert 'data-user="mia"' in demo.get("/sign-in").text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/renders"),
        ("get", "/api/renders/0123456789abcdef"),
        ("post", "/api/decisions"),
        ("post", "/api/streams/open-road"),
        ("get", "/stream/1/x/open-road/main.m3u8"),
        ("get", "/stream/1/x/open-road/events"),
        ("post", "/api/previews/0123456789abcdef"),
        ("get", "/api/renders/0123456789abcdef/audio.m4a"),
        ("post", "/plays"),
    ],
)
def test_nothing_is_told_to_who_is_not_signed_in(
    client: TestClient, method: str, path: str
) -> None:
    answer = client.request(method, path, json={} if method == "post" else None)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


# --- streams ------------------------------------------------------------------------------------


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
    assert ben.get(url).status_code == 404
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


def test_a_feed_holds_one_lane_and_says_nothing_of_the_holdout(
    signed_in: Callable[[str], TestClient],
) -> None:
    answer = signed_in("mia").get("/api/feeds/originals").json()

    assert [entry["item"] for entry in answer["entries"]] == ["dusky", "open-road"]
    assert set(answer) == {"lane", "entries"}
    assert signed_in("mia").get("/api/feeds/mixed").status_code == 422


BY_PEOPLE = {"class": "human-made", "badge": "Human-made", "sentence": "Made by people."}


def test_every_answer_that_names_a_sound_says_how_it_is_shown(
    market: Kernel, signed_in: Callable[[str], TestClient], publish: Callable[..., str]
) -> None:
    render = publish("ben")
    assert market.delivery.items.share(render, "ben").decision.permitted
    ben = signed_in("ben")
    label = ben.get(f"/api/renders/{render}").json()["label"]
    remix = {"class": "listener-ai", "badge": "AI-made", "sentence": label}

    listed = ben.get("/api/recordings").json()["items"]
    assert [row["display"] for row in listed] == [BY_PEOPLE, BY_PEOPLE]
    assert ben.get("/api/recordings/open-road").json()["display"] == BY_PEOPLE
    originals = ben.get("/api/feeds/originals").json()["entries"]
    assert [entry["display"] for entry in originals] == [BY_PEOPLE, BY_PEOPLE]
    shown = next(user for user in ("mia", "ben") if not is_held_out(user))
    (shared,) = signed_in(shown).get("/api/feeds/listener").json()["entries"]
    assert shared["display"] == remix
    for item, display in (("open-road", BY_PEOPLE), (render, remix)):
        opened = ben.post(f"/api/streams/{item}").json()
        assert (opened["made_by"], opened["badge"]) == (display["class"], display["badge"])
        assert opened["sentence"] == display["sentence"]


def test_a_recording_whose_file_discloses_ai_is_shown_so_in_lists_too(
    market: Kernel, signed_in: Callable[[str], TestClient]
) -> None:
    row = CarriedMarkRow(
        recording="dusky", labeler="tags", layer="file", ai_made=True, confidence=0.5, fields={}
    )
    with market.database.session(write=True) as session:
        session.add(row)
    for path, key in (("/api/recordings", "items"), ("/api/feeds/originals", "entries")):
        found = signed_in("mia").get(path).json()[key]
        shown = {row.get("id") or row["item"]: row["display"]["badge"] for row in found}
        assert shown == {"dusky": "Made with AI", "open-road": "Human-made"}


def test_the_description_says_how_sounds_are_shown(
    signed_in: Callable[[str], TestClient],
) -> None:
    said = signed_in("mia").get("/openapi.json").json()["components"]["schemas"]
    assert set(said["DisplayShown"]["properties"]) == {"class", "badge", "sentence"}
    for name in ("EntryShown", "RecordingShown", "RenderShown"):
        assert "display" in said[name]["required"], name
    assert {"made_by", "badge", "sentence"} <= set(said["StreamShown"]["required"])


def test_a_price_is_said_before_anything_is_made(signed_in: Callable[[str], TestClient]) -> None:
    answer = signed_in("mia").post("/api/quotes", json={"spec": {"sources": ["open-road"]}}).json()

    assert (answer["amount_micro"], answer["currency"]) == (0, "GBP")


@pytest.mark.parametrize(
    "path", ["/stream/1/x/..%2F..%2Fkeys/signing.key", "/stream/1/x/open-road/../../signing.key"]
)
def test_no_path_leads_out_of_the_streams(
    signed_in: Callable[[str], TestClient], path: str
) -> None:
    assert signed_in("mia").get(path).status_code in (403, 404)


# --- plays and the rest -------------------------------------------------------------------------


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


def test_a_decision_is_asked_for_without_making_anything(
    market: Kernel, signed_in: Callable[[str], TestClient]
) -> None:
    answer = signed_in("mia").post(
        "/api/decisions", json={"spec": {"sources": ["open-road"], "styles": ["house"]}}
    )

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "permitted"
    assert market.rendering.renders("mia") == ()


def test_a_wrong_spec_is_explained(signed_in: Callable[[str], TestClient]) -> None:
    answer = signed_in("mia").post(
        "/api/decisions", json={"spec": {"sources": ["open-road"], "era": "80z"}}
    )

    assert answer.status_code == 422
    assert "80z" in answer.json()["detail"]


def test_every_answer_forbids_outside_requests(client: TestClient) -> None:
    for path in ("/sign-in", "/healthz", "/no-such-page", "/api/renders"):
        assert "default-src 'self'" in client.get(path).headers["content-security-policy"]


def test_health_tells_what_there_is(client: TestClient) -> None:
    answer = client.get("/healthz").json()

    assert answer["ok"] is True
    assert answer["recordings"] == 2


def test_a_port_that_is_taken_is_named_with_a_remedy(market: Kernel) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ClearmixError, match=f"cannot serve at 127.0.0.1:{port}") as caught:
            serve(market, port=port)

    assert f"--port {port + 1}" in caught.value.help


def test_whoever_signs_in_goes_on_to_the_page_they_came_for(client: TestClient) -> None:
    page = client.get("/sign-in", params={"next": "/app/?hear=1"}).text
    answer = client.post(
        "/sign-in", data={"user": "mia", "password": "mia", "next": "/app/?hear=1"}
    )

    assert 'name="next" value="/app/?hear=1"' in page
    assert answer.headers["location"] == "/app/?hear=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere", "//elsewhere", "/\\elsewhere", "javascript:alert(1)", ""]
)
def test_no_sign_in_leads_to_another_service(client: TestClient, elsewhere: str) -> None:
    answer = client.post("/sign-in", data={"user": "mia", "password": "mia", "next": elsewhere})

    assert answer.headers["location"] == "/"


def test_pages_are_served_by_one_process(market: Kernel) -> None:
    with pytest.raises(ClearmixError, match="pages are served by one process, not by 2") as caught:
        serve(market, processes=2)

    assert "--no-pages" in caught.value.help


def test_without_pages_there_are_streams_and_api_only(market: Kernel) -> None:
    class Page:
        id, path = "page", "/app"

        def mount(self, app: FastAPI, kernel: Kernel) -> None:
            raise AssertionError("no page is wanted")

    vars(market)["web_apps"] = {"page": Page()}

    client = TestClient(create_app(market, pages=False), follow_redirects=False)

    assert client.get("/").headers["location"] == "/healthz"
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/me").status_code == 401
