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
from clearmix_covers.room import Hall
from clearmix_covers.transcribing.confidence import bar_confidences
from clearmix_covers.transcribing.framework import sections_of
from clearmix_covers.transcribing.grid import Grid, grid_of
from clearmix_covers.transcribing.lateness import begun, delays, lateness
from clearmix_covers.transcribing.lines import (
    BASS,
    ESTIMATED_LEAD,
    LEAD,
    LEAD_IN_A_MIX,
    hear_line,
    line_of,
)
from clearmix_covers.transcribing.naming import named
from clearmix_covers.transcribing.octaves import LOWEST_STRING, as_written, hear_bass
from clearmix_covers.transcribing.path import Costs, best_path
from clearmix_covers.transcribing.strength import (
    BASS_RANGE,
    LEAD_RANGE,
    Heard,
    Range,
    pitch_strength,
)
from clearmix_covers.transcribing.strokes import strokes_of
from clearmix_sound.analysis import SoundAnalyzer
from clearmix_sound.analysis.onsets import analysis_mono, onsets
from clearmix_sound.instruments import Hit, Note, play_drums, play_notes

RATE = 22050


def tone(pitch: float, seconds: float = 1.0, partials: int = 8) -> Audio:
    now = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    order = np.arange(1, partials + 1)
    order = order[order * hz < RATE / 2]
    wave = sum(np.sin(2 * np.pi * n * hz * now) / n for n in order)
    return Audio(np.asarray(0.3 * wave, np.float32)[None], RATE)


