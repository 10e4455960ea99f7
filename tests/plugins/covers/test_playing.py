"""How players of a cover play: what their hands can do, and what keeps out of the tune's way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from clearmix import RemixSpec, ScoreChord, ScoreNote, ScoreSection, Source
from clearmix_covers.arranging import arranged
from clearmix_covers.lineups import lineups

from .conftest import score, source_of

Cover = Callable[..., RemixSpec]


@pytest.mark.parametrize("lineup", ["solo-piano", "jazz-trio"])
def test_two_hands_never_hold_one_key(lineup: str, source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup=lineup, seed=1), source)
    hands = [one for one in plan.players if one.play == "piano"]
    for one, other in combinations(hands, 2):
        for start, length, pitch, _ in one.notes:
            # Hands are some milliseconds apart.
            assert not any(
                pitch == key and start + 0.06 < at + held and at + 0.06 < start + length
                for at, held, key, _ in other.notes
            ), (one.name, other.name, start)


@pytest.mark.parametrize("pitch", [65, 70, 76])
@pytest.mark.parametrize("lineup", ["tango-quintet", "early-jazz", "ambient", "lo-fi"])
def test_answers_keep_clear_of_what_the_tune_holds(lineup: str, pitch: int, cover: Cover) -> None:
    held = tuple(ScoreNote(4.0 * bar, 4.0, pitch + bar % 3) for bar in range(16))
    written = replace(score(key="C major"), lines={"melody": held}, chords=(ScoreChord(0.0, "C"),))
    plan = arranged(cover(lineup=lineup, energy=1, seed=1), source_of(written))
    tune = [note for one in plan.players if one.role == "lead" for note in one.notes]
    answers = [note for one in plan.players if one.role == "counter" for note in one.notes]
    assert answers
    for start, length, answer, _ in answers:
        for at, held_for, other, _ in tune:
            if at < start + length - 0.1 and at + held_for > start + 0.1:
                assert abs(answer - other) >= 3, start


@pytest.mark.parametrize("lineup", ["solo-piano", "jazz-trio", "string-quartet"])
def test_a_tune_stays_in_the_octave_where_it_is_written(lineup: str, cover: Cover) -> None:
    written = score()
    lower = tuple(replace(note, pitch=note.pitch - 5) for note in written.lines["melody"])
    source = source_of(replace(written, lines={"melody": lower}))
    plan = arranged(cover(lineup=lineup), source)
    assert plan.players[0].notes[1][2] == lower[1].pitch


@pytest.mark.parametrize("lineup", ["folk-group", "acoustic-guitar", "cafe-waltz", "latin-group"])
def test_a_bass_is_not_at_home_on_its_lowest_notes(
    lineup: str, source: Source, cover: Cover
) -> None:
    plan = arranged(cover(lineup=lineup), source)
    bass = next(one for one in plan.players if one.role == "bass")
    pitches = [note[2] for note in bass.notes]
    assert min(pitches) >= 30
    assert max(abs(one - other) for one, other in pairwise(pitches)) <= 9


@pytest.mark.parametrize("lineup", ["reggae-band", "rock-band", "soul-band", "lo-fi"])
def test_every_drum_of_a_groove_is_heard_in_bars_of_two(
    lineup: str, source: Source, cover: Cover
) -> None:
    plan = arranged(cover(lineup=lineup, meter="6/8"), source)
    assert plan.drums is not None and plan.beats_per_bar == 2
    drums = lineups()[lineup].drums
    assert drums is not None
    assert {drum for _, drum, _ in plan.drums.strokes} >= set(drums.lanes)


def test_a_piano_instead_of_guitars_is_played_as_a_piano(source: Source, cover: Cover) -> None:
    change = {"part": "guitar", "action": "replace", "with": "piano"}
    plan = arranged(cover(lineup="rock-band", parts=[change], energy=1), source)
    assert [one.role for one in plan.players if one.play == "piano"] == ["lead", "keys"]
    back = {"part": "piano", "action": "replace", "with": "guitar"}
    strummed = arranged(cover(lineup="soul-band", parts=[back]), source)
    assert {one.role for one in strummed.players if one.play == "steel-guitar"} == {"strum"}


def test_long_notes_of_a_mandolin_are_kept_going(cover: Cover) -> None:
    held = tuple(ScoreNote(4.0 * bar, 4.0, 69 + bar % 3) for bar in range(16))
    verse = (ScoreSection("verse", 0.0, 64.0),)
    written = replace(score(), lines={"melody": held}, sections=verse)
    plan = arranged(cover(lineup="bluegrass"), source_of(written))
    begins = plan.sections[1].seconds[0] - 0.05
    mandolin = next(one for one in plan.players if one.play == "pluck")
    strokes = [note for note in mandolin.notes if note[0] > begins]
    assert len(strokes) > 6 * len(held)
    gaps = [later[0] - note[0] for note, later in pairwise(strokes)]
    assert max(gaps) < 0.3
    assert len({note[3] for note in strokes}) > 10


def test_a_long_rest_of_the_tune_is_answered_again_and_again(cover: Cover) -> None:
    written = score(key="C major")
    late = tuple(note for note in written.lines["melody"] if note.beat >= 32)
    plan = arranged(cover(lineup="early-jazz", energy=1), source_of(
        replace(written, lines={"melody": late})))  # fmt: skip
    answers = [note[0] for one in plan.players
               if one.role in ("lead", "counter") for note in one.notes]  # fmt: skip
    silent = late[0].beat * 60 / plan.tempo_bpm
    moments = [0.0, *sorted(at for at in answers if at < silent), silent]
    gaps = [later - one for one, later in pairwise(moments)]
    assert max(gaps) < 8.5 * 60 / plan.tempo_bpm


def test_who_plays_before_the_tune_begins_plays_out(cover: Cover) -> None:
    written = replace(score(), lines={"melody": score().lines["melody"][1:]})
    plan = arranged(cover(lineup="acoustic-guitar", seed=1), source_of(written))
    assert plan.sections[0].name == "intro"
    intro, verse = plan.sections[0].seconds[1], plan.sections[1].seconds[1]
    guitar = next(one for one in plan.players if one.role == "strum")
    before = [note[3] for note in guitar.notes if note[0] < intro - 0.1]
    after = [note[3] for note in guitar.notes if intro < note[0] < verse - 0.1]
    assert sum(before) / len(before) > 1.04 * sum(after) / len(after)


@pytest.mark.parametrize("lineup", ["string-quartet", "folk-group", "big-band"])
def test_one_hears_that_a_repeated_note_begins_anew(lineup: str, cover: Cover) -> None:
    same = tuple(ScoreNote(float(beat), 1.0, 72) for beat in range(64))
    written = replace(score(), lines={"melody": same})
    plan = arranged(cover(lineup=lineup, seed=1), source_of(written))
    tune = [note for note in plan.players[0].notes if note[2] % 12 == 0]
    apart = [later[0] - note[0] - note[1] for note, later in pairwise(tune[:30])
             if note[2] == later[2]]  # fmt: skip
    assert sum(apart) / len(apart) > 0.03


def test_a_drummer_marks_long_sections_and_leads_into_each_in_another_way(cover: Cover) -> None:
    names = ("verse", "chorus", "verse", "chorus")
    sections = tuple(ScoreSection(name, 16.0 * at, 16.0) for at, name in enumerate(names))
    plan = arranged(cover(lineup="rock-band"), source_of(replace(score(), sections=sections)))
    assert plan.drums is not None
    toms = [(at, drum) for at, drum, _ in plan.drums.strokes if drum.startswith("tom")]
    fills = {
        tuple(drum for at, drum in toms if row.seconds[1] - 1.3 < at < row.seconds[1])
        for row in plan.sections[:4]
    }
    assert len(fills) >= 3
    whole = (ScoreSection("verse", 0.0, 64.0),)
    long = arranged(cover(lineup="rock-band"), source_of(replace(score(), sections=whole)))
    assert long.drums is not None
    start = long.sections[1].seconds[0]
    middle = start + 32 * 60 / long.tempo_bpm
    assert any(drum == "tom-low" and middle - 1 < at < middle for at, drum, _ in long.drums.strokes)


@pytest.mark.parametrize("lineup", ["string-quartet", "rock-band", "jazz-trio", "brass-band"])
def test_who_leads_plays_figures_before_the_tune_and_after_it(lineup: str, cover: Cover) -> None:
    written = score()
    tune = tuple(note for note in written.lines["melody"] if 16 <= note.beat < 48)
    sections = (ScoreSection("intro", 0.0, 16.0), ScoreSection("verse", 16.0, 32.0),
                ScoreSection("outro", 48.0, 16.0))  # fmt: skip
    source = source_of(replace(written, lines={"melody": tune}, sections=sections))
    plan = arranged(cover(lineup=lineup, seed=1), source)
    lead = plan.players[0]
    for section in (plan.sections[0], plan.sections[2]):
        start, stop = section.seconds
        figures = [note for note in lead.notes if start - 0.05 <= note[0] < stop - 0.05]
        assert len({note[2] for note in figures}) >= 3, section.name
        assert lead.name in section.plays
    sung = arranged(cover(lineup="acoustic-guitar", seed=1), source)
    assert sung.players[0].name not in sung.sections[0].plays, "a singer waits for the tune"


def test_a_piano_ends_on_a_chord_without_a_low_third(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="solo-piano", seed=1), source)
    final = plan.sections[-1].seconds[0]
    low = sorted(note[2] for one in plan.players for note in one.notes if note[0] > final - 0.05)
    assert all(upper - lower >= 5 for lower, upper in pairwise(low) if lower < 48)
