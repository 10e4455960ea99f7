"""The service as a whole: what its answers say of sounds, prices and itself."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearmix.discovery.measuring import is_held_out
from clearmix.errors import ClearmixError
from clearmix.kernel import Kernel
from clearmix.service import create_app, serve
from clearmix.storage.tables.marks import CarriedMarkRow


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


def test_a_price_is_that_of_a_song(signed_in: Callable[[str], TestClient]) -> None:
    answer = signed_in("mia").post("/api/quotes", json={"spec": {"sources": []}})
    assert answer.status_code < 500
    assert "Say which song" in answer.json()["help"]


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
