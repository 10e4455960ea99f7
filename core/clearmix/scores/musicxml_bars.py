"""The bars of a MusicXML part: what sounds in each, and where the reader turns back or leaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree  # elements only; what is read was parsed elsewhere

from clearmix.music import PITCH_CLASSES
from clearmix.scores.drum_keys import DRUM_OF_KEY, DRUM_OF_PLACE
from clearmix.scores.musicxml_chords import STEPS, chord_name

Element = ElementTree.Element


@dataclass(frozen=True)
class WrittenNote:
    """A note of a bar, sounding pitch; `voice` is its staff and voice, `ties` start and stop."""

    at: float
    length: float
    pitch: int
    voice: tuple[str, str]
    ties: frozenset[str]


@dataclass
class Turns:
    """Repeat signs, endings and leaps of a bar."""

    forward: bool = False
    back: int = 0
    """How often what is repeated is played; 0 without a sign."""
    endings: frozenset[int] = frozenset()
    last_ending: int = 0
    segno: bool = False
    coda: bool = False
    to_coda: bool = False
    fine: bool = False
    leap: str = ""
    """`capo` or `segno`: where it says to go on from."""


@dataclass
class Bar:
    """One measure of a part, in quarter notes from its start."""

    length: float = 0.0
    notes: list[WrittenNote] = field(default_factory=list)
    strokes: list[tuple[float, str]] = field(default_factory=list)
    chords: list[tuple[float, str]] = field(default_factory=list)
    marks: list[tuple[float, str]] = field(default_factory=list)
    tempi: list[tuple[float, float]] = field(default_factory=list)
    meter: tuple[int, int] | None = None
    key: tuple[str, bool] | None = None
    turns: Turns = field(default_factory=Turns)


def bars_of(part: Element, drums: dict[str, str]) -> list[Bar]:
    """The bars of a part in the order of the page; `drums` names its unpitched instruments."""
    reader = _Reader(drums)
    bars = [reader.read(measure) for measure in part.iterfind("measure")]
    for bar, numbers, last in _endings(part):
        bars[bar].turns.endings, bars[bar].turns.last_ending = numbers, last
    return bars


def drums_of(listed: Element) -> dict[str, str]:
    """The drums of a part by the ids of its instruments, as General MIDI numbers them from 1."""
    found = {}
    for instrument in listed.iterfind("midi-instrument"):
        key = instrument.findtext("midi-unpitched", "")
        if key.isdigit() and int(key) - 1 in DRUM_OF_KEY:
            found[instrument.get("id", "")] = DRUM_OF_KEY[int(key) - 1]
    return found


class _Reader:
    """What holds from bar to bar while a part is read."""

    def __init__(self, drums: dict[str, str]) -> None:
        self._drums = drums
        self._divisions = 1.0
        self._transposed = 0

    def read(self, measure: Element) -> Bar:
        bar = Bar()
        at = before = 0.0
        for element in measure:
            if element.tag == "attributes":
                self._attributes(element, bar)
            elif element.tag == "note":
                length = self._quarters(element, "duration")
                start = before if element.find("chord") is not None else at
                if element.find("grace") is None:
                    self._note(element, start, length, bar)
                    if element.find("chord") is None:
                        before, at = at, at + length
            elif element.tag in ("backup", "forward"):
                length = self._quarters(element, "duration")
                at = max(0.0, at + (length if element.tag == "forward" else -length))
            elif element.tag == "harmony":
                name = chord_name(element, self._transposed)
                if name:
                    bar.chords.append((at + self._quarters(element, "offset"), name))
            elif element.tag in ("direction", "sound"):
                _direction(element, at + self._quarters(element, "offset"), bar)
            elif element.tag == "barline":
                _barline(element, bar.turns)
            bar.length = max(bar.length, at)
        return bar

    def _quarters(self, element: Element, name: str) -> float:
        return float(element.findtext(name) or 0) / self._divisions

    def _attributes(self, element: Element, bar: Bar) -> None:
        self._divisions = float(element.findtext("divisions") or self._divisions) or 1.0
        transpose = element.find("transpose")
        if transpose is not None:
            octaves = round(float(transpose.findtext("octave-change") or 0))
            self._transposed = round(float(transpose.findtext("chromatic") or 0)) + 12 * octaves
        time, key = element.find("time"), element.find("key")
        if time is not None:
            beats = [one for one in time.findtext("beats", "").split("+") if one.strip().isdigit()]
            type_ = time.findtext("beat-type", "")
            if beats and type_.isdigit() and int(type_) > 0 and sum(map(int, beats)) > 0:
                bar.meter = (sum(map(int, beats)), int(type_))
        if key is not None and key.findtext("fifths") is not None:
            mode = key.findtext("mode") or ""
            minor = mode in ("minor", "dorian", "aeolian")
            tonic = int(key.findtext("fifths", "0")) * 7 + (9 if minor else 0) + self._transposed
            name = f"{PITCH_CLASSES[tonic % 12]} {'minor' if minor else 'major'}"
            bar.key = (name, mode in ("major", "minor", "aeolian", "ionian"))

    def _note(self, element: Element, start: float, length: float, bar: Bar) -> None:
        if length <= 0 or element.find("cue") is not None:
            return
        unpitched, pitch = element.find("unpitched"), element.find("pitch")
        if unpitched is not None:
            instrument = element.find("instrument")
            place = unpitched.findtext("display-step", "") + unpitched.findtext(
                "display-octave", ""
            )
            named = self._drums.get(instrument.get("id", "")) if instrument is not None else None
            drum = named or DRUM_OF_PLACE.get(place)
            if drum:
                bar.strokes.append((start, drum))
        if pitch is None:
            return
        number = (
            12 * (int(pitch.findtext("octave", "4")) + 1)
            + STEPS[pitch.findtext("step", "C")]
            + round(float(pitch.findtext("alter") or 0))
            + self._transposed
        )
        if 0 <= number <= 127:
            ties = frozenset(tie.get("type", "") for tie in element.iterfind("tie"))
            voice = element.findtext("staff", "1"), element.findtext("voice", "1")
            bar.notes.append(WrittenNote(start, length, number, voice, ties))


def _direction(element: Element, at: float, bar: Bar) -> None:
    sound = element if element.tag == "sound" else element.find("sound")
    turns = bar.turns
    if sound is not None:
        if sound.get("tempo"):
            bar.tempi.append((at, float(sound.get("tempo", "120"))))
        turns.segno |= sound.get("segno") is not None
        turns.coda |= sound.get("coda") is not None
        turns.to_coda |= sound.get("tocoda") is not None
        turns.fine |= sound.get("fine") is not None
        if sound.get("dacapo") is not None or sound.get("dalsegno") is not None:
            turns.leap = "capo" if sound.get("dalsegno") is None else "segno"
    elif element.find("direction-type/metronome/per-minute") is not None:
        bar.tempi += [(at, tempo) for tempo in _metronome(element)]
    turns.segno |= element.find("direction-type/segno") is not None
    # A coda sign stands where one leaves as well as where one arrives: only the first is `tocoda`.
    turns.coda |= element.find("direction-type/coda") is not None and not turns.to_coda
    mark = element.findtext("direction-type/rehearsal")
    if mark and mark.strip():
        bar.marks.append((at, mark.strip().lower()))


def _metronome(element: Element) -> Iterator[float]:
    """Quarter notes a minute, where a metronome mark gives a number."""
    quarters = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
    for mark in element.iterfind("direction-type/metronome"):
        unit = quarters.get(mark.findtext("beat-unit", ""), 0.0)
        unit *= 1.5 if mark.find("beat-unit-dot") is not None else 1.0
        number = re.search(r"\d+(\.\d+)?", mark.findtext("per-minute", ""))
        if unit and number:
            yield unit * float(number[0])


def _barline(element: Element, turns: Turns) -> None:
    repeat = element.find("repeat")
    if repeat is None:
        return
    if repeat.get("direction") == "forward":
        turns.forward = True
    else:
        times = repeat.get("times", "2")
        turns.back = max(2, int(times)) if times.isdigit() else 2


def _endings(part: Element) -> Iterator[tuple[int, frozenset[int], int]]:
    """The bars that lie under an ending, with its numbers and the last one of its group."""
    under: dict[int, frozenset[int]] = {}
    running: frozenset[int] = frozenset()
    for at, measure in enumerate(part.iterfind("measure")):
        signs = list(measure.iterfind("barline/ending"))
        for sign in signs:
            if sign.get("type") == "start":
                said = sign.get("number", "1").replace(",", " ").split()
                running = frozenset(int(one) for one in said if one.isdigit())
        if running:
            under[at] = running
        if any(sign.get("type") in ("stop", "discontinue") for sign in signs):
            running = frozenset()
    for at, numbers in under.items():
        first, last = at, at
        while first - 1 in under:
            first -= 1
        while last + 1 in under:
            last += 1
        yield at, numbers, max(max(under[bar]) for bar in range(first, last + 1))
