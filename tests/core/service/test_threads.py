"""What takes seconds is worked on apart, and quick answers do not wait for it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from fastapi.testclient import TestClient

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
