"""Tempo, beats and bars against music whose beats are known."""

from __future__ import annotations

import mir_eval
import numpy as np
import pytest
from genres import drawn
from known_music import GROOVES, clicks, drifting, played, ramping

from clearmix.audio import Audio

WITHIN_SECONDS = 0.02


def f_measure(known, found) -> float:
    inside = [at for at in found if known[0] - 0.1 < at < known[-1] + 0.1]
    return float(
        mir_eval.beat.f_measure(
            np.array(known), np.array(inside), f_measure_threshold=WITHIN_SECONDS
        )
    )


@pytest.mark.parametrize(
    "name",
    ["rock", "half-time", "drum and bass", "boom bap", "swing", "one drop", "reggaeton", "bossa",
     "strummed guitar"],
)  # fmt: skip
def test_beats_and_bars_of_a_steady_band_are_found_within_20_ms(band, analysed, name):
    known = band(name)
    found = analysed(known.audio)
    assert found.tempo_bpm == pytest.approx(known.tempo_bpm, rel=0.0005)
    assert found.constant_tempo
    assert f_measure(known.beats, found.beats) >= 0.95
    assert f_measure(known.downbeats, found.downbeats) >= 0.95
    assert found.beats_per_bar == 4


@pytest.mark.parametrize(
    ("name", "beats_per_bar"),
    [("waltz", 3), ("waltz, no drums", 3), ("5/4", 5), ("7/4", 7), ("7/8", 7), ("6/8", 2)],
)
def test_a_bar_has_as_many_beats_as_it_has(band, analysed, name, beats_per_bar):
    known = band(name)
    found = analysed(known.audio)
    assert found.beats_per_bar == beats_per_bar
    assert f_measure(known.downbeats, found.downbeats) >= 0.95


@pytest.mark.parametrize(
    "clock", [drifting(118), drifting(118, share=0.04), ramping(100, 130, 128)],
    ids=["sways", "sways a lot", "speeds up"],
)  # fmt: skip
def test_beats_follow_a_band_whose_tempo_changes(analysed, clock):
    known = played(GROOVES["rock"], clock=clock, rate=22050)
    found = analysed(known.audio)
    assert f_measure(known.beats, found.beats) >= 0.95
    assert f_measure(known.downbeats, found.downbeats) >= 0.95
    assert not found.constant_tempo
    assert found.tempo_bpm == pytest.approx(known.tempo_bpm, rel=0.01)


@pytest.mark.parametrize("genre", ["shuffle", "march"])
def test_a_passage_with_other_accents_does_not_turn_the_beats(analysed, genre):
    known = drawn(genre, 4 if genre == "march" else 0)
    found = analysed(known.audio)
    assert found.constant_tempo
    assert f_measure(known.beats, found.beats) >= 0.95


def test_bass_and_cymbals_between_the_beats_do_not_become_the_beat(analysed):
    known = drawn("house", 100)
    found = analysed(known.audio)
    assert f_measure(known.beats, found.beats) >= 0.95
    assert f_measure(known.downbeats, found.downbeats) >= 0.95


def test_chords_that_change_in_time_are_a_beat_even_of_soft_pads(analysed):
    known = played(GROOVES["pads"], rate=22050)
    found = analysed(known.audio)
    assert found.tempo_bpm == pytest.approx(known.tempo_bpm, rel=0.005)
    assert found.constant_tempo


def test_both_halves_of_a_song_have_one_tempo(band, analysed):
    known = band("funk")
    half = known.audio.frames // 2
    tempos = [
        analysed(Audio(known.audio.samples[:, part], known.audio.rate)).tempo_bpm
        for part in (slice(None, half), slice(half, None))
    ]
    assert tempos[0] == pytest.approx(tempos[1], rel=0.0005)


@pytest.mark.parametrize("ratio", [0.9, 1.05, 1.12])
def test_tempo_scales_with_the_speed_of_the_tape(band, analysed, ratio):
    known = band("rock")
    faster = Audio(known.audio.samples, round(known.audio.rate * ratio)).resampled(22050)
    found = analysed(faster)
    assert found.tempo_bpm == pytest.approx(known.tempo_bpm * ratio, rel=0.0005)
    assert f_measure(np.array(known.downbeats) / ratio, found.downbeats) >= 0.95


@pytest.mark.parametrize("tempo_bpm", [60, 90, 126.3, 200])
def test_a_metronome_is_read_to_a_twentieth_of_a_per_cent(analysed, tempo_bpm):
    found = analysed(clicks(tempo_bpm, 40, rate=22050))
    assert found.tempo_bpm == pytest.approx(tempo_bpm, rel=0.0005)


def test_silence_around_the_music_moves_the_beats_and_nothing_else(band, analysed):
    known = band("rock")
    silence = np.zeros((2, 20 * known.audio.rate), np.float32)
    around = Audio(np.concatenate([silence, known.audio.samples, silence], 1), known.audio.rate)
    found = analysed(around)
    assert f_measure(np.array(known.beats) + 20, found.beats) >= 0.95
