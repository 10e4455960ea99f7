"""The studio passes the suite that other generators get."""

from __future__ import annotations

import pytest

from clearmix import Generator
from clearmix.testing import GeneratorContract
from clearmix_studio.generator import Studio


class TestTheStudio(GeneratorContract):
    module = "clearmix_studio"
    specs = (
        {"tempo": {"bpm": 100}, "pitch": {"semitones": 2}},
        {"styles": ["house"], "era": "1980s", "parts": [{"part": "vocals", "action": "keep"}]},
    )

    @pytest.fixture
    def generator(self) -> Generator:
        return Studio()
