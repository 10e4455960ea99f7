"""Files as programs and musicians write them: upbeats, repeats, transposing parts, one track."""

from __future__ import annotations

import io
from collections.abc import Sequence

import mido
import pytest
from tests.core.scores.test_files import song

from clearmix import Score
from clearmix.scores.midi import as_midi, from_midi
from clearmix.scores.musicxml_bars import Turns
from clearmix.scores.musicxml_reading import from_musicxml
from clearmix.scores.musicxml_writing import as_musicxml
from clearmix.scores.repeats import played_order

QUARTER = 480
Event = tuple[int, mido.Message | mido.MetaMessage]


def midi(*tracks: Sequence[Event], kind: int = 1) -> Score:
    """The score of tracks of events in ticks."""
    file = mido.MidiFile(type=kind, ticks_per_beat=QUARTER)
    for events in tracks:
        track, before = mido.MidiTrack(), 0
        for at, message in sorted(events, key=lambda one: one[0]):
            track.append(message.copy(time=at - before))
            before = at
        file.tracks.append(track)
    written = io.BytesIO()
    file.save(file=written)
    return from_midi(written.getvalue(), "A Song", "a.mid")


def meta(kind: str, at: float = 0, **values: object) -> Event:
    return round(at * QUARTER), mido.MetaMessage(kind, **values)


def note(pitch: int, at: float, beats: float, channel: int = 0) -> list[Event]:
    on, off = (round(one * QUARTER) for one in (at, at + beats))
    return [
        (on, mido.Message("note_on", note=pitch, velocity=90, channel=channel)),
        (off, mido.Message("note_off", note=pitch, channel=channel)),
    ]


def begins(score: Score, line: str = "melody") -> list[tuple[float, int]]:
    return [(one.beat, one.pitch) for one in score.lines[line]]


def test_a_short_first_meter_is_an_upbeat() -> None:
    waltz = midi([
        meta("time_signature", numerator=1, denominator=4),
        meta("time_signature", 1, numerator=3, denominator=4),
        *note(67, 0, 1), *note(72, 1, 2), *note(74, 3, 1), *note(76, 4, 3),
    ])  # fmt: skip
    assert waltz.beats_per_bar == 3
    assert begins(waltz) == [(-1, 67), (0, 72), (2, 74), (3, 76)]
    assert waltz.beats == 6


def test_a_song_in_one_track_keeps_its_channels_apart() -> None:
    one = midi(
        [
            meta("track_name", name="The Voice of Spring"),
            *(event for beat in range(8) for event in note(72 + beat, beat, 1, channel=3)),
            *(event for beat in (0, 4) for event in note(36, beat, 4, channel=1)),
            *(event for beat in range(8) for pitch in (60, 64, 67)
              for event in note(pitch, beat, 1, channel=2)),
            *(event for beat in range(8) for event in note(38, beat, 0.5, channel=9)),
        ],
        kind=0,
    )  # fmt: skip
    assert [pitch for _, pitch in begins(one)] == list(range(72, 80))
    assert begins(one, "bass") == [(0, 36), (4, 36)]
    assert [stroke.drum for stroke in one.strokes] == ["snare"] * 8


def test_notes_struck_again_or_never_let_go_are_kept() -> None:
    held = midi([
        (0, mido.Message("note_on", note=60, velocity=90)),
        (QUARTER, mido.Message("note_on", note=60, velocity=90)),
        (2 * QUARTER, mido.Message("note_off", note=60)),
        (2 * QUARTER, mido.Message("note_on", note=62, velocity=90)),
        (4 * QUARTER, mido.MetaMessage("end_of_track")),
    ])  # fmt: skip
    assert [(one.beat, one.beats, one.pitch) for one in held.lines["melody"]] == [
        (0, 1, 60), (1, 1, 60), (2, 2, 62)]  # fmt: skip


