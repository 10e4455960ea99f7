import pytest

from clearmix.errors import CatalogueError
from clearmix_demo.notation import read_chords, read_pickup, read_tune


def test_a_tune_is_read_with_rests_ties_and_transposition() -> None:
    notes = read_tune("A4/1.5 r/.5 G#4/2 | ~/1 C5/3", beats_per_bar=4, transpose=-2, place="tune")
    assert [(note.beat, note.beats, note.pitch) for note in notes] == [
        (0.0, 1.5, 67),
        (2.0, 3.0, 66),
        (5.0, 3.0, 70),
    ]


def test_a_pickup_ends_where_its_phrase_begins() -> None:
    notes = read_pickup("E4/.5 F#4/1", place="tune")
    assert [(note.beat, note.beats) for note in notes] == [(-1.5, 0.5), (-1.0, 1.0)]


def test_chords_have_roots_tones_basses_and_names() -> None:
    am7, slash, repeated = read_chords("Am7/2 F:A/2 | %", beats_per_bar=4, place="song")[:3]
    assert (am7.root, am7.tones, am7.name) == (9, (9, 0, 4, 7), "A minor")
    assert (slash.root, slash.bass, slash.beat, slash.beats) == (5, 9, 2.0, 2.0)
    assert (repeated.root, repeated.beat, repeated.beats) == (5, 4.0, 4.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [("A4/1 B4/2", "a bar of 3 beats"), ("A4/1 H4/3", "`H4/3` is no note")],
)
def test_a_slip_in_a_tune_names_song_and_bar(text: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said) as caught:
        read_tune(f"C4/4 | {text}", beats_per_bar=4, place="song, verse")
    assert caught.value.place == "song, verse, bar 2"


def test_an_unknown_chord_is_named() -> None:
    with pytest.raises(CatalogueError, match="`Axyz` is no chord"):
        read_chords("Axyz", beats_per_bar=4, place="song")
