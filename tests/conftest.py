"""Fixtures that many rooms use: a private home, a kernel on it, and a small song."""

from __future__ import annotations

import dataclasses
import itertools
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import postgres_server
import pytest

from clearmix.audio import Audio, write_wav
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix.storage.database import Database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose state lives and dies with the test."""
    return Settings.from_environment({"CLEARMIX_HOME": str(tmp_path / "home")})


@pytest.fixture
def kernel(settings: Settings) -> Iterator[Kernel]:
    """A kernel with the installed plugins on a private home."""
    kernel = Kernel(settings)
    yield kernel
    if "database" in vars(kernel):
        kernel.database.close()


@pytest.fixture
def with_settings(settings: Settings):
    """Makes settings that differ in some values."""
    return lambda **values: dataclasses.replace(settings, **values)


def clicks_and_chords(*, tempo_bpm: float, seconds: float, rate: int = 44100) -> Audio:
    """A minor chord with a drum-like click on every beat, the first one at 0.5 s."""
    time = np.arange(round(seconds * rate)) / rate
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (220.0, 261.63, 329.63)) * 0.06
    clicks = np.zeros_like(time)
    burst = np.random.default_rng(0).standard_normal(round(0.05 * rate))
    burst *= np.exp(-np.arange(burst.size) / (0.01 * rate)) * 0.5
    for beat in np.arange(0.5, seconds - 0.1, 60 / tempo_bpm):
        at = round(beat * rate)
        clicks[at : at + burst.size] += burst[: clicks.size - at]
    mono = (chord + clicks).astype(np.float32)
    return Audio(np.stack([mono, mono]), rate)


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WAV of 20 s at 120 bpm in A minor."""
    path = tmp_path_factory.mktemp("songs") / "song.wav"
    write_wav(path, clicks_and_chords(tempo_bpm=120, seconds=20))
    return path


# --- PostgreSQL ----------------------------------------------------------------------------------

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
"""The databases on which what a test says must hold."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.PostgresServer]:
    """A PostgreSQL that lives as long as the tests, or a reason to skip them."""
    if missing := postgres_server.why_not():
        pytest.skip(missing)
    # Not pytest's folder: that is for this user's eyes only, and the server is another user.
    folder = Path(tempfile.mkdtemp(prefix="clearmix-postgres-"))
    server = postgres_server.PostgresServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def new_postgres(postgres: postgres_server.PostgresServer) -> Callable[[], str]:
    """Makes databases with the newest schema and nothing in it, and gives their URLs."""
    made = Database(postgres.create("newest"))
    made.upgrade()
    made.close()
    numbers = itertools.count()
    return lambda: postgres.create(f"made_{next(numbers)}", template="newest")


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing is yet, not even a table, once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/inside/clearmix.db"
    server: postgres_server.PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"empty_{secrets.token_hex(4)}")


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database in which no row is yet, once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/inside/clearmix.db"
    new: Callable[[], str] = request.getfixturevalue("new_postgres")
    return new()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with every table, once on each kind."""
    made = Database(database_url)
    made.upgrade()
    yield made
    made.close()