def test_a_slow_ending_leaves_the_tempo_alone_and_is_told() -> None:
    slowed = midi([
        meta("set_tempo", tempo=mido.bpm2tempo(120)),
        meta("set_tempo", 28, tempo=mido.bpm2tempo(60)),
        *(event for beat in range(32) for event in note(72, beat, 1)),
    ])  # fmt: skip
    assert slowed.tempo_bpm == pytest.approx(120)
    assert slowed.notes == ("its changes of tempo are left out",)
    even = midi([meta("set_tempo", tempo=mido.bpm2tempo(120)), *note(60, 0, 4)])
    assert even.notes == ()


@pytest.mark.parametrize(
    ("signature", "tonic", "minor", "expected"),
    [("C", 9, True, "A minor"), ("C", 7, False, "G major"), ("Bb", 10, False, "Bb major"),
     ("Bb", 7, True, "G minor"), ("Em", 4, True, "E minor")],
)  # fmt: skip
def test_a_signature_names_the_key_that_the_notes_are_in(
    signature: str, tonic: int, minor: bool, expected: str
) -> None:
    scale = [0, 3, 7, 12, 7, 3, 2, 0] if minor else [0, 4, 7, 12, 7, 4, 2, 0]
    found = midi([
        meta("key_signature", key=signature),
        *(event for beat, step in enumerate(scale) for event in note(60 + tonic + step, beat, 1)),
    ])  # fmt: skip
    assert found.key == expected


def test_a_key_comes_back_from_midi() -> None:
    for key in ("F# minor", "Bb major", "C# minor", "Ab major"):
        assert from_midi(as_midi(song(key=key, lines={}, chords=())), "X", "x").key == key


XML = """<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>{name}</part-name>
<score-instrument id="I1"/><midi-instrument id="I1"><midi-unpitched>39</midi-unpitched>
</midi-instrument></score-part></part-list><part id="P1">{measures}</part></score-partwise>"""


def page(*measures: str, name: str = "Part") -> Score:
    """The score of a part with these measures; the first one has the attributes."""
    body = "".join(f'<measure number="{at}">{one}</measure>' for at, one in enumerate(measures, 1))
    return from_musicxml(XML.format(name=name, measures=body).encode(), "A Song", "a.musicxml")


def head(beats: int = 4, kind: int = 4, more: str = "") -> str:
    return (
        f"<attributes><divisions>2</divisions><time><beats>{beats}</beats>"
        f"<beat-type>{kind}</beat-type></time>{more}</attributes>"
    )


def sounds(name: str, halves: int, more: str = "") -> str:
    """A note such as `C5`, so many eighths long."""
    return (
        f"<note><pitch><step>{name[0]}</step><octave>{name[1]}</octave></pitch>"
        f"<duration>{halves}</duration>{more}</note>"
    )


def test_a_short_first_bar_is_an_upbeat() -> None:
    read = page(head(3) + sounds("G4", 2), sounds("C5", 6), sounds("D5", 6))
    assert begins(read) == [(-1, 67), (0, 72), (3, 74)]


def test_a_transposing_part_is_read_as_it_sounds() -> None:
    clarinet = "<key><fifths>2</fifths><mode>major</mode></key>"
    clarinet += "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    chord = "<harmony><root><root-step>D</root-step></root><kind>dominant</kind></harmony>"
    read = page(head(more=clarinet) + chord + sounds("D5", 8))
    assert (begins(read), read.key, read.chords[0].name) == ([(0, 72)], "C major", "C7")


def test_repeats_and_endings_are_played() -> None:
    start = '<barline location="left"><repeat direction="forward"/></barline>'
    back = '<barline><ending number="1" type="stop"/><repeat direction="backward"/></barline>'
    read = page(
        head() + sounds("C5", 8),
        start + sounds("D5", 8),
        '<barline><ending number="1" type="start"/></barline>' + sounds("E5", 8) + back,
        '<barline><ending number="2" type="start"/></barline>' + sounds("F5", 8),
    )
    assert [pitch for _, pitch in begins(read)] == [72, 74, 76, 74, 77]
    assert (read.beats, read.notes) == (20, ())


