"""Time as the band counts it."""

from __future__ import annotations

import numpy as np
from known_music import GROOVES, played, ramping

from clearmix.audio import Audio
from clearmix_sound.analysis.clock import BandTime, band_time
from clearmix_sound.analysis.harmony import harmony
from clearmix_sound.analysis.onsets import FRAME_RATE, analysis_mono, onsets


def heard(audio: Audio) -> BandTime:
    mono = analysis_mono(audio)
    found = onsets(mono)
    return band_time(found, harmony(mono).change(found.frames, FRAME_RATE))


def test_a_band_on_a_grid_keeps_its_own_time(band):
    time = heard(band("funk").audio)
    assert not time.drifts
    frames = np.array([0.0, 100.0, 2000.0])
    assert np.allclose(time.seconds(frames), frames / FRAME_RATE)


def test_the_beats_of_a_band_that_speeds_up_are_even_in_its_time():
    known = played(GROOVES["rock"], clock=ramping(100, 130, 128), rate=22050)
    time = heard(known.audio)
    even = np.interp(np.array(known.beats) * FRAME_RATE, time.real, np.arange(time.real.size))
    gaps = np.diff(even)
    assert time.drifts
    assert gaps.std() < 0.02 * gaps.mean()
    assert np.diff(known.beats).std() > 0.06 * np.diff(known.beats).mean()


def test_going_to_band_time_and_back_changes_nothing():
    known = played(GROOVES["rock"], clock=ramping(100, 130, 128), rate=22050)
    time = heard(known.audio)
    moments = time.seconds(np.arange(-50.0, time.real.size + 50.0))
    assert (np.diff(moments) > 0).all()
