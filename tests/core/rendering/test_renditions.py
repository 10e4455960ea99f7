"""What listeners stream keeps the ceiling after the encoder, whatever the encoder adds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix.audio import Audio, read_audio
from clearmix.errors import RenderError
from clearmix.rendering import renditions
from clearmix.rendering.mastering import CEILING_DBTP
from clearmix.rendering.metering import measure
from clearmix.rendering.renditions import encoded_below_ceiling

RATE = 44100


def strokes(seed: int) -> Audio:
    """A second of eight loud strokes of noise, whose peaks Opus raises by several decibels."""
    lot = np.random.default_rng(seed)
    sound = np.zeros((2, RATE), np.float32)
    for at in lot.integers(0, RATE - 4000, 8):
        fading = np.exp(-np.arange(4000) / lot.uniform(100, 900))
        sound[:, at : at + 4000] += lot.standard_normal((2, 4000)) * fading
    return Audio(np.clip(sound, -0.85, 0.85), RATE)


@pytest.mark.parametrize("seed", [0, 4, 30, 68])
def test_opus_keeps_the_ceiling_on_strokes_that_it_raises_unevenly(
    seed: int, tmp_path: Path
) -> None:
    _, heard, measured = encoded_below_ceiling(strokes(seed), tmp_path / "made.mp4", {})
    assert measured.true_peak_dbtp <= CEILING_DBTP
    assert measure(read_audio(tmp_path / "made.mp4")) == measured
    assert measured.true_peak_dbtp > CEILING_DBTP - 1.5, "it is turned down no more than it must"
    assert heard.seconds == pytest.approx(1.0, abs=0.05)


def test_peaks_that_stay_above_the_ceiling_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renditions, "MOST_TRIES", 1)
    with pytest.raises(RenderError, match="the opus rendition measures") as caught:
        encoded_below_ceiling(strokes(0), tmp_path / "made.mp4", {})
    assert caught.value.help
