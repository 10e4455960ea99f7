"""Signing in and out, and what whoever is not signed in is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearmix.catalogue.models import Login
from clearmix.kernel import Kernel
from clearmix.service import create_app
from clearmix.service.sessions import COOKIE


@pytest.fixture
def signed_in(app: FastAPI) -> Callable[[str], TestClient]:
    def enter(user: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        answer = client.post("/sign-in", data={"user": user, "password": user})
        assert answer.status_code == 303, answer.text
        return client

    return enter


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


def test_signing_out_everywhere_ends_every_session_that_has_begun(
    app: FastAPI, signed_in: Callable[[str], TestClient]
) -> None:
    here, phone, other = signed_in("mia"), signed_in("mia"), signed_in("ben")

    here.post("/sign-out", data={"everywhere": "yes"})

    assert here.get("/api/me").status_code == 401
    assert phone.get("/api/me").status_code == 401
    assert "Sign in to" in phone.get("/sign-in").text, "it leads to the form, not round in a circle"
    assert other.get("/api/me").status_code == 200
    again = TestClient(app)
    again.post("/sign-in", data={"user": "mia", "password": "mia"})
    assert again.get("/api/me").status_code == 200
    phone.post("/sign-out", data={"everywhere": "yes"})
    assert again.get("/api/me").status_code == 200, "an ended session ends no other"


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
