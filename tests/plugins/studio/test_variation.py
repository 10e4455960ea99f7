"""Another one differs audibly; slightly different less so; the same is the same."""

from __future__ import annotations

import numpy as np
import pytest

from clearmix import Audio, SourceRecording
from clearmix_studio.palette import styles

from .conftest import RATE
from .test_plan import spec


def pictures_db(audio: Audio) -> np.ndarray:
    """Levels in 20 bands of every tenth of a second, none below -60 dB."""
    size = RATE // 10
    rows = audio.mono()[: audio.frames // size * size].reshape(-1, size)
    power = np.abs(np.fft.rfft(rows * np.hanning(size), axis=1)) ** 2
    edges = np.unique(np.geomspace(4, power.shape[1] - 1, 21).astype(int))
    bands = np.add.reduceat(power, edges[:-1], axis=1)
    return np.maximum(10 * np.log10(bands / bands.max() + 1e-12), -60)


def apart_db(one: Audio, other: Audio) -> float:
    """The mean distance of what is heard in every band and moment, in dB."""
    return float(np.abs(pictures_db(one) - pictures_db(other)).mean())


@pytest.mark.parametrize("style", ["house", "boom-bap", "synthwave"])
def test_another_one_differs_audibly_and_slightly_different_less(
    long_song: SourceRecording, render, style: str
) -> None:
    def takes(strength: float) -> float:
        fields = {"styles": [style], "strength": strength, "structure": {"seconds": 16}}
        made = [render(long_song, seed=seed, **fields) for seed in (1, 2, 3)]
        return float(np.mean([apart_db(*made[:2]), apart_db(*made[1:])]))

    slightly, another = takes(0.2), takes(0.7)
    assert another > 1.5
    assert 0.05 < slightly < 0.7 * another


def test_the_same_seed_is_the_same_and_no_seed_is_as_the_style_is_written(
    long_song: SourceRecording, render
) -> None:
    from clearmix import Source
    from clearmix_studio.generator import Studio

    fields = {"structure": {"seconds": 8}, "styles": ["house"]}
    assert apart_db(render(long_song, seed=5, **fields), render(long_song, seed=5, **fields)) == 0
    plan = Studio().plan(spec(seed=0), Source((long_song,)))
    assert plan.drums is not None
    assert plan.drums.lanes == dict(styles()["house"].drums)