def clicks(places: tuple[float, ...], beats: int = 24, beat: float = 0.5) -> tuple[Analysis, Audio]:
    """A click at each place of each beat, and beats that are known."""
    song = Song(tempo_bpm=60 / beat, bars=beats // 4)
    out = np.zeros(round((beats + 2) * beat * RATE), np.float32)
    for start in song.beats:
        for place in places:
            at = round((start + place * beat) * RATE)
            out[at : at + 200] += np.random.default_rng(1).normal(0, 0.3, 200).astype(np.float32)
    return song.analysis(), Audio(out[None], RATE)


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


@pytest.mark.parametrize("away", [-0.55, -0.5, -0.4, 0.4, 0.5])
def test_a_line_between_two_semitones_is_named_in_the_key(away: float) -> None:
    pitches = (60, 62, 64, 65, 67, 69, 71, 72)
    sung = [tone(pitch + away, seconds=0.5).samples for pitch in pitches]
    before = np.zeros((1, RATE // 4), np.float32)
    sound = Audio(np.concatenate([before, *sung], axis=1), RATE)
    line = hear_line(sound, LEAD, in_halves(), "C major")
    assert [note.pitch for note in line] == list(pitches)


@pytest.mark.parametrize(
    ("pitches", "tuning", "key"),
    [
        ((61, 63, 65, 66), -0.2, "C major"),
        ((61, 63, 65, 66), -0.45, None),
        ((60, 62, 64, 65), -0.45, "C major"),
        ((57, 59, 60, 68), 0.45, "A minor"),
        ((65, 60, 65, 60, 65, 60, 65, 60, 66), -0.45, "C major"),
    ],
    ids=["in tune", "no key", "in the key", "a minor key", "one note aside"],
)
def test_other_lines_keep_their_names(
    pitches: tuple[int, ...], tuning: float, key: str | None
) -> None:
    line = tuple(ScoreNote(at, 1.0, pitch) for at, pitch in enumerate(pitches))
    assert named(line, tuning, key) == line


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


def in_halves() -> Grid:
    """A grid at 120 bpm whose first beat is at a quarter of a second."""
    analysis, sound = clicks((0.0, 0.5))
    return grid_of(analysis, onsets(analysis_mono(sound)))


def test_vibrato_in_a_hall_is_not_struck_again() -> None:
    grid = in_halves()
    sung = [Note(0.25 + 2.0 * at, 2.0, pitch, 0.8) for at, pitch in enumerate((69, 72, 71, 67))]
    dry = play_notes("voice-lead", sung, seconds=9.0, rate=RATE, seed=1)
    wet = Audio(Hall(1.6, 0.4, RATE, 3).add(dry), RATE)
    line = hear_line(wet, LEAD, grid, None)
    restless = hear_line(wet, replace(LEAD, unrest=0.0), grid, None)
    assert list(dict.fromkeys(note.pitch for note in line)) == [69, 72, 71, 67]
    assert len(line) <= 5 < len(restless), (len(line), len(restless))


def test_a_singer_is_followed_past_what_holds_still() -> None:
    grid = in_halves()
    rate, low = LEAD_RANGE.rate, LEAD_RANGE.low
    frames = round(10 * rate)
    now = np.arange(frames) / rate
    strength = np.zeros((frames, LEAD_RANGE.high - low + 1), np.float32)
    place = np.zeros_like(strength)
    strength[:, 60 - low] = 0.6
    place[:, 60 - low] = 0.2 * np.sin(2 * np.pi * 5.5 * now)
    strength[now > 6, 72 - low] = 0.75
    heard = Heard(LEAD_RANGE, strength, place, np.ones(frames), 0.0)
    found = onsets(analysis_mono(Audio(np.zeros((1, 10 * RATE), np.float32), RATE)))
    line = line_of(heard, (found,), LEAD_IN_A_MIX, grid, None)
    assert {note.pitch for note in line} == {60}
    keys = line_of(replace(heard, place=np.zeros_like(place)), (found,), LEAD_IN_A_MIX, grid, None)
    assert {note.pitch for note in keys} == {60, 72}


def test_what_an_estimate_has_lost_is_found_in_what_it_was_taken_from() -> None:
    grid = in_halves()
    sung = [Note(0.25 + 1.0 * at, 0.9, pitch, 0.8) for at, pitch in enumerate((69, 72, 71, 67))]
    whole = play_notes("flute", sung, seconds=6.0, rate=RATE, seed=1)
    holed = whole.copy()
    holed[:, round(1.2 * RATE) : round(2.2 * RATE)] *= np.float32(0.2)
    scrap = play_notes("flute", [Note(1.25, 0.9, 62, 0.5)], seconds=6.0, rate=RATE, seed=2)
    estimate = Audio(holed + np.float32(0.5) * scrap, RATE)
    alone = hear_line(estimate, ESTIMATED_LEAD, grid, None)
    guided = hear_line(estimate, ESTIMATED_LEAD, grid, None, Audio(whole, RATE))
    assert 72 not in {note.pitch for note in alone}
    assert [(note.beat, note.pitch) for note in guided] == [(0, 69), (2, 72), (4, 71), (6, 67)]


def test_the_band_in_a_rest_of_the_tune_is_not_the_tune() -> None:
    grid = in_halves()
    rate, low = LEAD_RANGE.rate, LEAD_RANGE.low
    now = np.arange(round(10 * rate)) / rate
    strength = np.zeros((now.size, LEAD_RANGE.high - low + 1), np.float32)
    strength[(now < 4) | (now > 5), 74 - low] = 0.6
    strength[(now >= 4) & (now <= 5), 50 - low] = 0.6
    heard = Heard(LEAD_RANGE, strength, np.zeros_like(strength), np.ones(now.size), 0.0)
    found = onsets(analysis_mono(Audio(np.zeros((1, 10 * RATE), np.float32), RATE)))
    assert {note.pitch for note in line_of(heard, (found,), LEAD_IN_A_MIX, grid, None)} == {74}


def test_a_tune_may_move_to_another_register_for_good() -> None:
    grid = in_halves()
    rate, low = LEAD_RANGE.rate, LEAD_RANGE.low
    now = np.arange(round(40 * rate)) / rate
    strength = np.zeros((now.size, LEAD_RANGE.high - low + 1), np.float32)
    strength[now < 20, 55 - low] = 0.6
    strength[now >= 20, 76 - low] = 0.6
    heard = Heard(LEAD_RANGE, strength, np.zeros_like(strength), np.ones(now.size), 0.0)
    found = onsets(analysis_mono(Audio(np.zeros((1, 40 * RATE), np.float32), RATE)))
    line = line_of(heard, (found,), LEAD_IN_A_MIX, grid, None)
    assert {note.pitch for note in line} == {55, 76}


@settings(deadline=None, max_examples=20)
@given(st.floats(-0.05, 0.07), st.lists(st.integers(0, 20), min_size=16, max_size=24, unique=True))
def test_a_line_sounds_as_late_as_it_is_played(late: float, pitches: list[int]) -> None:
    edges = np.arange(2 * len(pitches) + 1) * 0.15
    path = [(2 * at, 2 * at + 2, pitch) for at, pitch in enumerate(pitches)]
    now = np.arange(round(edges[-1] * LEAD_RANGE.rate) + 20) / LEAD_RANGE.rate
    strength = np.zeros((now.size, 49), np.float32)
    for start, stop, pitch in path:
        strength[(now >= edges[start] + late) & (now < edges[stop] + late), pitch] = 0.6
    heard = Heard(LEAD_RANGE, strength, np.zeros_like(strength), np.ones(now.size), 0.0)
    told = delays(heard, (onsets(np.zeros(RATE, np.float32)),), path, edges, LEAD.threshold)
    assert told[1:] == pytest.approx(np.full(len(path) - 1, late), abs=0.012)
    assert lateness(told) == pytest.approx(late, abs=0.012)
    assert lateness(told[:7]) == 0.0, "too few to tell"
    starts = edges[:-1:2]
    between = begun(told, starts, LEAD_RANGE) - starts
    assert np.all(np.abs(between) <= 0.045), "never so far that the grid's own moment is missed"
    assert between[1:] == pytest.approx(np.full(len(path) - 1, 0.2 * late), abs=0.005)
    assert np.abs(begun(told, starts, BASS_RANGE) - starts).max() < np.abs(between).max() + 1e-9


def test_a_player_who_keeps_to_no_grid_is_heard_when_he_plays() -> None:
    grid = in_halves()
    stray = np.random.default_rng(2).normal(0, 0.03, 16).clip(-0.05, 0.05)
    pitches = (69, 72, 71, 67, 74, 72, 69, 76) * 2
    loose = [Note(0.25 + 0.5 * at + stray[at], 0.45, pitches[at], 0.8) for at in range(16)]
    sound = Audio(play_notes("brass", loose, seconds=10.0, rate=RATE, seed=1), RATE)
    line = hear_line(sound, LEAD, grid, None)
    assert [(note.beat, note.pitch) for note in line] == list(enumerate(pitches))
    truth = np.array([note.seconds for note in loose])
    heard = np.array([note.heard_seconds for note in line])
    written = grid.at(np.array([note.beat for note in line]))
    assert np.corrcoef(heard - written, truth - written)[0, 1] > 0.5
    assert np.abs(heard - truth).mean() < 0.85 * np.abs(written - truth).mean()
    assert np.abs(heard - written).max() <= 0.045


def test_a_tune_that_lies_behind_the_beat_is_written_on_it() -> None:
    grid = in_halves()
    pitches = (69, 72, 71, 67, 74, 72, 69, 76) * 2
    legato = np.concatenate([tone(pitch, 0.25).samples for pitch in pitches], axis=1)
    behind = np.pad(legato, ((0, 0), (round((0.25 + 0.07) * RATE), RATE)))
    line = hear_line(Audio(np.asarray(behind, np.float32), RATE), LEAD, grid, None)
    assert [(note.beat, note.pitch) for note in line] == [
        (at / 2, pitch) for at, pitch in enumerate(pitches)
    ]


def bass(*pitches: int, beats: float = 1.0) -> tuple[ScoreNote, ...]:
    return tuple(ScoreNote(at * beats, beats, pitch) for at, pitch in enumerate(pitches))


def test_a_synthesised_bass_is_written_where_it_is_played() -> None:
    played = [Note(0.25 + 0.5 * at, 0.45, 31 + at % 7, 0.8) for at in range(16)]
    sound = Audio(play_notes("synth-bass", played, seconds=9.0, rate=44100, seed=1), 44100)
    heard = hear_line(sound, BASS, in_halves(), None)
    assert {note.pitch for note in heard} == {note.pitch - 12 for note in played}
    assert [note.pitch for note in as_written(heard)] == [note.pitch for note in played]


@pytest.mark.parametrize("instrument", ["sub-bass", "square-lead"])
def test_a_hollow_bass_is_written_where_it_sounds_however_low(instrument: str) -> None:
    played = [Note(0.25 + 0.5 * at, 0.45, 24 + at % 4, 0.8) for at in range(16)]
    sound = Audio(play_notes(instrument, played, seconds=9.0, rate=44100, seed=1), 44100)
    heard = hear_bass(sound, in_halves(), None, 0.0)
    assert [note.pitch for note in heard] == [note.pitch for note in played]


def test_a_bass_that_visits_a_fifth_string_stays() -> None:
    line = bass(*(31, 26, 33, 35, 28, 31, 33, 36) * 4)
    assert as_written(line) == line


def test_the_octave_changes_with_the_player() -> None:
    line = bass(*(24, 26, 28, 31) * 8, *(33, 36, 38, 40) * 16, *(24, 26, 28, 31) * 8)
    raised = [new.pitch - old.pitch for new, old in zip(as_written(line), line, strict=True)]
    assert set(raised[:30]) == set(raised[-30:]) == {12}
    assert set(raised[40:-40]) == {0}


@given(
    st.lists(st.tuples(st.integers(16, 55), st.sampled_from((0.25, 0.5, 1.0, 4.0))), max_size=60)
)
def test_only_octaves_are_changed_and_what_lies_well_stays(
    notes: list[tuple[int, float]],
) -> None:
    line = tuple(ScoreNote(0.0, beats, pitch) for pitch, beats in notes)
    written = as_written(line)
    assert all(new.pitch - old.pitch in (0, 12) for new, old in zip(written, line, strict=True))
    if all(pitch >= LOWEST_STRING for pitch, _ in notes):
        assert written == line


def test_a_bass_under_drums_is_heard_in_the_tuning_of_its_band() -> None:
    pitches = [(33, 36, 38, 31)[at % 4] for at in range(16)]
    sharp = np.concatenate([tone(pitch + 0.46, 0.5, 2).samples for pitch in pitches], axis=1)
    kicks = [Hit(0.25 * at, "kick", 1.0) for at in range(1, 33)]
    mix = play_drums("house-909", kicks, seconds=9.0, rate=RATE, seed=1)[:1] * np.float32(3)
    mix[:, RATE // 4 : RATE // 4 + sharp.shape[1]] += sharp

    def right(tuning: float | None) -> float:
        line = hear_bass(Audio(mix, RATE), in_halves(), None, tuning)
        found = {(round(2 * note.beat) / 2, note.pitch) for note in line}
        return len(found & set(enumerate(pitches))) / len(pitches)

    assert right(0.46) > 0.9
    assert right(None) < 0.1, "the drums do not blur the bass's own tuning"


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