@pytest.mark.parametrize(
    ("bars", "played"),
    [
        ([Turns(), Turns(back=2), Turns()], [0, 1, 0, 1, 2]),
        ([Turns(), Turns(back=3)], [0, 1] * 3),
        ([Turns(fine=True), Turns(leap="capo")], [0, 1, 0]),
        ([Turns(), Turns(segno=True), Turns(to_coda=True), Turns(leap="segno"), Turns(coda=True)],
         [0, 1, 2, 3, 1, 2, 4]),
        # Two sections with endings of their own; three times through the second.
        ([Turns(), Turns(endings=frozenset({1}), last_ending=2, back=2),
          Turns(endings=frozenset({2}), last_ending=2), Turns(),
          Turns(endings=frozenset({1, 2}), last_ending=3, back=2),
          Turns(endings=frozenset({3}), last_ending=3)],
         [0, 1, 0, 2, 3, 4, 3, 4, 3, 5]),
        # Da capo takes the last ending at once.
        ([Turns(), Turns(endings=frozenset({1}), last_ending=2, back=2),
          Turns(endings=frozenset({2}), last_ending=2, leap="capo")], [0, 1, 0, 2, 0, 2]),
    ],
)  # fmt: skip
def test_signs_lead_where_a_reader_goes(bars: list[Turns], played: list[int]) -> None:
    assert played_order(bars) == played


def test_a_page_that_never_ends_is_read_as_it_stands() -> None:
    assert played_order([Turns(back=10_000)]) == [0]


def test_chords_keep_their_place_kind_and_bass() -> None:
    names = ["Cmaj9", "Am7b5", "F6", "G13", "Dm9", "Bb/D", "N"]
    chords = tuple(type(song().chords[0])(float(at), name) for at, name in enumerate(names))
    read = from_musicxml(as_musicxml(song(chords=chords)), "X", "x.musicxml")
    assert [(one.beat, one.name) for one in read.chords] == list(enumerate(names))


def test_two_staves_are_a_tune_and_what_is_under_it() -> None:
    left = "".join(sounds(name, 1, "<voice>5</voice><staff>2</staff>") for name in ("C3", "G3") * 4)
    right = sounds("C5", 4, "<voice>1</voice><staff>1</staff>")
    right += sounds("E5", 4, "<voice>1</voice><staff>1</staff>")
    read = page(head() + right + "<backup><duration>8</duration></backup>" + left, name="Piano")
    assert begins(read) == [(0, 72), (2, 76)]
    assert len(read.lines["bass"]) == 8


def test_a_held_note_stays_the_tune_over_what_moves_below() -> None:
    chords = midi([
        *note(76, 0, 4), *note(60, 0, 4), *note(64, 1, 1), *note(67, 2, 1), *note(64, 3, 1),
        *note(77, 4, 4), *note(65, 4, 4), *note(60, 4, 4), *note(69, 5, 3),
    ])  # fmt: skip
    assert begins(chords) == [(0, 76), (4, 77)]


def test_a_drummer_is_read_by_instrument_and_by_place() -> None:
    def struck(place: str, more: str = "") -> str:
        return (
            f"<note><unpitched><display-step>{place[0]}</display-step>"
            f"<display-octave>{place[1]}</display-octave></unpitched><duration>2</duration>"
            f"{more}</note>"
        )

    kit = struck("F4") + struck("C5") + struck("A3", '<instrument id="I1"/>') + sounds("C5", 2)
    assert [one.drum for one in page(head() + kit).strokes] == ["kick", "snare", "snare"]


def test_cues_are_not_played_and_metronome_marks_count() -> None:
    mark = (
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
        "<per-minute>c. 80</per-minute></metronome></direction-type></direction>"
    )
    cue = sounds("A5", 3).replace("<note>", "<note><cue/>")
    read = page(head(6, 8) + mark + cue + sounds("C5", 3), sounds("D5", 6))
    assert (read.tempo_bpm, read.beats_per_bar, read.beat_division) == (80, 2, 3)
    assert begins(read) == [(1, 72), (2, 74)]
