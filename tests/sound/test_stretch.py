from __future__ import annotations

import numpy as np
import pytest

from clearmix import Audio
from clearmix_sound.stretch import stretched

RATE = 44100


def clicks(seconds: float = 8.0) -> Audio:
    samples = np.zeros((2, round(seconds * RATE)), np.float32)
    for beat in np.arange(0.25, seconds, 0.5):
        samples[:, round(beat * RATE)] = 0.9
    return Audio(samples, RATE)


@pytest.mark.parametrize("ratio", [0.8, 1.1, 1.25])
def test_every_click_lies_where_the_ratio_puts_it(ratio: float) -> None:
    made = stretched(clicks(), tempo_ratio=ratio)
    for beat in np.arange(0.25, 8.0, 0.5) / ratio:
        first = round((beat - 0.05) * RATE)
        window = np.abs(made.samples[0, first : first + round(0.1 * RATE)])
        assert (first + int(window.argmax())) / RATE == pytest.approx(beat, abs=0.002)


@pytest.mark.parametrize(("ratio", "semitones"), [(1.0, 0.0), (0.9, 0.0), (1.3, 2.0), (1.0, -3.0)])
def test_the_length_is_exact(ratio: float, semitones: float) -> None:
    made = stretched(clicks(3.0), tempo_ratio=ratio, semitones=semitones)
    assert made.frames == round(3.0 * RATE / ratio)


def test_the_pitch_moves_by_semitones_and_nothing_else() -> None:
    wave = (0.3 * np.sin(2 * np.pi * 440 * np.arange(4 * RATE) / RATE)).astype(np.float32)
    made = stretched(Audio(np.stack([wave, wave]), RATE), semitones=3)
    spectrum = np.abs(np.fft.rfft(made.samples[0, RATE : 3 * RATE] * np.hanning(2 * RATE)))
    cents = 1200 * np.log2(np.argmax(spectrum) / 2 / (440 * 2 ** (3 / 12)))
    assert abs(cents) < 8


def test_nothing_asked_is_nothing_done() -> None:
    audio = clicks(1.0)
    assert stretched(audio) is audio
