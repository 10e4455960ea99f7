"""Plans of covers: who plays what, for how long, in which key, meter and feel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from clearmix import RemixSpec, ScoreChord, ScoreNote, ScoreSection, Source
from clearmix.errors import CatalogueError
from clearmix.vocabulary import TermKind, terms
from clearmix_covers.arranging import arranged
from clearmix_covers.form import RING_SECONDS
from clearmix_covers.lineups import lineups
from clearmix_covers.plan import Plan

from .conftest import score, source_of

Cover = Callable[..., RemixSpec]


def sounding(plan: Plan, player: int, second: float) -> list[int]:
    """The pitches of a player at a moment, in the middle of its notes."""
    return [
        pitch
        for start, length, pitch, _ in plan.players[player].notes
        if start + 0.03 <= second < start + length - 0.06
    ]


@pytest.mark.parametrize("id", terms(TermKind.LINEUP))
def test_every_player_stays_within_its_range(id: str, source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup=id), source)
    chairs = {chair.name: chair for chair in lineups()[id].chairs}
    for player in plan.players:
        chair = chairs[player.name]
        pitches = [note[2] for note in player.notes]
        if chair.role in ("strum", "power"):
            assert min(pitches) >= 38 and max(pitches) <= 76, player.name
        else:
            spare = 8 if chair.role == "soli" else 0
            assert chair.low - spare <= min(pitches) and max(pitches) <= chair.high, player.name
    assert sum(len(player.notes) for player in plan.players) > 60


def test_a_quartet_keeps_four_voices_that_do_not_cross(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="string-quartet"), source)
    assert [player.play for player in plan.players] == ["violin", "violin", "viola", "cello"]
    moments = [step * 0.07 for step in range(round(plan.ends_at / 0.07))]
    columns = [[sounding(plan, voice, at) for voice in range(4)] for at in moments]
    assert all(len(voice) <= 1 for column in columns for voice in column)
    heard = [[pitch for voice in column for pitch in voice] for column in columns]
    assert sum(len(one) == 4 for one in heard) > 0.4 * len(heard)
    for at, column in zip(moments, heard, strict=True):
        assert all(upper >= lower for upper, lower in pairwise(column)), (at, column)


def test_a_guitar_sounds_at_most_six_strings_one_note_each(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="acoustic-guitar"), source)
    guitar = next(at for at, one in enumerate(plan.players) if one.play == "steel-guitar")
    for step in range(round(plan.ends_at / 0.1)):
        pitches = sounding(plan, guitar, step * 0.1)
        assert len(pitches) <= 6
        assert len(set(pitches)) == len(pitches)


def test_the_same_spec_and_seed_make_the_same_plan_and_another_seed_plays_otherwise(
    source: Source, cover: Cover
) -> None:
    first = arranged(cover(seed=3), source)
    assert arranged(cover(seed=3), source) == first
    other = arranged(cover(seed=4), source)
    assert other.players[0].notes != first.players[0].notes
    assert [note[2] for note in other.players[0].notes] == [
        note[2] for note in first.players[0].notes
    ]


def test_a_plan_reads_back_from_json(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="big-band"), source)
    assert Plan.from_json(plan.as_json()) == plan


@pytest.mark.parametrize("seconds", [9.0, 20.0, 33.5, 75.0, 140.0])
def test_a_length_that_is_asked_for_is_kept(seconds: float, source: Source, cover: Cover) -> None:
    plan = arranged(cover(structure={"seconds": seconds}), source)
    assert plan.seconds == seconds
    # The last chord is held until what rings after it fills the rest.
    assert seconds - plan.ends_at == pytest.approx(RING_SECONDS, abs=0.01)
    held = [note for player in plan.players for note in player.notes
            if note[0] + note[1] > plan.ends_at - 0.2]  # fmt: skip
    assert {note[2] % 12 for note in held} <= {9, 0, 4}


def test_it_ends_on_its_tonic_and_slows_down_before(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="solo-piano"), source)
    last = plan.sections[-1]
    assert last.name == "ending"
    final = [
        note[2]
        for player in plan.players
        for note in player.notes
        if note[0] > last.seconds[0] - 0.05
    ]
    assert min(final) % 12 == 9
    assert {pitch % 12 for pitch in final} <= {9, 0, 4}
    bar = 4 * 60 / plan.tempo_bpm
    before = plan.sections[-2]
    assert before.seconds[1] - before.seconds[0] > 8 * bar + 0.1


def test_a_long_upbeat_is_played_whole(cover: Cover) -> None:
    upbeat = tuple(ScoreNote(-3.0 + step, 1.0, 69 + 2 * step) for step in range(3))
    written = score()
    lines = {**written.lines, "melody": (*upbeat, *written.lines["melody"])}
    plan = arranged(cover(lineup="solo-piano"), source_of(replace(written, lines=lines)))
    first = plan.sections[1].seconds[0]
    before = [note[2] for note in plan.players[0].notes if note[0] < first - 0.1]
    assert [pitch - before[0] for pitch in before] == [0, 2, 4]


def test_a_loop_has_neither_intro_nor_ending(source: Source, cover: Cover) -> None:
    plan = arranged(cover(structure={"form": "loop"}), source)
    assert plan.loops
    assert {one.name for one in plan.sections} <= {"verse", "chorus"}
    assert plan.seconds == pytest.approx(plan.ends_at)


def test_tempo_key_and_mode_are_those_asked_for(source: Source, cover: Cover) -> None:
    plan = arranged(cover(tempo={"ratio": 1.2}, pitch={"key": "D minor"}), source)
    assert plan.tempo_bpm == pytest.approx(120)
    assert plan.key == "D minor"
    bright = arranged(cover(pitch={"mode": "major"}, strength=0), source)
    assert bright.key == "A major"
    assert "Am" not in {name for _, name in bright.chords}
    assert "A" in {name for _, name in bright.chords}


def test_a_score_at_another_tempo_and_in_another_key_comes_to_what_is_asked_for(
    source: Source, cover: Cover
) -> None:
    one = source.first
    recorded = replace(one.analysis, tempo_bpm=96.0, key="C minor")
    other = Source((replace(one, analysis=recorded),))
    plan = arranged(cover(tempo={"bpm": 110}, pitch={"key": "D minor"}), other)
    assert plan.tempo_bpm == pytest.approx(110)
    assert plan.key == "D minor"


@pytest.mark.parametrize("seconds", [15.0, 120.0])
def test_a_score_of_another_length_comes_to_that_of_the_recording(
    seconds: float, source: Source, cover: Cover
) -> None:
    one = source.first
    other = Source((replace(one, analysis=replace(one.analysis, seconds=seconds)),))
    plan = arranged(cover(), other)
    assert plan.seconds == pytest.approx(seconds)
    assert "score and recording differ in length: sections are repeated or left out" in plan.notes


def test_a_waltz_has_three_beats_in_bars_of_the_same_length(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="cafe-waltz"), source)
    assert plan.beats_per_bar == 3
    four = arranged(cover(lineup="folk-group"), source)
    assert 3 / plan.tempo_bpm == pytest.approx(4 / four.tempo_bpm)


@pytest.mark.parametrize("bar", [2, 3, 4, 5, 6, 7])
def test_every_meter_can_be_played(bar: int, cover: Cover) -> None:
    plan = arranged(cover(lineup="folk-group"), source_of(score(beats_per_bar=bar)))
    assert plan.beats_per_bar == bar
    assert len(plan.players) >= 4


def test_a_compound_meter_is_played_in_triplets(cover: Cover) -> None:
    written = replace(score(beats_per_bar=2), beat_division=3)
    plan = arranged(cover(lineup="folk-group", seed=1), source_of(written))
    guitar = next(one for one in plan.players if one.play == "steel-guitar")
    beat = 60 / plan.tempo_bpm
    places = {round((note[0] / beat) % 1, 1) for note in guitar.notes}
    assert 0.7 in places


def test_feels_change_the_rhythm_and_not_the_tempo(source: Source, cover: Cover) -> None:
    usual = arranged(cover(lineup="rock-band"), source)
    half = arranged(cover(lineup="rock-band", tempo={"feel": "half-time"}), source)
    double = arranged(cover(lineup="rock-band", tempo={"feel": "double-time"}), source)
    assert usual.tempo_bpm == half.tempo_bpm == double.tempo_bpm
    strokes = [len(plan.drums.strokes) for plan in (half, usual, double) if plan.drums]
    assert strokes[0] < 0.7 * strokes[1] < 0.7 * 0.7 * strokes[2]


def test_jazz_has_other_chords_and_little_strength_leaves_them(
    source: Source, cover: Cover
) -> None:
    written = {name for _, name in arranged(cover(lineup="jazz-trio", strength=0), source).chords}
    assert written <= {"Am", "C", "G", "Em", "F", "Dm", "E7", "E"}
    jazz = {name for _, name in arranged(cover(lineup="jazz-trio"), source).chords}
    assert any("9" in name or "maj7" in name for name in jazz)
    power = {name for _, name in arranged(cover(lineup="metal-band"), source).chords}
    assert all(name.endswith("5") or name == "Am" for name in power)


def test_energy_and_moods_change_how_many_play(source: Source, cover: Cover) -> None:
    quiet = arranged(cover(lineup="orchestra", energy=-1, moods=["calm"]), source)
    loud = arranged(cover(lineup="orchestra", energy=1), source)
    assert len(quiet.players) < len(loud.players)
    assert {one.level for one in loud.sections} >= {"full"}


def test_the_tune_is_the_tune(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="string-quartet"), source)
    written = source.first.score
    assert written is not None
    played = [note[2] % 12 for note in plan.players[0].notes][:-1]
    assert played == [note.pitch % 12 for note in written.lines["melody"]]


def test_a_score_without_a_tune_and_one_of_a_single_note_are_played(cover: Cover) -> None:
    chords_only = replace(score(), lines={})
    plan = arranged(cover(lineup="folk-group"), source_of(chords_only))
    assert "no tune was written down: the chords are played alone" in plan.notes
    single = replace(
        score(), lines={"melody": (ScoreNote(0.0, 1.0, 60),)}, chords=(), sections=(), beats=1.0
    )
    assert arranged(cover(), source_of(single)).players


def test_a_source_without_a_score_is_refused_with_a_remedy(source: Source, cover: Cover) -> None:
    bare = Source((replace(source.first, score=None),))
    with pytest.raises(CatalogueError, match="`Made Up` has no score") as caught:
        arranged(cover(), bare)
    assert "clearmix catalogue score" in (caught.value.help or "")


@pytest.mark.parametrize("lineup", ["acoustic-guitar", "rock-band", "choir"])
def test_without_vocals_instruments_keep_the_tune(
    lineup: str, source: Source, cover: Cover
) -> None:
    instrumental = {"parts": [{"part": "vocals", "action": "remove"}]}
    plan = arranged(cover(lineup=lineup, **instrumental), source)
    assert any(one.role in ("lead", "soli") for one in plan.players)
    assert not {one.play for one in plan.players} & {"vocalise", "voice-lead"}
    assert "nobody sings: the tune is played by instruments" in plan.notes
    karaoke = arranged(cover(lineup=lineup, use_case="karaoke", **instrumental), source)
    assert not any(one.role in ("lead", "soli", "double") for one in karaoke.players)


def test_no_major_seventh_lies_right_under_a_held_root(cover: Cover) -> None:
    written = replace(
        score(key="C major"),
        chords=(ScoreChord(0.0, "C"),),
        lines={"melody": tuple(ScoreNote(4.0 * bar, 4.0, 72) for bar in range(16))},
    )
    plan = arranged(cover(lineup="dance", structure={"intro": False}), source_of(written))
    assert {name for _, name in plan.chords} <= {"C", "C6"}


def test_karaoke_leaves_the_tune_out(source: Source, cover: Cover) -> None:
    plan = arranged(cover(lineup="rock-band", use_case="karaoke"), source)
    assert all(player.role not in ("lead", "soli") for player in plan.players)
    assert "the tune is left out, for you to sing" in plan.notes


def test_a_song_that_has_an_intro_is_given_no_other(cover: Cover) -> None:
    written = score()
    opening = (ScoreSection("intro", 0.0, 16.0), ScoreSection("chorus", 16.0, 48.0))
    plan = arranged(cover(), source_of(replace(written, sections=opening)))
    assert [one.name for one in plan.sections].count("intro") == 1


@pytest.mark.parametrize("seconds", [13.0, 18.0])
def test_a_short_cut_keeps_the_song_and_not_what_leads_in_and_out(
    seconds: float, cover: Cover
) -> None:
    names = ("intro", "verse", "chorus", "outro")
    sections = tuple(ScoreSection(name, 16.0 * at, 16.0) for at, name in enumerate(names))
    source = source_of(replace(score(), sections=sections))
    plan = arranged(cover(structure={"seconds": seconds}), source)
    assert {one.name for one in plan.sections} >= {"verse", "ending"}
    assert "outro" not in {one.name for one in plan.sections}
    loop = arranged(cover(structure={"form": "loop", "seconds": 9}), source)
    assert {one.name for one in loop.sections} == {"verse"}


@pytest.mark.parametrize("lineup", ["string-quartet", "saxophone-quartet", "choir"])
def test_inner_voices_do_not_sing_the_tune_with_it(lineup: str, cover: Cover) -> None:
    written = score(key="G major")
    tune = tuple(ScoreNote(float(beat), 1.0, (71, 71, 72, 74, 74, 72, 71, 69)[beat % 8])
                 for beat in range(64))  # fmt: skip
    chords = tuple(ScoreChord(4.0 * bar, ("G", "D", "Em", "D")[bar % 4]) for bar in range(16))
    source = source_of(replace(written, lines={"melody": tune}, chords=chords))
    plan = arranged(cover(lineup=lineup, seed=1), source)
    moments = [step * 0.1 for step in range(round(plan.ends_at / 0.1))]
    columns = [[sounding(plan, voice, at) for voice in range(3)] for at in moments]
    heard = [one for one in columns if one[0]]
    doubled = sum(one[0][0] in (*one[1], *one[2]) for one in heard)
    assert doubled < 0.04 * len(heard)
