"""Scores survive the way through each format, and files that are none are refused in words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearmix import Score, ScoreChord, ScoreNote, ScoreSection, ScoreStroke
from clearmix.errors import CatalogueError
from clearmix.scores import read_score, write_score
from clearmix.scores.midi import as_midi, from_midi
from clearmix.scores.musicxml_reading import from_musicxml
from clearmix.scores.musicxml_writing import as_musicxml

GRID = 12


def song(**changes: object) -> Score:
    """A bar of C, a bar of G7; a tune over a bass."""
    values: dict[str, object] = {
        "title": "Two Bars",
        "origin": "score",
        "transcriber": "by hand",
        "tempo_bpm": 96.0,
        "beats": 8.0,
        "key": "C major",
        "lines": {
            "melody": tuple(
                ScoreNote(beat, 1.0, 72 + step)
                for beat, step in enumerate([0, 4, 7, 4, 7, 11, 7, 2])
            ),
            "bass": (ScoreNote(0.0, 4.0, 36), ScoreNote(4.0, 4.0, 43)),
            "harmony": tuple(
                ScoreNote(beat, 4.0, pitch)
                for beat, chord in ((0.0, (60, 64, 67)), (4.0, (59, 62, 65)))
                for pitch in chord
            ),
        },
        "chords": (ScoreChord(0.0, "C"), ScoreChord(4.0, "G7")),
        "strokes": (ScoreStroke(0.0, "kick"), ScoreStroke(1.0, "snare", 0.5)),
        "sections": (ScoreSection("verse", 0.0, 8.0),),
    }
    return Score(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".json"])
def test_a_score_comes_back_from_its_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"song{suffix}"
    write_score(song(), path)
    read = read_score(path, "Two Bars")
    assert (read.tempo_bpm, read.key, read.beats_per_bar) == (96.0, "C major", 4)
    assert [chord.name for chord in read.chords] == ["C", "G7"]
    assert [section.name for section in read.sections] == ["verse"]
    for name, line in song().lines.items():
        notes = {(note.beat, note.beats, note.pitch) for note in read.lines[name]}
        assert notes == {(note.beat, note.beats, note.pitch) for note in line}, name


@given(
    st.dictionaries(
        st.integers(-2 * GRID, 8 * GRID),
        st.tuples(st.integers(1, 3 * GRID), st.integers(48, 90)),
        min_size=1,
        max_size=12,
    )
)
def test_any_melody_keeps_its_pitches_and_places(notes: dict[int, tuple[int, int]]) -> None:
    starts = sorted(notes)
    line = []
    for start, after in zip(starts, [*starts[1:], 12 * GRID], strict=True):
        length, pitch = notes[start]
        line.append(ScoreNote(start / GRID, min(length, after - start) / GRID, pitch))
    one = song(lines={"melody": tuple(line)}, chords=(), strokes=(), beats=12.0)
    early = min(0.0, line[0].beat)
    lead = -(early // 4) * 4 if early else 0.0
    for read in (
        from_midi(as_midi(one), "X", "x.mid"),
        from_musicxml(as_musicxml(one), "X", "x.musicxml"),
    ):
        found = [(note.beat - lead, note.pitch) for note in read.lines["melody"]]
        assert [pitch for _, pitch in found] == [note.pitch for note in line]
        for (beat, _), note in zip(found, line, strict=True):
            assert beat == pytest.approx(note.beat, abs=0.01)


def test_six_eight_is_two_beats_of_three(tmp_path: Path) -> None:
    jig = song(
        beats_per_bar=2,
        beat_division=3,
        tempo_bpm=80.0,
        lines={"melody": tuple(ScoreNote(step / 3, 1 / 3, 72) for step in range(12))},
    )
    for suffix in (".mid", ".musicxml"):
        write_score(jig, tmp_path / f"jig{suffix}")
        read = read_score(tmp_path / f"jig{suffix}", "Jig")
        assert (read.beats_per_bar, read.beat_division) == (2, 3)
        assert read.tempo_bpm == pytest.approx(80.0, abs=0.01)
        assert [note.beat for note in read.lines["melody"]] == pytest.approx(
            [step / 3 for step in range(12)], abs=0.01
        )


def test_a_compressed_score_is_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>',
        )
        archive.writestr("a.xml", as_musicxml(song()))
    (tmp_path / "a.mxl").write_bytes(packed.getvalue())
    assert len(read_score(tmp_path / "a.mxl", "A").lines["melody"]) == 8


def test_a_piano_roll_shows_every_note(tmp_path: Path) -> None:
    write_score(song(title="<b>Two</b>"), tmp_path / "roll.svg")
    root = ElementTree.parse(tmp_path / "roll.svg").getroot()
    boxes = root.findall("{*}rect")
    assert len(boxes) == 1 + sum(len(line) for line in song().lines.values())
    assert root.findtext("{*}title") == "<b>Two</b>: 96 bpm, C major"
    assert {"C4", "C5", "1"} <= {text.text for text in root.findall("{*}text")}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.mid", b"not midi", "not a MIDI file"),
        ("a.mid", as_midi(song(lines={}, strokes=())), "no notes"),
        ("a.musicxml", b"<score-partwise>", "not MusicXML"),
        ("a.musicxml", b"<score-timewise/>", "no partwise MusicXML"),
        ("a.musicxml", b'<!DOCTYPE x [<!ENTITY a "b">]><score-partwise/>', "declares entities"),
        ("a.mxl", b"PK nothing", "not MusicXML"),
        ("a.json", b"[1]", "not a JSON object"),
        ("a.json", b'{"tempo_bpm": "fast"}', "`"),
        ("a.pdf", b"%PDF", "no score that can be read"),
    ],
)
def test_what_is_no_score_is_refused_with_its_place(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatalogueError, match=said) as refused:
        read_score(tmp_path / name, "A")
    assert refused.value.help
    assert refused.value.place == str(tmp_path / name)


def test_a_file_that_is_not_there_or_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot read the score"):
        read_score(tmp_path / "none.mid", "A")
    with pytest.raises(CatalogueError, match="names no format"):
        write_score(song(), tmp_path / "a.pdf")
    with pytest.raises(CatalogueError, match="cannot write"):
        write_score(song(), tmp_path / "none" / "a.mid")
