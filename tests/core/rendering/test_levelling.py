from __future__ import annotations

import numpy as np
import pytest

from clearmix.audio import Audio, joined
from clearmix.rendering.levelling import HEADROOM_DB, levelled
from clearmix.rendering.mastering import CEILING_DBTP
from clearmix.rendering.metering import decibels, loudness_lufs, true_peak

from .conftest import rich_sound


@pytest.mark.parametrize("gain_db", [-8.0, 0.0, 12.0])
def test_a_preview_is_near_the_target_and_below_the_ceiling(gain_db: float) -> None:
    sound = rich_sound(20.0)
    turned = Audio(sound.samples * np.float32(10 ** (gain_db / 20)), sound.rate)

    made = joined(levelled(turned.blocks(1.0), loudness_lufs(sound)))

    assert made.frames == sound.frames
    assert loudness_lufs(made) == pytest.approx(-14, abs=5)  # an estimate
    assert decibels(true_peak(made)) <= CEILING_DBTP - HEADROOM_DB + 0.05


def test_blocks_are_levelled_alike_however_they_are_cut() -> None:
    sound = rich_sound(6.0)
    loud = Audio(sound.samples * np.float32(6), sound.rate)

    whole = joined(levelled(loud.blocks(1.0), -14.0)).samples
    halves = joined(levelled(loud.blocks(0.5), -14.0)).samples

    assert np.abs(whole - halves).max() < 0.25  # only the estimate comes at other moments


def test_silence_stays_silent() -> None:
    made = joined(levelled(Audio.silence(seconds=3, rate=44_100, channels=2).blocks(1.0), -70.0))

    assert not made.samples.any()
