"""Sound to mark, made in code: a plucked arpeggio over a pad and brushed noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, Disclosure, Settings

RATE = 44100


def played(seconds: float, *, seed: int = 1, rate: int = RATE, level: float = 0.3) -> Audio:
    """Stereo music of many partials and soft noise; the same for the same seed."""
    draw = np.random.default_rng(seed)
    frames = round(seconds * rate)
    sound = np.zeros((2, frames))
    for onset in np.arange(0.05, seconds, 0.24):
        at = round(onset * rate)
        time = np.arange(min(frames - at, rate)) / rate
        pitch_hz = 130.8 * 2 ** (draw.choice([0, 3, 5, 7, 10, 12, 15, 19]) / 12)
        partials = [k for k in range(1, 30) if k * pitch_hz < 0.45 * rate]
        tone = sum(
            np.sin(2 * np.pi * k * pitch_hz * time + draw.uniform(0, 6.28))
            * np.exp(-time * (2 + 0.4 * k))
            / k
            for k in partials
        )
        left = draw.uniform(0.3, 1.0)
        sound[:, at : at + len(time)] += np.outer([left, 1.3 - left], tone)
    noise = draw.standard_normal((2, frames))
    sound += 0.05 * noise * (1 + np.sin(2 * np.pi * 2 * np.arange(frames) / rate))
    sound *= level / np.abs(sound).max()
    return Audio(np.ascontiguousarray(sound, dtype=np.float32), rate)


@pytest.fixture(scope="session")
def music() -> Audio:
    """Twelve seconds, shared: nothing may change it."""
    return played(12.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own, with no key yet."""
    return Settings(home=tmp_path / "home", database_url="", store="")


@pytest.fixture(scope="session")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One home, and so one key, for every test that only marks and reads."""
    return Settings(home=tmp_path_factory.mktemp("marks"), database_url="", store="")


@pytest.fixture(scope="session")
def disclosure() -> Disclosure:
    """What the marks of one render say."""
    return Disclosure(
        render_id="0123456789abcdef",
        title="Grüne Ärmel (80s remix)",
        artists=("Ada", "Ben"),
        label="AI-made remix of “Greensleeves” by Ada",
        source_titles=("Greensleeves", "Scarborough Fair"),
        source_isrcs=("GBAYE0000001",),
        generator="studio 1",
        trained_model=False,
        decision_hash="ab" * 32,
        service="Clearmix",
        created_at="2026-11-23T10:00:00+00:00",
        parents=("greensleeves", "scarborough-fair"),
        credits=("Courtesy of Northlight",),
        licence_url="https://music.example/verify/0123456789abcdef",
    )
