"""A real service with a real worker in processes of their own, and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest

from clearmix.audio import Audio, write_wav
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix_demo.catalogue import write_document

SONG_SECONDS = 24.0
"""Length of the sound that stands for every song: the pages are tested, not the music."""

RUN = "from clearmix.cli import main; main()"
"""What the `clearmix` command runs."""

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)


@dataclass(frozen=True)
class Service:
    """A running service and its kernel's settings."""

    url: str
    settings: Settings


def beats(tempo_bpm: float) -> list[float]:
    return [round(beat, 4) for beat in np.arange(0.0, SONG_SECONDS, 60 / tempo_bpm)]


def sound(tempo_bpm: float, seconds: float = SONG_SECONDS) -> Audio:
    """Four chords in turn with a click on every beat."""
    rate = 44_100
    time_seconds = np.arange(round(seconds * rate)) / rate
    beat = time_seconds * tempo_bpm / 60
    roots = np.array([220.0, 174.61, 196.0, 164.81])[(beat // 4).astype(int) % 4]
    phase = np.cumsum(roots) / rate * 2 * np.pi
    chord = sum(np.sin(ratio * phase) for ratio in (1.0, 1.25, 1.5)) * 0.08
    swell = 0.55 + 0.45 * np.sin(time_seconds / SONG_SECONDS * 9.0) ** 2
    click = np.random.default_rng(1).standard_normal(beat.size) * np.exp(-(beat % 1) * 30) * 0.25
    mono = (swell * (chord + click)).astype(np.float32)
    return Audio(np.stack([mono, mono]), rate)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The people, rules and consents of the example catalogue, each song with a short sound.

    Each module has its own: what one answers or puts in force, no other may find.
    """
    return house(tmp_path_factory, SONG_SECONDS)


def house(tmp_path_factory: pytest.TempPathFactory, seconds: float) -> Settings:
    """The settings of a home with the example catalogue, each song with one sound of a length."""
    folder = tmp_path_factory.mktemp("catalogue")
    write_document(folder)
    document = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    write_wav(folder / "sound.wav", sound(96.0, seconds))
    for row in document["recordings"]:
        tempo = 96.0 if row["id"] == "greensleeves" else row["analysis"]["tempo_bpm"]
        row["audio"], row["stems"] = "sound.wav", {}
        row["analysis"] = {
            "tempo_bpm": tempo,
            "key": row["analysis"]["key"],
            "beats": beats(tempo),
            "downbeats": beats(tempo)[::4],
        }
    document["plays"], document["earlier_plays"] = None, []
    (folder / "catalogue.json").write_text(json.dumps(document), encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    settings = Settings.from_environment({"CLEARMIX_HOME": str(home), "CLEARMIX_SCORES": "asked"})
    kernel = Kernel(settings)
    kernel.import_catalogue(folder / "catalogue.json")
    kernel.database.close()
    return settings


@pytest.fixture(scope="module")
def example(prepared: Settings) -> Iterator[Kernel]:
    """A kernel on the prepared catalogue, for what needs neither a service nor a browser."""
    kernel = Kernel(prepared)
    yield kernel
    kernel.database.close()


@pytest.fixture(scope="module")
def service(prepared: Settings) -> Iterator[Service]:
    """`clearmix serve` on a free port, stopped with its worker at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = prepared.home / "serve.log"
    with log.open("w") as opened:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, "serve", "--port", str(port)],
            env=os.environ | prepared.as_environment(),
            stdout=opened,
            stderr=opened,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, process, log)
        yield Service(url, prepared)
    finally:
        process.terminate()
        process.wait(20)
        _stop_worker(prepared.home / "worker.lock")
        shutil.rmtree(prepared.home, ignore_errors=True)


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, f"the service stopped:\n{log.read_text()}"
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/healthz", timeout=20).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"the service did not come up:\n{log.read_text()}")


def _stop_worker(lock: Path) -> None:
    with suppress(FileNotFoundError, ValueError, ProcessLookupError):
        os.kill(int(lock.read_text()), signal.SIGTERM)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Debian's Chromium; without it the test is skipped, but not in continuous integration."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        how = "no Chromium: apt-get install chromium (or another that is on the PATH)"
        if os.environ.get("CI") or os.environ.get("CLEARMIX_CI"):
            pytest.fail(how)
        pytest.skip(how)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()
