from __future__ import annotations

import numpy as np
import pytest

from clearmix import Audio
from clearmix_sound.stretch import Stretching, stretched

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


def in_pieces(audio: Audio, **change: float) -> Stretching:
    def reading(start: int, stop: int) -> np.ndarray:
        out = np.zeros((2, stop - start), np.float32)
        first, last = max(0, start), min(audio.frames, stop)
        if first < last:
            out[:, first - start : last - start] = audio.samples[:, first:last]
        return out

    return Stretching(reading, frames=audio.frames, channels=2, rate=RATE, **change)


@pytest.mark.parametrize(("ratio", "semitones"), [(1.1, 0.0), (0.8, 3.0), (1.25, -2.0)])
def test_pieces_join_without_a_dip_a_jump_or_a_shift(ratio: float, semitones: float) -> None:
    wave = (0.3 * np.sin(2 * np.pi * 440 * np.arange(60 * RATE) / RATE)).astype(np.float32)
    tone = in_pieces(Audio(np.stack([wave, wave]), RATE), tempo_ratio=ratio, semitones=semitones)
    made = tone.between(RATE, tone.frames - RATE)[0]
    hz = 440 * 2 ** (semitones / 12)
    assert np.abs(np.diff(made)).max() < 1.3 * 0.3 * 2 * np.pi * hz / RATE
    tops = np.abs(made[: made.size // 441 * 441]).reshape(-1, 441).max(axis=1)
    assert tops.min() > 0.95 * np.median(tops)
    sound = in_pieces(clicks(60.0), tempo_ratio=ratio, semitones=semitones)
    found = sound.between(0, sound.frames)[0]
    for beat in np.arange(0.25, 60.0, 0.5) / ratio:
        first = round((beat - 0.05) * RATE)
        window = np.abs(found[max(0, first) : first + round(0.1 * RATE)])
        assert (max(0, first) + int(window.argmax())) / RATE == pytest.approx(beat, abs=0.003)


def test_a_later_place_can_be_asked_for_first_and_nothing_before_it_is_made() -> None:
    asked: list[int] = []
    audio = clicks(60.0)

    def reading(start: int, stop: int) -> np.ndarray:
        asked.append(start)
        return np.zeros((2, stop - start), np.float32)

    sound = Stretching(reading, frames=audio.frames, channels=2, rate=RATE, tempo_ratio=1.1)
    sound.between(40 * RATE, 41 * RATE)
    assert min(asked) > 43 * RATE
    assert sound.between(-RATE, 0).shape == (2, RATE)
