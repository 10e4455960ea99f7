"""A little market for the rooms that serve: two songs, two listeners, and published remixes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clearmix import Abilities, RemixSpec, hookimpl
from clearmix.audio import read_audio
from clearmix.kernel import Kernel
from clearmix.rendering.encoding import write_m4a
from clearmix.rendering.jobs import job_of, new_row
from clearmix.rendering.models import Job
from clearmix.settings import Settings
from clearmix.storage.tables.rendering import JobRow, RenderRow


class Idle:
    """A generator that is able to do everything and is never run here."""

    id = "idle"
    version = "1"

    def abilities(self) -> Abilities:
        kinds = frozenset({"edit", "remix", "cover"})
        return Abilities(kinds, frozenset(), frozenset(), 600.0, uses_master=True)

    def render(self, spec: Any, source: Any, progress: Any) -> Any:
        raise AssertionError("nothing is rendered in these tests")


class IdlePlugin:
    @hookimpl
    def provide_generators(self, settings: Settings) -> list[Idle]:
        return [Idle()]

    @hookimpl
    def provide_web_app(self, settings: Settings) -> list[Any]:
        return []


DOCUMENT: dict[str, Any] = {
    "format": 1,
    "parties": [
        {"id": "ada", "kind": "artist", "name": "Ada Wren"},
        {"id": "bo", "kind": "artist", "name": "Bo <b>Bold</b>"},
        {"id": "quill", "kind": "writer", "name": "Quill"},
    ],
    "works": [
        {
            "id": "work",
            "title": "Song",
            "shares": [{"party": "quill", "role": "writer", "parts": 100}],
        }
    ],
    "recordings": [
        {
            "id": id,
            "title": title,
            "artists": [artist],
            "work": "work",
            "release_date": "2020-01-01",
            "audio": "song.wav",
            "analysis": {"tempo_bpm": 120, "key": "A minor", "beats": [0.5, 1.0]},
            "shares": [{"party": artist, "role": "featured-artist", "parts": 100}],
        }
        for id, title, artist in (("open-road", "Open Road", "ada"), ("dusky", "Dusky", "bo"))
    ],
    "listeners": [
        {
            "id": id,
            "name": id.capitalize(),
            "tier": "studio",
            "add_ons": ["remix"],
            "territory": "GB",
            "verified": True,
        }
        for id in ("mia", "ben")
    ],
    "logins": [{"user": id, "password": id, "role": "listener"} for id in ("mia", "ben")],
}


@pytest.fixture(scope="session")
def market_home(tmp_path_factory: pytest.TempPathFactory, song: Path) -> Path:
    """A home with two songs, and the listeners `mia` and `ben`: each name is its password."""
    folder = tmp_path_factory.mktemp("market")
    home = folder / "home"
    kernel = Kernel(Settings.from_environment({"CLEARMIX_HOME": str(home)}))
    shutil.copy(song, folder / "song.wav")
    (folder / "catalogue.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    kernel.import_catalogue(folder / "catalogue.json")
    kernel.database.close()
    return home


@pytest.fixture
def market(settings: Settings, market_home: Path) -> Iterator[Kernel]:
    """A kernel on a copy of that home, with a generator that has nothing to hide."""
    shutil.copytree(market_home, settings.home)
    kernel = Kernel(
        replace(settings, generator="idle", workers="apart"), plugins={"idle": IdlePlugin()}
    )
    yield kernel
    kernel.database.close()


@pytest.fixture
def nobody_renders(market: Kernel) -> None:
    """Has what is asked for wait, for no worker starts."""
    market.rendering._workers.ensure = lambda: None


@pytest.fixture
def queue() -> Callable[..., Job]:
    """Has a job wait for a worker, without asking whether its listener's plan holds it."""

    def add(kernel: Kernel, spec: RemixSpec, listener: str, generator: str, decision: int) -> Job:
        row = new_row(spec, listener, generator, decision)
        with kernel.database.session(write=True) as session:
            session.add(row)
        return job_of(row)

    return add


@pytest.fixture(scope="session")
def encoded_song(tmp_path_factory: pytest.TempPathFactory, song: Path) -> Path:
    """The song as a published render has it."""
    path = tmp_path_factory.mktemp("encoded") / "render.m4a"
    write_m4a(path, read_audio(song))
    return path


@pytest.fixture
def publish(market: Kernel, encoded_song: Path) -> Callable[..., str]:
    """Registers a remix of `open-road` for a listener, as publishing does, and returns its id."""

    def register(
        listener: str = "mia",
        id: str = "0123456789abcdef",
        tempo: float = 144.0,
        spec: RemixSpec | None = None,
    ) -> str:
        spec = spec or RemixSpec(sources=("open-road",), tempo={"bpm": tempo})
        cleared = market.decide(spec, listener)
        key = market.store.put(encoded_song, "renders")
        with market.database.session(write=True) as session:
            session.add(
                JobRow(
                    id=f"job-{id}",
                    listener=listener,
                    spec=spec.as_json(),
                    generator="idle",
                    decision=cleared.number,
                    state="published",
                    render=id,
                )
            )
            session.add(
                RenderRow(
                    id=id,
                    job=f"job-{id}",
                    title="Open Road (fast remix)",
                    kind="remix",
                    spec=spec.as_json(),
                    spec_hash=spec.hash,
                    sources=["open-road"],
                    listener=listener,
                    generator="idle",
                    generator_version="1",
                    decision=cleared.number,
                    decision_hash=cleared.decision.hash,
                    label="Made with AI from “Open Road”.",
                    audio_key=key,
                    pcm_sha256="0" * 64,
                    seconds=20.0,
                    lufs=-14.0,
                    true_peak_dbtp=-1.2,
                    measured={"tempo_bpm": tempo},
                    marks=[
                        {"labeler": "mark", "version": "1", "layer": "signal", "confidence": 1.0}
                    ],
                )
            )
        return id

    return register
