"""The generator of covers passes the suite that other generators get."""

from __future__ import annotations

import pytest

from clearmix import Generator
from clearmix.testing import GeneratorContract, Song
from clearmix_covers.generator import Covers


class TestTheCovers(GeneratorContract):
    module = "clearmix_covers"
    specs = (
        {"kind": "cover", "styles": ["swing"], "tempo": {"bpm": 100}, "pitch": {"semitones": 2}},
        {"kind": "cover", "parts": [{"part": "strings", "action": "solo"}],
         "structure": {"seconds": 12}},
        {"kind": "cover", "styles": ["chiptune"], "structure": {"form": "loop"}},
    )  # fmt: skip

    @pytest.fixture
    def song(self) -> Song:
        return Song(tempo_bpm=140.0, key="A minor", bars=4)

    @pytest.fixture
    def generator(self) -> Generator:
        return Covers()
