"""What a cover takes of a score: a heard tune without what nobody sings, a given one as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import Score, ScoreChord, ScoreNote
from clearmix.contracts.scores import Origin
from clearmix_covers.material import material_of

IN_C_MAJOR = [pitch for pitch in range(48, 85) if pitch % 12 in (0, 2, 4, 5, 7, 9, 11)]


def tune_of(origin: Origin, *pitches: int) -> list[int]:
    """The tune that a cover plays of one quarter after the other."""
    notes = tuple(ScoreNote(float(beat), 1.0, pitch) for beat, pitch in enumerate(pitches))
    score = Score("Made Up", origin, "test", 120.0, 16.0, "C major", 4, lines={"melody": notes})
    return [note.pitch for note in material_of(score).tune]


@pytest.mark.parametrize("wrong", [94, 82, 55, 43])
def test_a_heard_note_an_octave_off_on_both_sides_comes_to_the_others(wrong: int) -> None:
    (moved,) = tune_of("mix", 67, 69, wrong, 67, 69)[2:3]
    assert (moved - wrong) % 12 == 0
    assert abs(moved - 68) <= 6


def test_a_given_tune_leaps_as_it_likes() -> None:
    assert tune_of("score", 67, 69, 94, 67, 69) == [67, 69, 94, 67, 69]


def test_a_heard_tune_may_leap_an_octave_and_stay() -> None:
    assert tune_of("stems", 60, 62, 74, 76, 74, 62, 60) == [60, 62, 74, 76, 74, 62, 60]


@given(st.lists(st.sampled_from(IN_C_MAJOR), min_size=1, max_size=16))
def test_only_octaves_are_changed(pitches: list[int]) -> None:
    heard = tune_of("mix", *pitches)
    assert all((new - old) % 12 == 0 for new, old in zip(heard, pitches, strict=True))


def test_doubtful_notes_are_left_out() -> None:
    note = ScoreNote(0.0, 1.0, 60)
    score = Score("Made Up", "mix", "test", 120.0, 4.0, "C major", 4,
                  lines={"melody": (note, replace(note, beat=1.0, confidence=0.1))})  # fmt: skip
    assert material_of(score).tune == (note,)


def test_what_the_ear_took_from_another_player_comes_to_the_register_of_the_tune() -> None:
    low, high = (62, 64, 65, 64, 62, 60, 62, 64), (83, 84, 86)
    heard = tune_of("mix", *low[:4], *high, *low[4:])
    assert max(heard) - min(heard) <= 14
    assert tune_of("score", *low[:4], *high)[-3:] == list(high)


def test_a_stroke_that_stands_alone_is_no_note_of_a_heard_tune() -> None:
    notes = [ScoreNote(0.0, 1.0, 60), ScoreNote(1.0, 1.0, 62), ScoreNote(4.0, 0.3, 67),
             ScoreNote(8.0, 0.3, 64), ScoreNote(8.5, 1.0, 62)]  # fmt: skip
    score = Score("Made Up", "mix", "test", 120.0, 16.0, "C major", 4, lines={"melody": (*notes,)})
    assert [note.pitch for note in material_of(score).tune] == [60, 62, 64, 62]
    given_notes = replace(score, origin="score")
    assert [note.pitch for note in material_of(given_notes).tune] == [60, 62, 67, 64, 62]


@pytest.mark.parametrize(
    ("pitch", "chord", "becomes"),
    [(66, "Dm", 65), (66, "D", 66), (61, "C", 60), (65, "C", 65), (70, "Gm", 70), (66, "C", 67)],
)
def test_a_held_note_that_neither_key_nor_chord_has_comes_to_the_tone_beside_it(
    pitch: int, chord: str, becomes: int
) -> None:
    note = ScoreNote(0.0, 2.0, pitch)
    heard = Score("Made Up", "mix", "test", 120.0, 16.0, "C major", 4, lines={"melody": (note,)},
                  chords=(ScoreChord(0.0, chord),))  # fmt: skip
    assert material_of(heard).tune[0].pitch == becomes
    assert material_of(replace(heard, origin="score")).tune[0].pitch == pitch
