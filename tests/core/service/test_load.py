"""Many listeners at once, and a server that is killed under them; figures are printed, not judged.

`CLEARMIX_CI=full` asks for a thousand streams and a hundred chats.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
import uvloop
from sqlmodel import select
from tests.core.service.wire import Answer, Wire

from clearmix.audio import Audio, read_audio
from clearmix.kernel import Kernel
from clearmix.rendering.encoding import write_m4a
from clearmix.service.sessions import COOKIE, Sessions
from clearmix.settings import Settings
from clearmix.storage.tables.catalogue import ListenerRow, LoginRow
from clearmix.storage.tables.delivery import ListeningRow
from clearmix.storage.tables.rendering import RenderRow, SharedRow

pytestmark = pytest.mark.faults

FULL = os.environ.get("CLEARMIX_CI") == "full"
STREAMS, CHATS = (1000, 100) if FULL else (200, 20)
PRESSING_SECONDS = 100.0 if FULL else 10.0
"""The time in which they all press play, one after the other; who plays, plays on meanwhile."""

BUFFERED = 3
"""Segments that a player asks for at once; then one each time that one has been played."""

RENDER = "0123456789abcdef"


class Server:
    """A service in a process of its own."""

    def __init__(self, settings: Settings, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        own = {"CLEARMIX_WORKERS": "apart", "CLEARMIX_GENERATOR": "studio"}
        self._environ = os.environ | settings.as_environment() | own
        self._options = options
        self._log = settings.home / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and comes back when it is ready."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "clearmix", "serve",
                    "--port", str(self._port), *self._options,
                ],
                env=self._environ, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=20).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.said())

    def kill(self) -> None:
        """Ends it as a crash would; what it had begun ends by itself, and the port is free."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) != 0:
                    return
            time.sleep(0.05)
        raise AssertionError("it is dead, and still answers")

    def said(self) -> str:
        """Its log."""
        return self._log.read_text()


PROCESSES = ("--no-pages", "--processes", "2")


@pytest.fixture
def options() -> tuple[str, ...]:
    """How the service is started."""
    return ()


@pytest.fixture
def server(
    market: Kernel, publish: Callable[..., str], options: tuple[str, ...]
) -> Iterator[Server]:
    """A service whose listeners `l0`, `l1`... hear a remix that Mia shares."""
    publish("mia", RENDER)
    with market.database.session(write=True) as session:
        for number in range(max(STREAMS, CHATS)):
            session.add(LoginRow(user=f"l{number}", password="$", role="listener"))
            session.add(
                ListenerRow(
                    id=f"l{number}", name=f"Secret Name {number}", tier="studio",
                    add_ons=["remix"], territory="GB", verified=True,
                )
            )  # fmt: skip
        decision = session.get(RenderRow, RENDER).decision
        session.add(SharedRow(render=RENDER, decision=decision))
    made = Server(market.settings, *options)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def encoded_song(tmp_path_factory: pytest.TempPathFactory, song: Path) -> Path:
    """A render of the song that plays on for as long as somebody has not pressed play."""
    short = read_audio(song)
    times = int(np.ceil((PRESSING_SECONDS + 40) / short.seconds))
    path = tmp_path_factory.mktemp("long") / "render.m4a"
    write_m4a(path, Audio(np.tile(short.samples, times), short.rate))
    return path


@contextmanager
def as_listener(server: Server, keys: Path, id: str) -> Iterator[httpx.Client]:
    cookies = {COOKIE: Sessions(keys).cookie(id)}
    with httpx.Client(base_url=server.url, cookies=cookies, timeout=120) as client:
        yield client


