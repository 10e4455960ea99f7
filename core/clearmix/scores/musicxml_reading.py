"""Scores out of MusicXML 4.0 (W3C Community Group), partwise, plain or compressed (`.mxl`).

What a cover needs is read: notes, ties, chords, meter, key, tempo, chord symbols, rehearsal marks.
Repeats are played once, and the score says so.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree  # documents that declare a DTD's entities are refused

from clearmix.contracts import Score, ScoreChord, ScoreNote, ScoreSection
from clearmix.errors import CatalogueError
from clearmix.music import PITCH_CLASSES
from clearmix.scores import LARGEST_BYTES
from clearmix.scores.harmony import chords_of, key_of, pitch_class_weights
from clearmix.scores.lines import Voice, lines_of

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

_KINDS = {
    "major": "", "minor": "m", "dominant": "7", "major-seventh": "maj7", "minor-seventh": "m7",
    "diminished": "dim", "augmented": "aug", "suspended-fourth": "sus4", "suspended-second": "sus2",
    "half-diminished": "m7b5", "diminished-seventh": "dim7", "major-sixth": "6",
    "minor-sixth": "m6", "dominant-ninth": "9",
}  # fmt: skip
"""Kinds of chords in MusicXML, and what lead sheets write behind the root."""

Element = ElementTree.Element


@dataclass
class _Read:
    """What is gathered while the parts are read; times are quarter notes."""

    voices: list[Voice] = field(default_factory=list)
    chords: dict[float, str] = field(default_factory=dict)
    marks: list[tuple[float, str]] = field(default_factory=list)
    tempo_bpm: float | None = None
    meter: tuple[int, int] = (4, 4)
    key: str | None = None
    end: float = 0.0
    repeats: bool = False


def from_musicxml(content: bytes, title: str, place: str) -> Score:
    """The score of a file; raises CatalogueError when it is no partwise MusicXML."""
    root = _root(content, place)
    read = _Read()
    names = {
        part.get("id", ""): (part.findtext("part-name") or "").strip()
        for part in root.iterfind("part-list/score-part")
    }
    for part in root.iterfind("part"):
        voice = Voice(names.get(part.get("id", ""), ""))
        _read_part(part, voice, read)
        read.voices.append(voice)
    numerator, denominator = read.meter
    compound = denominator == 8 and numerator % 3 == 0 and numerator > 3
    quarters = 1.5 if compound else 4 / denominator
    beats_per_bar = numerator // 3 if compound else numerator
    lines = lines_of([voice.scaled(1 / quarters) for voice in read.voices])
    beats = float(-(-round(read.end / quarters, 3) // 1))
    every = [note for line in lines.values() for note in line]
    symbols = tuple(
        ScoreChord(round(at / quarters, 4), name) for at, name in sorted(read.chords.items())
    )
    return Score(
        title=title,
        origin="score",
        transcriber="musicxml",
        tempo_bpm=round((read.tempo_bpm or 100.0) / quarters, 3),
        beats=beats,
        key=read.key or key_of(pitch_class_weights(every, 0.0, beats)),
        beats_per_bar=beats_per_bar,
        beat_division=3 if compound else 2,
        lines=lines,
        chords=symbols or chords_of(
            [note for name, line in lines.items() if name != "bass" for note in line],
            lines.get("bass", ()), beats, beats_per_bar,
        ),
        sections=_sections(read, quarters, beats),
        notes=("repeats are played once",) if read.repeats else (),
    )  # fmt: skip


def _root(content: bytes, place: str) -> Element:
    try:
        if content[:2] == b"PK":
            content = _unpacked(content)
        if b"<!ENTITY" in content:
            raise ValueError("it declares entities")
        root = ElementTree.fromstring(content)  # noqa: S314  # entities are refused above
    except (ElementTree.ParseError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise CatalogueError(
            f"not MusicXML: {error}", help="export the song as MusicXML again", place=place
        ) from None
    if root.tag != "score-partwise":
        raise CatalogueError(
            f"`{root.tag}` is no partwise MusicXML",
            help="export it as `score-partwise`, which every notation program does",
            place=place,
        )
    return root


def _unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))  # noqa: S314
        file = container.find(".//{*}rootfile")
        name = file.get("full-path", "") if file is not None else ""
        if archive.getinfo(name).file_size > LARGEST_BYTES:
            raise ValueError("it is too large when unpacked")
        return archive.read(name)


def _read_part(part: Element, voice: Voice, read: _Read) -> None:
    divisions, bar_start = 1.0, 0.0
    tied: dict[int, ScoreNote] = {}
    for measure in part.iterfind("measure"):
        at, longest, before = bar_start, bar_start, bar_start
        for element in measure:
            if element.tag == "attributes":
                divisions = float(element.findtext("divisions") or divisions)
                _read_attributes(element, read)
            elif element.tag == "note":
                length = float(element.findtext("duration") or 0) / divisions
                start = before if element.find("chord") is not None else at
                if element.find("grace") is None:
                    _read_note(element, start, length, voice, tied)
                    if element.find("chord") is None:
                        before, at = at, at + length
            elif element.tag in ("backup", "forward"):
                length = float(element.findtext("duration") or 0) / divisions
                at += length if element.tag == "forward" else -length
            elif element.tag == "harmony":
                name = _chord(element)
                if name:
                    read.chords.setdefault(at, name)
            elif element.tag in ("direction", "sound"):
                _read_direction(element, at, read)
            elif element.tag == "barline":
                read.repeats |= element.find("repeat") is not None
            longest = max(longest, at)
        bar_start = longest
    voice.notes.extend(tied.values())
    read.end = max(read.end, bar_start)


def _read_attributes(element: Element, read: _Read) -> None:
    time, key = element.find("time"), element.find("key")
    if time is not None and time.findtext("beats", "").isdigit():
        read.meter = (int(time.findtext("beats", "4")), int(time.findtext("beat-type", "4")))
    if key is not None and read.key is None and key.findtext("fifths") is not None:
        minor = key.findtext("mode") == "minor"
        tonic = (int(key.findtext("fifths", "0")) * 7 + (9 if minor else 0)) % 12
        if key.findtext("mode"):
            read.key = f"{PITCH_CLASSES[tonic]} {'minor' if minor else 'major'}"


def _read_note(
    element: Element, start: float, length: float, voice: Voice, tied: dict[int, ScoreNote]
) -> None:
    pitch = element.find("pitch")
    if pitch is None or length <= 0:
        return
    number = (
        12 * (int(pitch.findtext("octave", "4")) + 1)
        + _STEPS[pitch.findtext("step", "C")]
        + round(float(pitch.findtext("alter") or 0))
    )
    ties = {tie.get("type") for tie in element.iterfind("tie")}
    note = tied.pop(number, None) if "stop" in ties else None
    note = (
        ScoreNote(note.beat, start + length - note.beat, number, note.velocity)
        if note
        else ScoreNote(start, length, number)
    )
    if "start" in ties:
        tied[number] = note
    else:
        voice.notes.append(note)


def _chord(element: Element) -> str | None:
    step = element.findtext("root/root-step")
    if step is None:
        return None
    root = (_STEPS[step] + round(float(element.findtext("root/root-alter") or 0))) % 12
    return PITCH_CLASSES[root] + _KINDS.get(element.findtext("kind") or "major", "")


def _read_direction(element: Element, at: float, read: _Read) -> None:
    sound = element if element.tag == "sound" else element.find("sound")
    if sound is not None and sound.get("tempo") and read.tempo_bpm is None:
        read.tempo_bpm = float(sound.get("tempo", "100"))
    mark = element.findtext("direction-type/rehearsal")
    if mark and mark.strip():
        read.marks.append((at, mark.strip().lower()))


def _sections(read: _Read, quarters: float, beats: float) -> tuple[ScoreSection, ...]:
    marks = sorted(dict(read.marks).items())
    ends = [at / quarters for at, _ in marks[1:]] + [beats]
    return tuple(
        ScoreSection(name, at / quarters, end - at / quarters)
        for (at, name), end in zip(marks, ends, strict=True)
        if end > at / quarters
    )
