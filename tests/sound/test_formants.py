"""A voice moved in pitch keeps its resonances."""

from __future__ import annotations

import numpy as np
import pytest

from clearmix import Audio
from clearmix_sound.formants import with_formants_of
from clearmix_sound.instruments import Note, play_notes
from clearmix_sound.spectra import with_spectra
from clearmix_sound.stretch import stretched

RATE = 44100


def sung() -> Audio:
    """A line of our own singer, whose resonances are those of a mouth."""
    notes = [Note(number * 0.8, 0.75, pitch, 0.9) for number, pitch in enumerate((50, 52, 55, 57))]
    samples = play_notes("voice-lead", notes, seconds=3.4, rate=RATE, seed=1)
    return Audio(samples, RATE)


def envelope_db(audio: Audio) -> np.ndarray:
    """The long-term spectrum from 200 Hz to 6 kHz, smoothed over 400 Hz, without its level."""
    frames = np.lib.stride_tricks.sliding_window_view(audio.mono(), 4096)[::1024]
    power = (np.abs(np.fft.rfft(frames * np.hanning(4096), axis=1)) ** 2).mean(axis=0)
    wide = np.convolve(power, np.ones(37) / 37, "same")[19:557]
    levels = 10 * np.log10(wide + 1e-12)
    return levels - levels.mean()


def apart_db(one: Audio, other: Audio) -> float:
    return float(np.sqrt(np.mean((envelope_db(one) - envelope_db(other)) ** 2)))


@pytest.mark.parametrize("semitones", [-4.0, 4.0])
def test_the_resonances_stay_and_the_pitch_moves(semitones: float) -> None:
    voice = sung()
    moved = stretched(voice, semitones=semitones)
    kept = with_formants_of(moved, semitones)
    assert apart_db(kept, voice) < 0.6 * apart_db(moved, voice)
    spectra = [np.abs(np.fft.rfft(sound.mono(), 1 << 18)) for sound in (moved, kept)]
    low = slice(400, 3000)  # 67 to 500 Hz: the notes themselves
    assert np.corrcoef(spectra[0][low], spectra[1][low])[0, 1] > 0.7


def test_a_voice_that_has_not_moved_is_left_alone() -> None:
    voice = sung()
    assert with_formants_of(voice, 0.0) is voice


@pytest.mark.parametrize("frames", [1, 100, 2048, 5000, 44100])
@pytest.mark.parametrize("size", [512, 4096])
def test_spectra_that_are_not_changed_give_the_sound_back(frames: int, size: int) -> None:
    noise = np.random.default_rng(1).standard_normal((2, frames)).astype(np.float32)
    made = with_spectra(noise, size, lambda spectra: spectra)
    assert made.shape == noise.shape
    assert np.allclose(made, noise, atol=1e-5)
