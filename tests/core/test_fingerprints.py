from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clearmix.audio import Audio
from clearmix.fingerprints import BITS, Fingerprint, Heard, compare, fingerprint

RATE = 22050


def melody(seed: int, seconds: float = 24.0) -> Audio:
    """Notes of three partials over noise, another melody for each seed."""
    draw = np.random.default_rng(seed)
    length = round(draw.uniform(0.18, 0.3) * RATE)
    notes = []
    for _ in range(round(seconds * RATE / length)):
        time = np.arange(length) / RATE
        pitch_hz = 220 * 2 ** (draw.integers(0, 25) / 12)
        tone = sum(np.sin(2 * np.pi * k * pitch_hz * time) / k for k in (1, 2, 3))
        notes.append(tone * np.exp(-4 * time))
    sound = 0.2 * np.concatenate(notes)
    sound += 0.01 * draw.standard_normal(sound.size)
    return Audio(sound[None].astype(np.float32), RATE)


def cut(audio: Audio, start: float, seconds: float) -> Audio:
    first, last = round(start * audio.rate), round((start + seconds) * audio.rate)
    return Audio(np.ascontiguousarray(audio.samples[:, first:last]), audio.rate)


def faster(audio: Audio, ratio: float) -> Audio:
    """Played at another speed: tempo and pitch go together."""
    return Audio(Audio(audio.samples, round(audio.rate * ratio)).resampled(RATE).samples, RATE)


SONGS = [melody(seed) for seed in range(6)]
KNOWN = [fingerprint(song) for song in SONGS]


@pytest.mark.parametrize(
    "change",
    [
        lambda song: song,
        lambda song: Audio(song.samples * np.float32(0.05), RATE),
        lambda song: Audio(-song.samples, RATE),
        lambda song: song.resampled(48000),
        lambda song: song.resampled(8000),
        lambda song: Audio(song.samples.repeat(2, axis=0), RATE),
        lambda song: cut(song, 7.3, 10.0),
        lambda song: cut(song, 11.1, 5.0),
        lambda song: faster(cut(song, 4.0, 14.0), 1.03),
        lambda song: faster(cut(song, 4.0, 14.0), 0.95),
    ],
    ids=["itself", "quiet", "polarity", "48k", "8k", "stereo", "10 s", "5 s", "+3 %", "-5 %"],
)
def test_a_sound_is_known_again(change) -> None:
    for song, known in zip(SONGS[:3], KNOWN, strict=False):
        assert compare(change(song), known).likeness == "same"


def test_noise_as_loud_as_the_music_does_not_hide_it() -> None:
    noise = np.random.default_rng(1).standard_normal(SONGS[0].samples.shape)
    loud = SONGS[0].samples + SONGS[0].samples.std() * noise
    assert compare(Audio(loud.astype(np.float32), RATE), KNOWN[0]).likeness == "same"


def test_another_sound_is_another() -> None:
    for at, song in enumerate(SONGS):
        other = KNOWN[(at + 1) % len(KNOWN)]
        found = compare(song, other)
        assert found.likeness == "other", found


def test_where_an_excerpt_lies_and_how_it_was_changed_is_found() -> None:
    found = compare(faster(cut(SONGS[0], 6.0, 14.0), 1.06), KNOWN[0])
    assert found.at_seconds == pytest.approx(6.0, abs=0.3)
    assert found.tempo == pytest.approx(1 / 1.06, abs=0.02)
    assert found.semitones == pytest.approx(1.0, abs=0.51)


def test_of_many_known_sounds_the_nearest_is_found_or_none() -> None:
    known = [(str(at), one) for at, one in enumerate(KNOWN)]
    nearest = Heard(cut(SONGS[4], 3.0, 12.0)).nearest(known)
    assert nearest is not None
    assert nearest[0] == "4"
    assert Heard(melody(99)).nearest(known) is None


@pytest.mark.parametrize("seconds", [0.0, 0.1, 2.0])
def test_what_is_too_short_is_neither_the_same_nor_another(seconds: float) -> None:
    assert compare(cut(SONGS[0], 1.0, seconds), KNOWN[0]).likeness == "unsure"


def test_silence_is_neither_and_has_a_fingerprint_all_the_same() -> None:
    silence = Audio.silence(seconds=12, rate=RATE)
    assert compare(silence, KNOWN[0]).likeness == "unsure"
    assert compare(SONGS[0], fingerprint(silence)).likeness != "same"


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.bool_, st.tuples(st.integers(0, 50), st.just(BITS))))
def test_a_fingerprint_is_kept_in_four_bytes_a_frame_and_comes_back(signs: np.ndarray) -> None:
    made = Fingerprint(np.where(signs, 1, -1).astype(np.int8))
    packed = made.to_bytes()
    assert len(packed) == 4 * len(signs)
    assert np.array_equal(Fingerprint.from_bytes(packed).signs, made.signs)


def test_a_song_within_a_long_programme_is_not_called_another_sound() -> None:
    talk = np.random.default_rng(8).standard_normal((1, 400 * RATE)).astype(np.float32) * 0.05
    at = 180 * RATE
    talk[:, at : at + 18 * RATE] = cut(SONGS[0], 3.0, 18.0).samples
    found = compare(Audio(talk, RATE), KNOWN[0])
    assert found.likeness == "unsure"
    assert found.similarity > 0.5
    assert 0 < found.share < 0.1