@pytest.mark.parametrize("options", [(), PROCESSES], ids=["one process", "two processes"])
def test_many_stream_and_chat_at_once_until_the_artist_says_no(
    server: Server,
    market: Kernel,
    options: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    seconds: dict[str, list[float]] = {}
    sessions = Sessions(market.settings.keys)
    asked = {"spec": {"sources": ["open-road"], "tempo": {"bpm": 140}}}

    async def call(wire: Wire, what: str, method: str, url: str, body: object = None) -> Answer:
        began = time.monotonic()
        answer = await wire.ask(method, url, body)
        seconds.setdefault(what, []).append(time.monotonic() - began)
        return answer

    async def listen(
        wire: Wire, number: int, everybody_hears: asyncio.Event
    ) -> tuple[list[int], str]:
        await asyncio.sleep(number * PRESSING_SECONDS / STREAMS)
        opened = await call(wire, "open", "POST", f"/api/streams/{RENDER}")
        statuses = [opened.status]
        url = opened.json()["url"]
        folder = url.rpartition("/")[0]
        main = await call(wire, "playlist", "GET", url)
        names = [line for line in main.text.splitlines() if line and not line.startswith("#")]
        media = await call(wire, "playlist", "GET", f"{folder}/{names[0]}")
        pieces = [line for line in media.text.splitlines() if line and not line.startswith("#")]
        seconds = max(float(found) for found in re.findall(r"#EXTINF:([0-9.]+)", media.text))
        statuses += [main.status, media.status]
        for place, piece in enumerate(pieces):
            if place >= BUFFERED:
                if number == STREAMS - 1:
                    everybody_hears.set()
                if everybody_hears.is_set():
                    break
                await asyncio.sleep(seconds)
            sent = await call(wire, "segment", "GET", f"{folder}/{piece}")
            statuses.append(sent.status)
        return statuses, f"{folder}/{pieces[0]}"

    async def chat(wire: Wire, number: int, everybody_hears: asyncio.Event) -> list[int]:
        await asyncio.sleep(number * 3 / CHATS)
        statuses = []
        while not everybody_hears.is_set():
            for method, url, body in (
                ("POST", "/api/decisions", asked),
                ("POST", "/api/quotes", asked),
                ("GET", "/api/feeds/listener", None),
            ):
                answer = await call(wire, "api", method, url, body)
                statuses.append(answer.status)
            await asyncio.sleep(3)  # an answer is read before more is asked for
        return statuses

    async def everybody() -> None:
        # A connection for each listener, and another for each chat.
        streaming, chatting = (
            [Wire(server.url, f"{COOKIE}={sessions.cookie(f'l{n}')}") for n in range(count)]
            for count in (STREAMS, CHATS)
        )
        hears = [asyncio.Event()] * STREAMS  # one that all of them know
        streams = asyncio.gather(*map(listen, streaming, range(STREAMS), hears))
        chats = asyncio.gather(*map(chat, chatting, range(CHATS), hears))
        heard, answered = await streams, await chats
        assert {status for statuses, _ in heard for status in statuses} == {200}
        assert {status for statuses in answered for status in statuses} == {200}
        market.consent.set("ada", "refuse", "any", existing="remove")
        after = await asyncio.gather(
            *(
                call(wire, "refused", "GET", url)
                for wire, (_, url) in zip(streaming, heard, strict=True)
            )
        )
        assert {answer.status for answer in after} == {451}
        assert not any(b"ftyp" in answer.content for answer in after)
        for wire in (*streaming, *chatting):
            wire.close()

    uvloop.run(everybody())

    with market.database.session() as session:
        assert len(session.exec(select(ListeningRow)).all()) >= STREAMS
    assert "Secret Name" not in server.said()
    with capsys.disabled():
        cores = os.cpu_count()
        print(f"\n{STREAMS} streams and {CHATS} chats on {cores} cores {' '.join(options)}")
        for what, taken in seconds.items():
            p50, p95 = np.percentile(taken, [50, 95]) * 1000
            print(f"  {what}: {len(taken)} calls, p50 {p50:.0f} ms, p95 {p95:.0f} ms")


@pytest.mark.parametrize("options", [(), PROCESSES], ids=["one process", "two processes"])
def test_every_link_that_a_killed_server_gave_out_plays_on_another(
    server: Server, market: Kernel
) -> None:
    keys = market.settings.keys

    def press_play(number: int) -> str | None:
        with as_listener(server, keys, f"l{number}") as client:
            try:
                answer = client.post(f"/api/streams/{RENDER}")
            except httpx.TransportError:
                return None  # killed before it answered: the player asks again
            if answer.status_code == 503:
                return None  # ending, after its parent was killed
            return str(answer.json()["url"])

    with ThreadPoolExecutor(20) as threads:
        asked = [threads.submit(press_play, number) for number in range(100)]
        while not any(one.done() for one in asked):
            time.sleep(0.01)
        server.kill()
        links = {number: url for number, one in enumerate(asked) if (url := one.result())}
    server.start()

    assert links
    for number, url in links.items():
        with as_listener(server, keys, f"l{number}") as client:
            assert client.get(url).status_code == 200
    assert market.clearance.log.verify().broken is None
