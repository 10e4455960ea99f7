"""What a cover takes of a score: a heard tune without what nobody sings, a given one as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import Score, ScoreNote
from clearmix.contracts.scores import Origin
from clearmix_covers.material import material_of


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


@given(st.lists(st.integers(48, 84), min_size=1, max_size=16))
def test_only_octaves_are_changed(pitches: list[int]) -> None:
    heard = tune_of("mix", *pitches)
    assert all((new - old) % 12 == 0 for new, old in zip(heard, pitches, strict=True))


def test_doubtful_notes_are_left_out() -> None:
    note = ScoreNote(0.0, 1.0, 60)
    score = Score("Made Up", "mix", "test", 120.0, 4.0, "C major", 4,
                  lines={"melody": (note, replace(note, beat=1.0, confidence=0.1))})  # fmt: skip
    assert material_of(score).tune == (note,)
