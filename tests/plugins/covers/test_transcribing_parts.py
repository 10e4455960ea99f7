"""The parts of the transcriber by themselves: grid, pitch strength, path, strokes, confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.audio import Audio
from clearmix.contracts import Analysis, Score, ScoreNote, Section
from clearmix.testing import Song
from clearmix_covers.transcribing.confidence import bar_confidences
from clearmix_covers.transcribing.framework import sections_of
from clearmix_covers.transcribing.grid import Grid, grid_of
from clearmix_covers.transcribing.path import Costs, best_path
from clearmix_covers.transcribing.strength import (
    BASS_RANGE,
    LEAD_RANGE,
    Range,
    pitch_strength,
)
from clearmix_covers.transcribing.strokes import strokes_of
from clearmix_sound.analysis import SoundAnalyzer
from clearmix_sound.analysis.onsets import analysis_mono, onsets
from clearmix_sound.instruments import Hit, play_drums

from .made_sounds import RATE, clicks, tone


@pytest.mark.parametrize("pitch", [19, 24, 36, 40, 45, 52])
def test_a_low_tone_is_heard_at_its_own_pitch(pitch: int) -> None:
    assert loudest(tone(pitch), BASS_RANGE) == pitch


@pytest.mark.parametrize("pitch", [45, 52, 60, 69, 76, 88])
@pytest.mark.parametrize("partials", [2, 8, 20])
def test_a_tone_is_heard_at_its_own_pitch_and_in_no_other_octave(pitch: int, partials: int) -> None:
    assert loudest(tone(pitch, partials=partials), LEAD_RANGE) == pitch


def test_a_line_out_of_tune_is_heard_in_its_own_tuning() -> None:
    heard = pitch_strength(tone(62.3), LEAD_RANGE)
    assert heard.tuning == pytest.approx(0.3, abs=0.1)
    assert loudest(tone(62.3), LEAD_RANGE) == 62


def loudest(audio: Audio, over: Range) -> int:
    heard = pitch_strength(audio, over)
    return over.low + int(np.argmax(heard.strength.mean(axis=0)))


@settings(deadline=None)
@given(
    st.lists(st.floats(0.3, 1.2), min_size=4, max_size=40),
    st.integers(0, 3),
    st.floats(-10.0, 60.0),
)
def test_seconds_and_beats_are_two_names_of_one_moment(
    gaps: list[float], first: int, beat: float
) -> None:
    grid = Grid(np.cumsum(gaps), first, (Fraction(0),), 4, steady=True)
    assert float(grid.beat(grid.at(beat))) == pytest.approx(beat, abs=1e-6)
    assert float(grid.at(0.0)) == pytest.approx(float(np.cumsum(gaps)[first]))


@given(st.lists(st.floats(0.3, 1.2), min_size=4, max_size=40), st.integers(0, 3))
def test_few_moments_say_when_all_beats_fall(gaps: list[float], first: int) -> None:
    seconds = np.cumsum(gaps)
    moments = Grid(seconds, first, (Fraction(0),), 4, steady=True).moments()
    song = Score("Any", "mix", "by ear", 120.0, 8.0, None, moments=moments)
    heard = [song.seconds(beat - first) for beat in range(len(gaps))]
    assert heard == pytest.approx(seconds, abs=0.0022)
    steady = Grid(np.arange(40) * 0.61, first, (Fraction(0),), 4, steady=True)
    assert len(steady.moments()) == 2


@pytest.mark.parametrize(
    ("places", "beat", "parts"),
    [
        ((0.0, 0.5), 0.5, 4),
        ((0.0, 2 / 3), 0.5, 3),
        ((0.0,), 0.5, 4),
        ((0.0, 0.5), 0.3, 2),
        ((0.0, 0.5), 0.9, 8),
    ],
    ids=["straight", "swung", "beats only", "fast", "slow"],
)
def test_the_grid_divides_a_beat_as_the_band_does(
    places: tuple[float, ...], beat: float, parts: int
) -> None:
    analysis, audio = clicks(places, beat=beat)
    grid = grid_of(analysis, onsets(analysis_mono(audio)))
    assert len(grid.places) == parts
    assert grid.beat_division == (3 if parts == 3 else 2)


def swells(beats: Sequence[float], rise: float) -> Audio:
    """A chord on each beat that takes so many seconds to be loud, while the last one fades."""
    out = np.zeros(round((beats[-1] + 2) * RATE))
    for number, start in enumerate(beats):
        chord = sum(tone(root + number % 4 * 2, 0.8).samples[0] for root in (48, 60, 64, 67))
        since = np.arange(round(0.8 * RATE)) / RATE
        grown = 0.5 - 0.5 * np.cos(np.pi * np.minimum(since / rise, 1.0))
        at = round(start * RATE)
        out[at : at + since.size] += chord * grown * np.clip((0.8 - since) / 0.2, 0, 1)
    return Audio(np.asarray(out, np.float32)[None], RATE)


def grid_shift(beats: Sequence[float], sound: Audio) -> float:
    """Seconds by which the grid is moved against the beats of an analysis."""
    analysis = replace(clicks((0.0,), beat=0.6)[0], beats=tuple(beats))
    return float(grid_of(analysis, onsets(analysis_mono(sound))).seconds[0]) - beats[0]


def test_where_everything_swells_the_grid_lies_where_notes_begin() -> None:
    begun = 0.5 + 0.6 * np.arange(24)
    swelling = swells(begun, rise=0.15)
    found = SoundAnalyzer().analyze(swelling, lambda part, said: None).beats
    late = min(beat - begun[0] for beat in found if beat > begun[0])
    assert late > 0.06
    assert -late < grid_shift(found, swelling) < -0.025
    struck = 0.02 * swelling.samples
    for start in begun:
        at = round(start * RATE)
        struck[:, at : at + 200] += np.random.default_rng(1).normal(0, 0.3, 200)
    drummed = Audio(np.asarray(struck, np.float32), RATE)
    assert grid_shift(begun, drummed) == pytest.approx(0.0, abs=0.002), "a drum marks the beat"


def test_players_who_are_not_together_do_not_swell() -> None:
    beats = 0.5 + 0.6 * np.arange(24)
    together = swells(beats, rise=0.2)
    draw = np.random.default_rng(1)
    loose = np.zeros((1, 16 * RATE), np.float32)
    for start in beats + draw.normal(0, 0.02, beats.size):
        at = round(start * RATE)
        loose[:, at : at + 200] += draw.normal(0, 0.3, 200)
    assert grid_shift(beats, Audio(loose, RATE)) == pytest.approx(0.0, abs=0.002)
    assert grid_shift(beats, together) < -0.02


COSTS = Costs()


def test_a_held_tone_is_one_note_though_it_flickers() -> None:
    evidence = np.full((12, 20), -0.3)
    evidence[2:10, 7] = 0.5
    evidence[5, 7] = -0.1
    assert best_path(evidence, np.zeros(12), np.zeros(12), COSTS) == [(2, 10, 7)]


def test_an_attack_on_the_same_pitch_makes_two_notes() -> None:
    evidence = np.full((8, 20), -0.3)
    evidence[:, 7] = 0.5
    attacks = np.zeros(8)
    attacks[4] = 1.0
    assert best_path(evidence, attacks, np.zeros(8), COSTS) == [(0, 4, 7), (4, 8, 7)]


def test_a_moment_an_octave_off_is_no_note() -> None:
    evidence = np.full((9, 30), -0.3)
    evidence[:, 8] = 0.5
    evidence[4, 8], evidence[4, 20] = 0.2, 0.5
    assert best_path(evidence, np.zeros(9), np.zeros(9), COSTS) == [(0, 9, 8)]


def test_a_ghost_note_is_dropped() -> None:
    evidence = np.full((9, 30), -0.3)
    evidence[4, 8] = 0.2
    assert best_path(evidence, np.zeros(9), np.zeros(9), COSTS) == []


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_notes_of_a_path_never_overlap(seed: int) -> None:
    draw = np.random.default_rng(seed)
    evidence = draw.normal(-0.1, 0.4, (30, 12))
    notes = best_path(evidence, draw.uniform(0, 1, 30), draw.uniform(0, 0.1, 30), COSTS)
    edges = [edge for start, stop, _ in notes for edge in (start, stop)]
    assert edges == sorted(edges)
    assert all(start < stop for start, stop, _ in notes)


@pytest.mark.parametrize("kit", ["acoustic", "electro-808", "brushes"])
def test_a_beat_is_read_back_from_any_kit(kit: str) -> None:
    song = Song(tempo_bpm=100, bars=8)
    hits = [Hit(at, "kick" if n % 2 == 0 else "snare", 0.8) for n, at in enumerate(song.beats)]
    hits += [Hit(at + 0.3, "hat", 0.6) for at in song.beats]
    sound = Audio(play_drums(kit, hits, seconds=song.seconds, rate=44100, seed=1), 44100)
    found = onsets(analysis_mono(sound))
    grid = grid_of(song.analysis(), found)
    strokes = strokes_of(found, grid, (), alone=True)
    read = {drum: [s.beat for s in strokes if s.drum == drum] for drum in ("kick", "snare")}
    assert read["kick"] == [float(beat) for beat in range(0, 32, 2)]
    assert read["snare"] == [float(beat) for beat in range(1, 32, 2)]
    offbeats = {s.beat for s in strokes if s.drum == "hat"}
    assert offbeats >= {beat + 0.5 for beat in range(32)}


def test_a_bar_is_as_sure_as_its_notes() -> None:
    lines = {
        "melody": (ScoreNote(0, 2, 60, confidence=0.9), ScoreNote(4, 4, 60, confidence=0.3)),
        "bass": (ScoreNote(0, 4, 40, confidence=0.6),),
        "harmony": (ScoreNote(0, 4, 40, confidence=0.0),),
    }
    assert bar_confidences(lines, 12, 4, trust=0.8) == (0.75, 0.3, 0.4)


def test_a_place_where_nothing_is_struck_stays_empty_however_usual_a_stroke_is_there() -> None:
    song = Song(tempo_bpm=124, bars=8)
    hits = [Hit(at, "kick", 0.8) for at in song.beats[:28]]
    sound = play_drums("house-909", hits, seconds=song.seconds, rate=44100, seed=1)
    found = onsets(analysis_mono(Audio(sound, 44100)))
    strokes = strokes_of(found, grid_of(song.analysis(), found), (), alone=True)
    assert [(one.drum, one.beat) for one in strokes] == [("kick", float(n)) for n in range(28)]


def test_a_mix_without_drums_gets_none() -> None:
    song = Song(bars=8)
    stems = song.stems()
    band = np.sum([stems[part].samples for part in ("bass", "harmony", "vocals")], axis=0)
    found = onsets(analysis_mono(Audio(band, 44100)))
    assert strokes_of(found, grid_of(song.analysis(), found), (), alone=False) == ()
    found = onsets(analysis_mono(song.audio()))
    assert strokes_of(found, grid_of(song.analysis(), found), (), alone=False)


def test_beats_in_silence_are_left_where_they_are() -> None:
    analysis, sound = clicks((0.0,))
    beats = np.array(analysis.beats)
    quiet = Audio(np.zeros_like(sound.samples), RATE)
    quiet.samples[0, : RATE // 100] = 0.5
    grid = grid_of(analysis, onsets(analysis_mono(quiet)))
    assert grid.seconds == pytest.approx(beats)


@pytest.mark.parametrize(
    "sections", [(), (Section("verse", 0.0, 4.0), Section("chorus", 4.0, 8.0))]
)
def test_sections_reach_to_the_end_and_there_may_be_none(sections: tuple[Section, ...]) -> None:
    analysis = Analysis("any", 8.0, 120.0, 1.0, (), (), None, 0.0, -20.0, sections=sections)
    grid = Grid(np.arange(17) * 0.5, 0, (Fraction(0),), 4, steady=True)
    found = sections_of(analysis, grid, 16.0)
    assert [(one.name, one.beat, one.beats) for one in found] == [
        ("verse", 0.0, 8.0),
        ("chorus", 8.0, 8.0),
    ][: len(sections)]
