"""audiocraft itself, in the environment that the plugin makes, on a checkpoint made here."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearmix import RemixSpec, Source, joined
from clearmix.settings import Settings
from clearmix.testing import Song
from clearmix_musicgen.generator import SCRIPT, MusicGen
from clearmix_musicgen.readiness import environment

from .conftest import tune

pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environment({"CLEARMIX_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def python(settings: Settings) -> Iterator[Path]:
    """The interpreter of a fresh environment; pip fetches its packages. It is large: it goes."""
    yield environment(settings).set_up(lambda part, said: None)
    shutil.rmtree(settings.home)


@pytest.fixture(scope="module")
def checkpoint(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    script = Path(__file__).with_name("tiny_checkpoint.py")
    subprocess.run([python, script, SCRIPT.parent, folder], check=True, capture_output=True)
    return folder


def test_a_song_is_played_in_windows_that_join_and_again_the_same(
    python: Path, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made = Song(bars=8).source(tmp_path / "song")
    source = Source((replace(made.first, score=tune()),))
    spec = RemixSpec.from_json(
        {"kind": "cover", "styles": ["jazz"], "seed": 7, "structure": {"seconds": 30}}
    )
    generator = MusicGen(python, str(checkpoint))
    told: list[str] = []
    sounds = [
        joined(generator.render(spec, source, lambda part, said: told.append(said)))
        for _ in range(2)
    ]
    assert sounds[0].seconds == pytest.approx(30)
    assert np.isfinite(sounds[0].samples).all()
    assert np.array_equal(sounds[0].samples, sounds[1].samples)
    assert told[0] == "loading the model"
    assert "playing second 25" in told
    steps = np.abs(np.diff(sounds[0].samples[0, : 27 * 44100]))
    seam = slice(round(19.8 * 44100), round(20.1 * 44100))
    assert steps[seam].max() <= steps.max()
    assert steps[seam].max() <= 1.5 * np.quantile(steps, 0.999)
    other = joined(generator.render(spec.merged({"seed": 8}), source, lambda part, said: None))
    assert not np.array_equal(other.samples, sounds[0].samples)
    low = joined(
        generator.render(spec.merged({"pitch": {"semitones": -5}}), source, lambda part, said: None)
    )
    assert not np.array_equal(low.samples, sounds[0].samples), "the guide is not heard"
