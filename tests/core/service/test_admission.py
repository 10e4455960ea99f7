"""Who comes in, from where, with how much, and how often a password may be guessed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearmix.access.wrong_passwords import FAILURE_SECONDS, MOST_FAILURES
from clearmix.kernel import Kernel
from clearmix.service import admission, create_app
from clearmix.service.sessions import COOKIE, Sessions
from clearmix.storage.tables.catalogue import LoginRow

WISH = {"spec": {"sources": ["open-road"]}}


# --- sessions and tokens ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "public_url", "secure"),
    [("http", None, False), ("https", None, True), ("http", "https://songs.example", True)],
)
def test_the_session_cookie_is_for_us_alone(
    app: FastAPI, market: Kernel, with_settings, scheme: str, public_url: str | None, secure: bool
) -> None:
    market.settings = with_settings(public_url=public_url)
    client = TestClient(app, base_url=f"{scheme}://testserver", follow_redirects=False)
    answer = client.post("/sign-in", data={"user": "mia", "password": "mia"})
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) is secure
    assert not any(flag.startswith("domain") for flag in flags)


def test_the_session_of_a_log_in_that_is_gone_opens_nothing(
    market: Kernel, signed_in: Callable[[str], TestClient]
) -> None:
    client = signed_in("mia")
    assert client.get("/api/me").status_code == 200
    with market.database.session(write=True) as session:
        session.delete(session.get(LoginRow, "mia"))
    assert client.get("/api/me").status_code == 401


def test_a_copy_of_a_cookie_opens_nothing_once_its_owner_has_signed_out(
    app: FastAPI, signed_in: Callable[[str], TestClient]
) -> None:
    mia, elsewhere = signed_in("mia"), signed_in("mia")
    copied = TestClient(app, cookies=dict(mia.cookies))
    assert copied.get("/api/me").status_code == 200

    assert mia.post("/sign-out").headers["location"] == "/sign-in"

    assert copied.get("/api/me").status_code == 401
    assert elsewhere.get("/api/me").status_code == 200
    assert copied.post("/sign-out").status_code == 200  # which leads to where one signs in


def test_a_cookie_of_another_shape_opens_nothing(app: FastAPI, market: Kernel) -> None:
    signs = Sessions(market.settings.keys)._serializer
    for said in ("mia", ["mia"], [], {"user": "mia"}, 7):
        client = TestClient(app, cookies={COOKIE: str(signs.dumps(said))})
        assert client.get("/api/me").status_code == 401


def test_a_token_that_is_not_valid_is_not_made_good_by_a_session(
    signed_in: Callable[[str], TestClient],
) -> None:
    answer = signed_in("mia").get("/api/me", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "not valid any more" in answer.json()["detail"]


def test_a_token_makes_no_tokens(
    calls: Callable[..., TestClient], signed_in: Callable[[str], TestClient]
) -> None:
    refused = calls("mia").post("/api/tokens", json={})
    made = signed_in("mia").post("/api/tokens", json={"name": "script", "days": 7})
    assert refused.status_code == 403
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    listed = signed_in("mia").get("/api/tokens").json()["items"]
    assert {one["name"] for one in listed} == {"script", ""}
    assert made.json()["secret"] not in str(listed)


# --- from another page --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "https://songs.example"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "http://testserver:8080"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
    ],
)
@pytest.mark.parametrize("path", ["/api/decisions", "/plays", "/sign-in", "/sign-out"])
def test_another_sites_page_changes_nothing_with_a_listeners_cookie(
    market: Kernel,
    with_settings,
    signed_in: Callable[[str], TestClient],
    headers: dict[str, str],
    let_in: bool,
    path: str,
) -> None:
    market.settings = with_settings(public_url="https://songs.example", generator="idle")
    answer = signed_in("mia").post(path, json=WISH, headers=headers)
    assert (answer.status_code != 403) is let_in
    if not let_in:
        assert answer.json()["title"] == "From another page"


def test_reading_from_elsewhere_and_writing_with_a_token_go_on(
    signed_in: Callable[[str], TestClient], calls: Callable[..., TestClient]
) -> None:
    elsewhere = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert signed_in("mia").get("/api/me", headers=elsewhere).status_code == 200
    assert calls("mia").post("/api/decisions", json=WISH, headers=elsewhere).status_code == 200


def test_no_answer_lets_another_sites_page_read_it(calls: Callable[..., TestClient]) -> None:
    answer = calls("mia").get("/api/me", headers={"Origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


# --- bodies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/decisions", "/api/recordings", "/sign-in", "/plays"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused_while_it_comes(
    calls: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, path: str, declared: bool
) -> None:
    monkeypatch.setitem(admission.UPLOADS, "/api/recordings", 2**20)
    sent = []

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        for number in range(64):
            sent.append(number)
            yield bytes(2**16)

    type = "application/x-www-form-urlencoded" if path == "/sign-in" else "application/json"
    type = "multipart/form-data; boundary=x" if path == "/api/recordings" else type
    answer = calls("ops").post(
        path,
        content=bytes(2**21) if declared else body(),
        headers={"Content-Type": type},
    )
    assert answer.status_code == 413, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "1024 KB" in answer.json()["detail"]


def test_nobodys_upload_is_not_even_read(app: FastAPI) -> None:
    import asyncio

    async def answered() -> tuple[int, int]:
        read, status = 0, 0

        async def receive() -> dict:
            nonlocal read
            read += 1
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message: dict) -> None:
            nonlocal status
            status = message.get("status", status)

        scope = {
            "type": "http", "method": "POST", "path": "/api/recordings", "raw_path": b"",
            "query_string": b"", "headers": [], "http_version": "1.1", "scheme": "http",
            "client": ("1.2.3.4", 1), "server": ("testserver", 80), "root_path": "",
        }  # fmt: skip
        await app(scope, receive, send)
        return status, read

    assert asyncio.run(answered()) == (401, 0)


# --- guessing -----------------------------------------------------------------------------------


def test_guessing_a_password_has_to_wait_and_so_does_the_right_one(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_FAILURES, "name", 2)
    client = TestClient(app, follow_redirects=False)
    statuses = [
        client.post("/sign-in", data={"user": "mia", "password": "guess"}).status_code
        for _ in range(3)
    ]
    right = client.post("/sign-in", data={"user": "mia", "password": "mia"})
    other = client.post("/sign-in", data={"user": "ben", "password": "ben"})
    assert statuses == [401, 401, 429]
    assert right.status_code == 429
    assert 0 < int(right.headers["retry-after"]) <= FAILURE_SECONDS
    assert "Try again in 5 min." in right.text
    assert other.status_code == 303


# --- what is told -------------------------------------------------------------------------------


def test_when_we_are_at_fault_nothing_is_told_but_that(
    market: Kernel, app: FastAPI, token: Callable[..., dict[str, str]], caplog
) -> None:
    def breaks(*given: object, **named: object) -> None:
        raise RuntimeError("secret-of-the-house")

    vars(market)["decide"] = breaks
    client = TestClient(app, raise_server_exceptions=False, headers=token("mia"))
    answer = client.post("/api/decisions", json=WISH)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret-of-the-house" not in answer.text
    assert "Traceback" not in answer.text
    assert "POST /api/decisions failed" in caplog.text


def test_no_place_on_this_machine_and_no_address_of_the_database_is_told(
    market: Kernel, app: FastAPI, token: Callable[..., dict[str, str]]
) -> None:
    from clearmix.errors import StorageError

    def breaks(*given: object, **named: object) -> None:
        raise StorageError("locked", help="try again", place="postgresql://u:hunter2@db/x")

    vars(market)["decide"] = breaks
    answer = TestClient(app, headers=token("mia")).post("/api/decisions", json=WISH)
    assert answer.status_code == 503
    assert "hunter2" not in answer.text
    assert "place" not in answer.json()


def test_no_secret_is_logged(
    market: Kernel, app: FastAPI, calls: Callable[..., TestClient], caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    client.post("/sign-in", data={"user": "mia", "password": "wrong-hunter2"})
    client.post("/sign-in", data={"user": "mia", "password": "mia"})
    cookie = client.cookies[COOKIE]
    made = client.post("/api/tokens", json={}).json()["secret"]
    url = client.post("/api/streams/open-road").json()["url"]
    vars(market.delivery)["open"] = None  # so that it breaks, and is logged
    broken = client.get(url)
    assert broken.status_code == 500
    # httpx is the client of these tests, and logs what it asks for.
    told = [row for row in caplog.records if not row.name.startswith("httpx")]
    text = "\n".join(logging.Formatter().format(row) for row in told)
    assert "failed" in text
    for secret in ("hunter2", cookie, made, made.rpartition("_")[2], url.split("/")[3]):
        assert secret not in text


def test_pages_are_for_sessions_and_not_for_tokens(market: Kernel) -> None:
    class Page:
        id, version, path = "page", "1", "/page"

        def mount(self, app: FastAPI, kernel: object) -> None:
            app.add_api_route("/page/queue", lambda: "inside")

    vars(market)["web_apps"] = {"page": Page()}
    app = create_app(market)
    secret, _ = market.tokens.create("mia")
    by_token = TestClient(app).get("/page/queue", headers={"Authorization": f"Bearer {secret}"})
    cookies = {COOKIE: app.state.sessions.cookie("mia")}
    assert by_token.status_code == 401
    assert TestClient(app, cookies=cookies).get("/page/queue").text == '"inside"'


def test_somebody_who_follows_a_link_signs_in_first_and_a_program_reads_why_not(
    app: FastAPI,
) -> None:
    client, link = TestClient(app), "/remix/00ff?at=3"
    browser = {"accept": "text/html,application/xhtml+xml"}

    answer = client.get(link, headers=browser, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fremix%2F00ff%3Fat%3D3"
    assert client.get(link).status_code == 401
    assert client.post("/plays", headers=browser).status_code == 401
    by_token = browser | {"Authorization": "Bearer nonsense"}
    assert client.get(link, headers=by_token).status_code == 401
