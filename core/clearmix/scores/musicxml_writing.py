"""Scores as MusicXML 4.0: one part for each line, bars filled with rests, notes tied over them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree  # it writes only

from clearmix.contracts import Score, ScoreNote
from clearmix.music import split_key
from clearmix.scores.musicxml_chords import harmony_of

DIVISIONS = 12
"""Twelfths of a beat: sixteenths and triplets both fall on them."""

_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

_FIFTHS = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 6: 6, 5: -1, 10: -2, 3: -3, 8: -4, 1: -5}

Element = ElementTree.Element
Stretch = tuple[int, int, tuple[int, ...]]
"""Start and stop in divisions, and the pitches that sound; none is a rest."""


def as_musicxml(score: Score) -> bytes:
    """The bytes of a `.musicxml` file, in UTF-8."""
    root = Element("score-partwise", version="4.0")
    work = _sub(root, "work")
    _sub(work, "work-title", score.title)
    parts = _sub(root, "part-list")
    lines = {name: line for name, line in score.lines.items() if line}
    bar = score.beats_per_bar * DIVISIONS
    upbeat = max(0.0, -min((n.beat for line in lines.values() for n in line), default=0.0))
    lead = -(-round(upbeat * DIVISIONS) // bar) * bar
    last = max((n.beat + n.beats for line in lines.values() for n in line), default=score.beats)
    bars = max(1, -(-(lead + round(max(score.beats, last) * DIVISIONS)) // bar))
    flat = score.key is not None and _fifths(score.key) < 0
    for number, (name, line) in enumerate(lines.items(), start=1):
        listed = _sub(parts, "score-part", id=f"P{number}")
        _sub(listed, "part-name", name)
        part = _sub(root, "part", id=f"P{number}")
        stretches = list(_stretches(line, lead, bars * bar))
        for index in range(bars):
            measure = _sub(part, "measure", number=str(index + 1))
            if index == 0:
                _attributes(measure, score, bass=name == "bass")
            inside = (index * bar, (index + 1) * bar)
            if number == 1:
                _symbols(measure, score, lead, inside, flat)
            for start, stop, pitches in stretches:
                first, end = max(start, inside[0]), min(stop, inside[1])
                if first < end:
                    _note(measure, end - first, pitches, start < first, stop > end, flat)
    ElementTree.indent(root)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + bytes(ElementTree.tostring(root, encoding="utf-8"))


def _stretches(line: Sequence[ScoreNote], lead: int, end: int) -> Iterator[Stretch]:
    """The line as chords and rests in turn; what overlaps is cut where the next one begins."""
    onsets: dict[int, list[ScoreNote]] = {}
    for note in line:
        onsets.setdefault(lead + round(note.beat * DIVISIONS), []).append(note)
    starts = [*sorted(onsets), end]
    at = 0
    for start, after in itertools.pairwise(starts):
        if start > at:
            yield at, start, ()
        length = max(1, round(max(note.beats for note in onsets[start]) * DIVISIONS))
        at = min(start + length, after)
        yield start, at, tuple(sorted({note.pitch for note in onsets[start]}))
    if at < end:
        yield at, end, ()


def _attributes(measure: Element, score: Score, *, bass: bool) -> None:
    attributes = _sub(measure, "attributes")
    compound = score.beat_division == 3
    quarters = 1.5 if compound else 1.0
    _sub(attributes, "divisions", str(round(DIVISIONS / quarters)))
    if score.key is not None:
        key = _sub(attributes, "key")
        _sub(key, "fifths", str(_fifths(score.key)))
        _sub(key, "mode", split_key(score.key)[1])
    time = _sub(attributes, "time")
    _sub(time, "beats", str(score.beats_per_bar * (3 if compound else 1)))
    _sub(time, "beat-type", "8" if compound else "4")
    clef = _sub(attributes, "clef")
    _sub(clef, "sign", "F" if bass else "G")
    _sub(clef, "line", "4" if bass else "2")
    direction = _sub(measure, "direction")
    kind = _sub(direction, "direction-type")
    _sub(kind, "words", f"{score.tempo_bpm:g} bpm")
    ElementTree.SubElement(direction, "sound", tempo=f"{score.tempo_bpm * quarters:g}")


def _symbols(
    measure: Element, score: Score, lead: int, inside: tuple[int, int], flat: bool
) -> None:
    """Rehearsal marks and chord symbols; those within the bar carry their offset."""
    for section in score.sections:
        at = lead + round(section.beat * DIVISIONS)
        if inside[0] <= at < inside[1]:
            direction = _sub(measure, "direction")
            _sub(_sub(direction, "direction-type"), "rehearsal", section.name)
            _sub(direction, "offset", str(at - inside[0]))
    for chord in score.chords:
        at = lead + round(chord.beat * DIVISIONS)
        if inside[0] <= at < inside[1]:
            harmony = harmony_of(chord.name)
            measure.append(harmony)
            _sub(harmony, "offset", str(at - inside[0]))


def _note(
    measure: Element,
    length: int,
    pitches: tuple[int, ...],
    from_before: bool,
    goes_on: bool,
    flat: bool,
) -> None:
    for number, pitch in enumerate(pitches or (None,)):
        note = _sub(measure, "note")
        if pitch is None:
            _sub(note, "rest")
            _sub(note, "duration", str(length))
            continue
        if number:
            _sub(note, "chord")
        name = (_FLATS if flat else _NAMES)[pitch % 12]
        named = _sub(note, "pitch")
        _sub(named, "step", name[0])
        if name[1:]:
            _sub(named, "alter", "-1" if name[1] == "b" else "1")
        _sub(named, "octave", str(pitch // 12 - 1))
        _sub(note, "duration", str(length))
        for kind, there in (("stop", from_before), ("start", goes_on)):
            if there:
                ElementTree.SubElement(note, "tie", type=kind)


def _fifths(key: str) -> int:
    tonic, mode = split_key(key)
    return _FIFTHS[(tonic + 3) % 12 if mode == "minor" else tonic]


def _sub(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text
    return child
