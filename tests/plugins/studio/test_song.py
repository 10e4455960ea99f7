"""Files of any rate are read in pieces as they would be as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clearmix import Audio, write_wav
from clearmix_studio.song import RATE, SoundFile


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000, 96000, 44056])
def test_a_piece_of_a_file_is_a_piece_of_the_whole(tmp_path: Path, rate: int) -> None:
    noise = np.random.default_rng(1).standard_normal((2, 3 * rate)).astype(np.float32) * 0.1
    path = tmp_path / "noise.wav"
    write_wav(path, Audio(noise, rate))
    whole = Audio(noise, rate).resampled(RATE).samples
    file = SoundFile(path)
    assert file.frames == whole.shape[1]
    for start, stop in ((30_001, 71_234), (50_000, 50_001), (9_999, 12_345)):
        assert np.abs(file.between(start, stop) - whole[:, start:stop]).max() < 2e-3
    for start in (-9000, whole.shape[1] + 8000):
        assert np.abs(file.between(start, start + 100)).max() < 1e-6
