"""Voicings: what hands, strings and voices can do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix_covers import voicing
from clearmix_covers.chords import QUALITIES, Chord, chord_in_mode, in_mode, read_chord
from clearmix_covers.voicing import GUITAR

chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(list(QUALITIES)))


@given(chords)
def test_a_guitar_chord_lies_on_six_strings_within_reach(chord: Chord) -> None:
    strings = voicing.shape(chord)
    assert len(strings) == 6
    struck = [(at, pitch) for at, pitch in enumerate(strings) if pitch is not None]
    frets = [pitch - GUITAR[at] for at, pitch in struck]
    fretted = [fret for fret in frets if fret > 0]
    assert len(struck) >= 3
    assert not fretted or max(fretted) - min(fretted) <= voicing.REACH
    assert {pitch % 12 for _, pitch in struck} <= set(chord.classes)
    assert struck[0][1] % 12 == chord.lowest


@given(chords)
def test_four_fingers_hold_a_guitar_chord(chord: Chord) -> None:
    held = [
        pitch - GUITAR[at] for at, pitch in enumerate(voicing.shape(chord)) if pitch is not None
    ]
    pressed = [fret for fret in held if fret]
    barred = 0 not in held and len(pressed) > 1
    assert (1 + sum(fret > min(pressed) for fret in pressed) if barred else len(pressed)) <= 4


@pytest.mark.parametrize(
    ("name", "frets"),
    [("C", "x32010"), ("G", "320003"), ("D", "xx0232"), ("A", "x02220"), ("E", "022100"),
     ("Am", "x02210"), ("Em", "022000"), ("Dm", "xx0231"), ("F", "133211"), ("Bm", "x24432"),
     ("F#m", "244222"), ("Bb", "x13331"), ("Gm", "355333")],
)  # fmt: skip
def test_guitar_chords_are_those_that_guitarists_learn_first(name: str, frets: str) -> None:
    chord = read_chord(name)
    assert chord is not None
    strings = voicing.shape(chord)
    held = ["x" if one is None else str(one - GUITAR[at]) for at, one in enumerate(strings)]
    assert "".join(held) == frets


@given(chords, st.integers(40, 60), st.integers(2, 4), st.booleans())
def test_a_hand_stays_within_its_range_and_reach(
    chord: Chord, low: int, count: int, shell: bool
) -> None:
    pitches = voicing.hand(chord, (), low=low, high=low + 24, count=count, shell=shell)
    assert low <= pitches[0] and pitches[-1] <= low + 24
    assert pitches[-1] - pitches[0] <= voicing.WIDEST_HAND
    assert {pitch % 12 for pitch in pitches} <= set(chord.classes)


@given(
    chords, st.lists(st.tuples(st.integers(36, 60), st.integers(60, 96)), min_size=1, max_size=8)
)
def test_inner_voices_cross_neither_each_other_nor_the_outer_ones(
    chord: Chord, outer: list[tuple[int, int]]
) -> None:
    column: tuple[int, ...] = ()
    for bottom, top in outer:
        inner = voicing.inner(chord, column, ((55, 88), (48, 79)), top=top, bottom=bottom)
        column = (top, *inner, bottom)
        assert all(upper >= lower for upper, lower in pairwise(column)), column


def test_parallel_fifths_are_left_for_another_voicing() -> None:
    # From C to D in root position over a rising bass: every voice could just move up a step.
    before = (76, 67, 60, 48)
    after = (78, *voicing.inner(Chord(2), before, ((55, 88), (48, 79)), top=78, bottom=50), 50)
    assert voicing.parallels(before, after) == 0
    assert voicing.parallels(before, (78, 69, 62, 50)) == 3


@given(chords, st.integers(60, 90), st.integers(2, 4))
def test_a_section_moves_in_block_chords_below_its_tune(
    chord: Chord, pitch: int, count: int
) -> None:
    block = voicing.block(pitch, chord, count, pitch - 14)
    assert block[0] == pitch
    assert all(upper - lower >= 2 for upper, lower in pairwise(block))


@given(chords, st.integers(0, 11))
def test_a_chord_that_moves_an_octave_is_the_same(chord: Chord, by: int) -> None:
    assert chord.moved(by).moved(12 - by) == chord
    assert read_chord(chord.name) == chord


@pytest.mark.parametrize(
    ("name", "tonic", "mode", "becomes"),
    [("C", 0, "minor", "Cm"), ("F", 0, "minor", "Fm"), ("G7", 0, "minor", "G7"),
     ("Am", 9, "major", "A"), ("E", 9, "major", "E"), ("F", 9, "major", "F#m")],
)  # fmt: skip
def test_chords_change_their_mode_with_the_key(
    name: str, tonic: int, mode: str, becomes: str
) -> None:
    chord = read_chord(name)
    assert chord is not None
    assert chord_in_mode(chord, tonic, mode).name == becomes


@given(st.integers(30, 90), st.integers(0, 11))
def test_a_scale_step_changes_by_a_semitone_at_most(pitch: int, tonic: int) -> None:
    assert abs(in_mode(pitch, tonic, "minor") - pitch) <= 1
    assert abs(in_mode(pitch, tonic, "major") - pitch) <= 1
