"""Which level people would tap, of bands that are struck and of bands that are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_music import GROOVES, played

from clearmix.audio import Audio
from clearmix_sound.analysis.onsets import analysis_mono, onsets, softness

RATE = 22050
BALLAD = replace(GROOVES["piano ballad"], form="vc")


@pytest.mark.parametrize(
    ("harmony", "tempo_bpm"), [("piano", 72), ("piano", 64), ("organ", 72), ("strings", 54)]
)
def test_a_ballad_without_drums_is_counted_at_its_own_tempo(analysed, harmony, tempo_bpm):
    ballad = played(replace(BALLAD, tempo_bpm=tempo_bpm, harmony=harmony), rate=RATE)
    assert analysed(ballad.audio).tempo_bpm == pytest.approx(tempo_bpm, rel=0.001)


@pytest.mark.parametrize("groove", ["waltz, no drums", "strummed guitar"])
def test_what_is_fast_without_drums_stays_fast(band, analysed, groove):
    known = band(groove)
    assert analysed(known.audio).tempo_bpm == pytest.approx(known.tempo_bpm, rel=0.001)


@pytest.mark.parametrize("groove", ["rock", "house, off-beat bass", "half-time", "reggaeton"])
def test_bands_with_drums_are_hardly_soft(band, groove):
    assert heard(band(groove).audio) < 0.3


def test_bowed_strings_are_softer_than_what_is_plucked_and_silence_is_softest():
    bowed, plucked = (
        heard(played(replace(BALLAD, harmony="strings", bass_sound=bass), rate=RATE).audio)
        for bass in ("strings", "upright-bass")
    )
    assert 0 < plucked < bowed - 0.2
    assert heard(Audio.silence(seconds=3, rate=RATE)) == 1


def test_how_soft_a_band_is_does_not_depend_on_its_gain(band):
    loud = band("piano ballad").audio
    quiet = Audio(loud.samples * np.float32(0.01), loud.rate)
    assert heard(quiet) == pytest.approx(heard(loud), abs=0.01)
    assert 0 < heard(loud) < 1


def heard(audio: Audio) -> float:
    return softness(onsets(analysis_mono(audio)))
