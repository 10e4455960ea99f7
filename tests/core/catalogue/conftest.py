from __future__ import annotations

from collections.abc import Iterator

import pytest

from clearmix.audio import Audio
from clearmix.catalogue import Catalogue
from clearmix.contracts import Analysis, Progress
from clearmix.settings import Settings
from clearmix.storage.database import Database
from clearmix.storage.store import Store


class Metronome:
    """An analyzer that hears 120 bpm in everything."""

    id = "metronome"
    version = "1"

    def __init__(self) -> None:
        self.heard = 0

    def analyze(self, audio: Audio, progress: Progress) -> Analysis:
        self.heard += 1
        beats = tuple(0.5 * beat for beat in range(int(audio.seconds * 2)))
        return Analysis(
            self.id, audio.seconds, 120.0, 1.0, beats, beats[::4], "A minor", 1.0, -14.0
        )


@pytest.fixture
def analyzer() -> Metronome:
    return Metronome()


@pytest.fixture
def catalogue(settings: Settings, analyzer: Metronome) -> Iterator[Catalogue]:
    database = Database(settings.database_url)
    database.upgrade()
    store = Store(settings.store, cache=settings.home / "cache")
    yield Catalogue(database, store, analyzer=lambda: analyzer)
    database.close()
