"""The shortest way to a piece of a stream: it answers what the route would have answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from clearmix.kernel import Kernel
from clearmix.service.at_once import AtOnce

SAME = ("content-type", "content-length", "cache-control", "content-security-policy")


async def _passed_on(self: AtOnce, scope: Scope, receive: Receive, send: Send) -> None:
    await self._app(scope, receive, send)


@pytest.fixture
def asked(
    app: FastAPI, market: Kernel, publish: Callable[..., str], token: Callable[..., dict[str, str]]
) -> list[tuple[str, dict[str, str]]]:
    """Paths of files of streams, good and bad, with the headers that they are asked for with."""
    sessions = app.state.sessions

    def signed_in(user: str) -> dict[str, str]:
        return {"Cookie": f"clearmix_session={sessions.cookie(user)}"}

    def folder(item: str) -> str:
        link, _ = market.delivery.play(item, "mia")
        return link.url_path.rpartition("/")[0]

    song, taken, private = folder("open-road"), publish("mia", "0" * 16), publish("mia", "1" * 16)
    gone, own = folder(taken), folder(private)
    market.delivery.items.share(taken, "mia")
    market.rendering.remove(taken, by="ada", because="no")
    _, kind, expires, signed, listening = song.split("/")
    mia = signed_in("mia")
    files = ("main.m3u8", "aac.m3u8", "opus.m3u8", "aac-init.mp4", "aac-00000.m4s", "opus-0.m4s")
    bad = ("aac-99999.m4s", "mp3.m3u8", "aac-.m4s", "..", "key.pem", "%2e%2e%2fkeys", "events.m3u8")
    return [
        *((f"{beside}/{file}", mia) for beside in (song, own) for file in (*files, *bad)),
        (f"{gone}/main.m3u8", mia),
        (f"{own}/main.m3u8", signed_in("ben")),
        (f"{own}/main.m3u8", {}),
        (f"{own}/main.m3u8", {"Cookie": "clearmix_session=made.up"}),
        (f"{own}/main.m3u8", signed_in("nobody")),
        (f"{own}/main.m3u8", {"Authorization": "Bearer nonsense"}),
        (f"{own}/main.m3u8", token("mia", "listen")),
        (f"{own}/main.m3u8", token("ada", "earnings")),
        (f"/{kind}/{int(expires) + 1}/{signed}/{listening}/main.m3u8", mia),
        (f"/{kind}/0/{signed}/{listening}/main.m3u8", mia),
        (f"/{kind}/soon/{signed}/{listening}/main.m3u8", mia),
        (f"/{kind}/{expires}/{signed}/{'0' * 16}/main.m3u8", mia),
    ]


def test_the_shortest_way_answers_what_the_route_answers(
    app: FastAPI,
    asked: list[tuple[str, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers() -> list[tuple[object, ...]]:
        client = TestClient(app, follow_redirects=False)
        found = [client.get(path, headers=headers) for path, headers in asked]
        return [
            (path, one.status_code, one.content, *(one.headers.get(name) for name in SAME))
            for (path, _), one in zip(asked, found, strict=True)
        ]

    at_once = answers()
    monkeypatch.setattr(AtOnce, "__call__", _passed_on)

    assert at_once == answers()
    assert {status for _, status, *_ in at_once} >= {200, 401, 403, 404, 451}


def test_what_is_answered_at_once_never_meets_the_route(
    app: FastAPI, signed_in: Callable[[str], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("mia")
    url = client.post("/api/streams/open-road").json()["url"]
    client.get(url)
    client.get(f"{url.rpartition('/')[0]}/aac.m3u8")  # encoded now, so that it lies ready

    async def met(*_: object) -> None:
        raise AssertionError("it went the long way")

    monkeypatch.setattr("clearmix.service.admission.Admission.__call__", met)

    answer = client.get(f"{url.rpartition('/')[0]}/aac-0.m4s")

    assert answer.status_code == 200
    assert "X-Request-Id" in answer.headers


def test_it_is_counted_under_the_path_of_the_route(
    app: FastAPI, signed_in: Callable[[str], TestClient]
) -> None:
    client = signed_in("mia")
    url = client.post("/api/streams/open-road").json()["url"]
    client.get(url)

    lines = list(app.state.answers.lines())

    route = 'route="/stream/{expires}/{signed}/{listening}/{file}"'
    assert any(route in line and 'status="200"' in line for line in lines)
    assert not any(url in line for line in lines)
