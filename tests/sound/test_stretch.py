from __future__ import annotations

from collections.abc import Callable

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


def chirps(seconds: float, *spans: tuple[float, float]) -> np.ndarray:
    """Decaying tones twice a second within the spans, silence elsewhere; both channels alike."""
    out = np.zeros(round(seconds * RATE), np.float32)
    time = np.arange(RATE // 3) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * time) * np.exp(-time * 12)).astype(np.float32)
    for start, end in spans:
        for at in np.arange(start, end, 0.5):
            out[round(at * RATE) :][: tone.size] += tone
    return np.stack([out, out])


def between_of(sound: np.ndarray) -> Callable[[int, int], np.ndarray]:
    def reading(start: int, stop: int) -> np.ndarray:
        out = np.zeros((2, stop - start), np.float32)
        first, last = max(0, start), min(sound.shape[1], stop)
        out[:, first - start : max(first, last) - start] = sound[:, first : max(first, last)]
        return out

    return reading


def test_rests_stay_silent_and_what_sounds_after_them_is_in_time() -> None:
    sound = chirps(20.0, (1.0, 4.0), (12.0, 15.0))
    stretching = Stretching(
        between_of(sound), frames=sound.shape[1], channels=2, rate=RATE, tempo_ratio=1.25
    )
    made = stretching.between(0, stretching.frames)
    assert not made[:, round(5.2 * RATE) : round(9.2 * RATE)].any()
    loud = np.abs(made[0]) > 0.1
    first, second = (
        np.flatnonzero(loud[a * RATE : b * RATE])[0] / RATE + a for a, b in ((0, 5), (9, 14))
    )
    assert first == pytest.approx(1.0 / 1.25, abs=0.01)
    assert second == pytest.approx(12.0 / 1.25, abs=0.01)


def test_one_channel_twice_stays_one_channel() -> None:
    sound = chirps(6.0, (0.5, 5.0))
    stretching = Stretching(
        between_of(sound), frames=sound.shape[1], channels=2, rate=RATE, semitones=3,
        keep_formants=True,
    )  # fmt: skip
    made = stretching.between(0, stretching.frames)
    assert np.abs(made).max() > 0.1
    assert np.array_equal(made[0], made[1])


def test_nothing_is_made_in_vain_and_what_lies_beyond_can_still_be_had() -> None:
    sound = chirps(60.0, (0.5, 59.0))
    read: list[int] = []
    inner = between_of(sound)

    def reading(start: int, stop: int) -> np.ndarray:
        read.append(stop)
        return inner(start, stop)

    stretching = Stretching(
        reading, frames=sound.shape[1], channels=2, rate=RATE, semitones=2, wanted=10 * RATE
    )
    stretching.between(0, 10 * RATE)
    assert max(read) < 11 * RATE
    assert np.abs(stretching.between(12 * RATE, 14 * RATE)).max() > 0.05
