"""What takes seconds is worked on apart, and quick answers do not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clearmix.rendering.renditions import Renditions
from clearmix.service.threads import QUICK_THREADS, SLOW_THREADS, few_threads, slow


def test_quick_answers_come_while_slow_ones_are_worked_on() -> None:
    app, go_on = FastAPI(lifespan=few_threads), threading.Event()
    at_work: list[str] = []

    @app.get("/slow/{name}")
    @slow
    def take_long(name: str) -> str:
        at_work.append(name)
        go_on.wait(30)
        return name

    @app.get("/quick")
    def quick() -> str:
        return "quick"

    count = SLOW_THREADS + QUICK_THREADS + 1
    with TestClient(app) as client, ThreadPoolExecutor(count) as threads:
        asked = [threads.submit(client.get, f"/slow/{number}") for number in range(count)]
        try:
            while len(at_work) < SLOW_THREADS:
                pass
            assert client.get("/quick").json() == "quick"
            assert len(at_work) == SLOW_THREADS
        finally:
            go_on.set()
        assert sorted(int(one.result().json()) for one in asked) == list(range(count))


def test_first_plays_that_are_encoded_hold_up_nobody(
    app: FastAPI, token: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, go_on, at_work = Renditions.of_master, threading.Event(), []

    def take_long(self: Renditions, audio_key: str, codec: str) -> object:
        at_work.append(codec)
        assert go_on.wait(20), "nobody was answered meanwhile"
        return encode(self, audio_key, codec)

    monkeypatch.setattr(Renditions, "of_master", take_long)
    with (
        TestClient(app, headers=token("mia")) as client,
        ThreadPoolExecutor(QUICK_THREADS) as threads,
    ):
        folder = client.post("/api/streams/open-road").json()["url"].rpartition("/")[0]
        asked = [threads.submit(client.get, f"{folder}/aac.m3u8") for _ in range(QUICK_THREADS)]
        try:
            while len(at_work) < QUICK_THREADS:
                pass
            assert client.get("/api/me").status_code == 200
        finally:
            go_on.set()
        assert {one.result().status_code for one in asked} == {200}
