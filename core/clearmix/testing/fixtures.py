"""Fixtures for tests of plugins; `pytest_plugins = ["clearmix.testing.fixtures"]` brings them in.

What they hold is known exactly, so that a test can say what a plugin should make of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearmix.audio import write_wav
from clearmix.catalogue import NewRecording, Recording
from clearmix.kernel import Kernel
from clearmix.settings import Settings
from clearmix.testing.market import Market
from clearmix.testing.songs import Song

SONGS = {
    "Night Drive": ("Ada Wren", Song(tempo_bpm=120.0, key="A minor", bars=8)),
    "Slow Water": ("Bo Lark", Song(tempo_bpm=90.0, key="C major", bars=6)),
}
"""The tiny catalogue: title, artist, and the song with the tempo and the key that it has."""

PAID_BY_PLAY = {"dawn": 2_000_000, "tide": 4_000_000}
"""What the plays of the fixture `market` earn if each play is worth the same."""

PAID_BY_LISTENER = {"dawn": 5_000_000, "tide": 1_000_000}
"""What they earn if each listener's fee goes to what that listener heard."""


@pytest.fixture
def song() -> Song:
    """A song whose tempo, key, beats, chords and stems are known."""
    return SONGS["Night Drive"][1]


@pytest.fixture
def market() -> Market:
    """A month of three plays whose earnings are known: `PAID_BY_PLAY`, `PAID_BY_LISTENER`."""
    return Market(
        plays=[
            {"item_id": "dawn", "listener_id": "ann"},
            {"item_id": "tide", "listener_id": "bo", "times": 2},
        ],
        subscriptions={"ann": 5_000_000, "bo": 1_000_000},
    )


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """Modules that the kernel loads besides what is installed; override it to name yours."""
    return ()


@pytest.fixture
def kernel(tmp_path: Path, plugins: tuple[str, ...]) -> Iterator[Kernel]:
    """A kernel whose state lives and dies with the test."""
    settings = Settings.from_environment({"CLEARMIX_HOME": str(tmp_path / "clearmix-home")})
    kernel = Kernel(replace(settings, plugins=plugins))
    yield kernel
    if "database" in vars(kernel):
        kernel.database.close()


@pytest.fixture
def catalogue(kernel: Kernel, tmp_path: Path) -> tuple[Recording, ...]:
    """The recordings of `SONGS` in that kernel's catalogue, analysed; anybody may remix them."""
    return tuple(_added(kernel, tmp_path, title) for title in SONGS)


def _added(kernel: Kernel, folder: Path, title: str) -> Recording:
    artist, song = SONGS[title]
    path = folder / f"{title}.wav"
    write_wav(path, song.audio())
    new = NewRecording(title=title, artists=(artist,), consent="opt-out")
    return kernel.catalogue.add(path, new).recording
