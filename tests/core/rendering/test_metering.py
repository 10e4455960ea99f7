from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.audio import Audio
from clearmix.rendering.metering import (
    decibels,
    loudness_lufs,
    measure,
    oversampled_peaks,
    true_peak,
)

from .conftest import rich_sound


def sine(hz: float, amplitude: float, seconds: float = 5.0, phase: float = 0.0) -> Audio:
    time_s = np.arange(round(seconds * 44100)) / 44100
    tone = (amplitude * np.sin(2 * np.pi * hz * time_s + phase)).astype(np.float32)
    return Audio(np.stack([tone, tone]), 44100)


def test_loudness_is_that_of_the_standards_reference_tone() -> None:
    # BS.1770-4: a 997 Hz sine at 0 dBFS in one channel measures -3.01 LKFS, so in two 0.00.
    assert loudness_lufs(sine(997, 1.0)) == pytest.approx(0.0, abs=0.02)


def test_loudness_agrees_with_pyloudnorm() -> None:
    sound = rich_sound(6)
    theirs = pyloudnorm.Meter(44100, filter_class="DeMan").integrated_loudness(sound.samples.T)
    assert loudness_lufs(sound) == pytest.approx(theirs, abs=0.005)


def test_quiet_stretches_are_gated_away() -> None:
    loud = rich_sound(5)
    padded = Audio(np.concatenate([loud.samples, 0.001 * loud.samples], axis=1), 44100)
    assert loudness_lufs(padded) == pytest.approx(loudness_lufs(loud), abs=0.3)


def test_silence_has_no_loudness() -> None:
    assert loudness_lufs(Audio.silence(seconds=3, rate=44100)) == -math.inf


def test_a_sound_shorter_than_a_gating_block_has_a_loudness() -> None:
    assert loudness_lufs(rich_sound(0.2)) == pytest.approx(loudness_lufs(rich_sound(2)), abs=3)


@given(gain_db=st.floats(-30, 20))
@settings(max_examples=10, deadline=None)
def test_a_gain_moves_loudness_and_peak_by_itself(gain_db: float) -> None:
    sound = rich_sound(1)
    louder = Audio((sound.samples * 10 ** (gain_db / 20)).astype(np.float32), 44100)
    before, after = measure(sound), measure(louder)
    assert after.lufs - before.lufs == pytest.approx(gain_db, abs=0.01)
    assert after.true_peak_dbtp - before.true_peak_dbtp == pytest.approx(gain_db, abs=0.01)


def test_true_peak_sees_between_the_samples() -> None:
    # At a quarter of the rate and 45 degrees, every sample lies 3 dB under the crest.
    sound = sine(11025, 0.5, phase=math.pi / 4)
    assert decibels(float(np.abs(sound.samples).max())) == pytest.approx(-9.03, abs=0.01)
    assert decibels(true_peak(sound)) == pytest.approx(-6.02, abs=0.1)


def test_true_peak_is_never_under_the_greatest_sample() -> None:
    click = Audio.silence(seconds=1, rate=44100)
    click.samples[1, 20000] = 0.7
    assert true_peak(click) >= np.float32(0.7)


@pytest.mark.parametrize("frames", [1, 15, 16, 17, 44100, 44101, 100003])
def test_there_is_one_peak_for_every_hop(frames: int) -> None:
    sound = Audio(np.full((2, frames), 0.5, np.float32), 44100)
    peaks = oversampled_peaks(sound, 16)
    assert [row.size for row in peaks] == [math.ceil(frames / 16)] * 2
    assert all((row >= 0.5).all() for row in peaks)


def test_peaks_lie_in_the_hop_where_they_sound() -> None:
    sound = Audio.silence(seconds=2.5, rate=44100)
    sound.samples[0, 16 * 5000 + 8] = 0.9
    assert int(np.argmax(oversampled_peaks(sound, 16)[0])) == 5000
