from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.audio import Audio
from clearmix.errors import AudioError
from clearmix.rendering.mastering import (
    CEILING_DBTP,
    MOST_LIMITING_DB,
    limited,
    linked_peaks,
    master,
)
from clearmix.rendering.metering import decibels, loudness_lufs, true_peak

from .conftest import rich_sound


def drums(seconds: float, level: float) -> Audio:
    """Rich sound with a sharp hit every half second."""
    sound = rich_sound(seconds)
    random = np.random.default_rng(3)
    burst = random.standard_normal((2, 2000)) * np.exp(-np.arange(2000) / 300) * level
    samples = sound.samples.copy()
    for at in range(0, samples.shape[1] - 2000, 22050):
        samples[:, at : at + 2000] += burst.astype(np.float32)
    return Audio(samples, 44100)


@pytest.mark.parametrize(
    "sound",
    [
        rich_sound(6),
        Audio(rich_sound(6).samples * np.float32(0.01), 44100),
        Audio(np.clip(rich_sound(6).samples * 50, -1, 1), 44100),
        Audio(np.repeat(rich_sound(6).samples[:1], 2, axis=0), 44100),
        drums(6, 0.1),
    ],
    ids=["plain", "very quiet", "crushed", "mono-like", "with drums"],
)
def test_a_master_has_its_loudness_and_keeps_its_ceiling(sound: Audio) -> None:
    made = master(sound)
    assert loudness_lufs(made.audio) == pytest.approx(-14.0, abs=0.03)
    assert decibels(true_peak(made.audio)) <= CEILING_DBTP
    assert made.audio.frames == sound.frames
    assert made.notes == ()


def test_where_six_decibels_of_limiting_do_not_do_the_peak_limit_wins_and_the_report_says_so() -> (
    None
):
    made = master(drums(6, 8.0))
    assert made.limiting_db == pytest.approx(MOST_LIMITING_DB, abs=0.05)
    assert decibels(true_peak(made.audio)) <= CEILING_DBTP
    assert made.lufs < -14.1
    assert "instead of -14" in made.notes[0]
    assert "6 dB of limiting" in made.notes[0]


def test_a_silent_render_cannot_be_mastered() -> None:
    with pytest.raises(AudioError, match="the render is silent") as caught:
        master(Audio.silence(seconds=2, rate=44100))
    assert caught.value.help
    assert caught.value.place == "mastering"


@given(
    seed=st.integers(0, 1000),
    gain_db=st.floats(-6, 18),
    ceiling_db=st.floats(-12, -0.5),
    frames=st.integers(1, 30000),
)
@settings(max_examples=40, deadline=None)
def test_no_sample_leaves_the_limiter_above_its_ceiling(
    seed: int, gain_db: float, ceiling_db: float, frames: int
) -> None:
    random = np.random.default_rng(seed)
    loud = random.standard_normal((2, frames)) * random.choice(
        [0.05, 1.0], (1, frames), p=[0.9, 0.1]
    )
    sound = Audio(loud.astype(np.float32), 44100)
    made, reduction_db = limited(sound, linked_peaks(sound), gain_db, ceiling_db)
    assert np.abs(made.samples).max() <= 10 ** (ceiling_db / 20) * 1.0001
    assert reduction_db >= 0


def test_both_channels_get_the_same_gain() -> None:
    sound = drums(3, 4.0)
    sound.samples[1] *= np.float32(0.25)
    made, _ = limited(sound, linked_peaks(sound), 6.0, -3.0)
    assert np.allclose(
        made.samples[0] * sound.samples[1], made.samples[1] * sound.samples[0], atol=1e-6
    )


def test_the_gain_falls_before_a_peak_and_comes_back_after_it() -> None:
    sound = Audio(np.full((2, 44100), 0.1, np.float32), 44100)
    sound.samples[:, 22050] = 1.0
    made, reduction_db = limited(sound, linked_peaks(sound), 0.0, -6.0)
    gain_db = 20 * np.log10(made.samples[0] / sound.samples[0])
    assert reduction_db == pytest.approx(6.0, abs=0.7)
    assert gain_db[22050 - 44] < -4  # one millisecond ahead
    assert gain_db[22050 - 882] > -0.1  # 20 milliseconds ahead
    assert gain_db[22050 + 2205] < -2  # 50 milliseconds after
    assert gain_db[22050 + 11025] > -0.1  # a quarter of a second after
    assert np.abs(np.diff(gain_db)).max() < 0.1  # no step that would click


def test_a_sound_under_the_ceiling_is_only_turned_up() -> None:
    sound = rich_sound(1)
    made, reduction_db = limited(sound, linked_peaks(sound), 0.5, -1.0)
    assert reduction_db == 0.0
    assert np.allclose(made.samples, sound.samples * 10 ** (0.5 / 20), rtol=1e-6)
