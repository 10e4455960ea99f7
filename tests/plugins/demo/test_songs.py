from itertools import pairwise

import numpy as np
import pytest

from clearmix.music import PITCH_CLASSES, canonical_key
from clearmix_demo.arranging import drum_hits, stem_layers
from clearmix_demo.rendering import STEMS
from clearmix_demo.score import SONG_IDS, Song, read_song

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
# Krumhansl and Kessler's profiles of the keys (1982).


def estimated_key(histogram: np.ndarray) -> str:
    found = {
        f"{PITCH_CLASSES[tonic]} {mode}": np.corrcoef(histogram, np.roll(profile, tonic))[0, 1]
        for tonic in range(12)
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
    }
    return max(found, key=lambda key: found[key])


@pytest.fixture(params=SONG_IDS)
def song(request: pytest.FixtureRequest) -> Song:
    return read_song(request.param)


def test_there_are_at_least_eight_songs_and_greensleeves_is_one() -> None:
    assert len(SONG_IDS) >= 8
    assert read_song("greensleeves").title == "Greensleeves"


def test_a_song_lasts_one_to_two_minutes_and_has_every_stem(song: Song) -> None:
    assert 60 <= song.seconds <= 120
    assert drum_hits(song)
    for stem in STEMS:
        assert stem == "drums" or any(notes for _, notes in stem_layers(song, stem)), stem


def test_the_grid_is_even_at_the_stated_tempo_and_downbeats_are_on_it(song: Song) -> None:
    analysis = song.analysis()
    gaps = np.diff(analysis["beats"])
    assert np.allclose(gaps, 60 / analysis["tempo_bpm"], atol=2e-6)
    assert analysis["downbeats"] == analysis["beats"][:: song.beats_per_bar]


def test_sections_follow_each_other_from_the_first_beat_to_the_last(song: Song) -> None:
    sections = song.analysis()["sections"]
    names = [section["name"] for section in sections]
    assert names[0] == "intro" and names[-1] == "outro"
    assert {"verse", "chorus", "break"} <= set(names)
    for one, following in pairwise(sections):
        assert one["end_seconds"] == following["start_seconds"]
    assert sections[0]["start_seconds"] == song.analysis()["beats"][0]


def test_the_notes_are_in_the_stated_key(song: Song) -> None:
    assert canonical_key(song.key) == song.key
    heard = np.zeros(12)
    for stem in STEMS:
        if stem != "drums":
            for _, notes in stem_layers(song, stem):
                for note in notes:
                    heard[note.pitch % 12] += min(note.duration_seconds, 1) * note.velocity
    assert estimated_key(heard) == song.key


def test_long_notes_of_the_tune_mostly_belong_to_their_chords(song: Song) -> None:
    inside = total = 0.0
    for part in song.parts:
        for note in part.tune:
            if note.beats >= 1.5:
                chord = [one for one in part.chords if one.beat <= max(note.beat, 0.0)][-1]
                total += note.beats
                inside += note.beats * (note.pitch % 12 in chord.tones)
    assert inside / total > 0.7


def test_chords_change_on_beats_and_are_named_as_keys_are(song: Song) -> None:
    beats = set(song.analysis()["beats"])
    for at, name in song.analysis()["chords"]:
        assert at in beats
        assert canonical_key(name) == name


def test_no_note_and_no_stroke_falls_outside_the_recording(song: Song) -> None:
    assert all(0 <= hit.seconds < song.seconds for hit in drum_hits(song))
    assert all(0 < hit.velocity <= 1 for hit in drum_hits(song))
    for stem in STEMS:
        if stem != "drums":
            for _, notes in stem_layers(song, stem):
                ends = max(note.seconds + note.duration_seconds for note in notes)
                assert ends < song.seconds - 1.0
