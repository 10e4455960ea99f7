"""Lines as they are heard: pitches, names, octaves, repeated notes, and how late they sound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearmix.audio import Audio
from clearmix.contracts import ScoreNote
from clearmix_covers.room import Hall
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
from clearmix_covers.transcribing.strength import (
    BASS_RANGE,
    LEAD_RANGE,
    Heard,
)
from clearmix_sound.analysis.onsets import analysis_mono, onsets
from clearmix_sound.instruments import Hit, Note, play_drums, play_notes

from .made_sounds import RATE, in_halves, tone


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
