from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix import Audio
from clearmix_sound.effects import ducked, widened
from clearmix_sound.filters import high_pass, low_pass, shelf
from clearmix_sound.mixing import at_level, faded, gained, layered, level_db, spliced, without_dc

RATE = 8000


def noise(seconds: float = 1.0, level: float = 0.1, seed: int = 0) -> Audio:
    samples = np.random.default_rng(seed).standard_normal((2, round(seconds * RATE))) * level
    return Audio(samples.astype(np.float32), RATE)


def band_db(audio: Audio, low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(audio.samples[0])) ** 2
    hz = np.fft.rfftfreq(audio.frames, 1 / RATE)
    return float(10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].mean()))


@settings(max_examples=20, deadline=None)
@given(gain=st.floats(-40, 20), seed=st.integers(0, 99))
def test_a_gain_is_measured_as_that_gain(gain: float, seed: int) -> None:
    audio = noise(1.2, seed=seed)
    assert level_db(gained(audio, gain)) - level_db(audio) == pytest.approx(gain, abs=0.01)
    assert level_db(at_level(audio, -30)) == pytest.approx(-30, abs=0.01)


def test_silence_stays_silent_at_any_level() -> None:
    silence = Audio.silence(seconds=1, rate=RATE)
    assert level_db(silence) == -120
    assert np.abs(at_level(silence, -10).samples).max() == 0


@settings(max_examples=20, deadline=None)
@given(fade=st.floats(0.002, 0.2), one=st.floats(0.3, 1.0), other=st.floats(0.3, 1.0))
def test_a_splice_loses_its_fade_once_and_keeps_both_edges(
    fade: float, one: float, other: float
) -> None:
    first, second = noise(one, seed=1), noise(other, seed=2)
    made = spliced(first, second, crossfade_seconds=fade)
    assert made.frames == first.frames + second.frames - round(fade * RATE)
    assert np.array_equal(made.samples[:, :100], first.samples[:, :100])
    assert np.array_equal(made.samples[:, -100:], second.samples[:, -100:])


def test_fades_begin_and_end_in_silence_and_leave_the_middle() -> None:
    made = faded(noise(), in_seconds=0.1, out_seconds=0.2)
    assert made.samples[0, 0] == 0
    assert abs(made.samples[0, -1]) < 1e-4
    assert np.array_equal(made.samples[:, 2000:5000], noise().samples[:, 2000:5000])


def test_layers_add_up_and_never_change_the_length() -> None:
    base, layer = noise(1.0), noise(1.5, seed=3)
    made = layered(base, [layer])
    assert made.frames == base.frames
    assert np.allclose(made.samples, base.samples + layer.samples[:, : base.frames])


def test_filters_keep_their_band_and_take_the_rest() -> None:
    audio = noise(4.0)
    low = low_pass(audio, 500, order=4)
    assert band_db(low, 50, 300) == pytest.approx(band_db(audio, 50, 300), abs=0.5)
    assert band_db(low, 2000, 3500) < band_db(audio, 2000, 3500) - 40
    high = high_pass(audio, 1000, order=4)
    assert band_db(high, 50, 250) < band_db(audio, 50, 250) - 40


@pytest.mark.parametrize("gain_db", [-6.0, 6.0])
def test_a_shelf_moves_its_side_by_its_gain(gain_db: float) -> None:
    audio = noise(4.0)
    high = shelf(audio, side="high", corner_hz=800, gain_db=gain_db)
    assert band_db(high, 3000, 3900) - band_db(audio, 3000, 3900) == pytest.approx(gain_db, abs=0.3)
    assert band_db(high, 20, 80) - band_db(audio, 20, 80) == pytest.approx(0, abs=0.3)
    low = shelf(audio, side="low", corner_hz=800, gain_db=gain_db)
    assert band_db(low, 20, 80) - band_db(audio, 20, 80) == pytest.approx(gain_db, abs=0.3)


def test_ducking_presses_down_on_the_beat_and_lets_go() -> None:
    steady = Audio(np.full((2, RATE), 0.5, np.float32), RATE)
    made = ducked(steady, [0.25], depth=0.6, release_seconds=0.2)
    assert made.samples[0, round(0.25 * RATE)] == pytest.approx(0.2, abs=0.01)
    assert made.samples[0, round(0.6 * RATE)] == 0.5
    assert made.samples[0, 0] == 0.5


def test_width_zero_is_mono_and_keeps_the_middle() -> None:
    audio = noise()
    made = widened(audio, 0.0)
    assert np.array_equal(made.samples[0], made.samples[1])
    assert np.allclose(made.mono(), audio.mono(), atol=1e-6)


def test_dc_is_taken_out() -> None:
    shifted = Audio(noise().samples + np.float32(0.2), RATE)
    assert np.abs(without_dc(shifted).samples.mean(axis=1)).max() < 1e-6
