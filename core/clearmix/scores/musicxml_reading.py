"""Scores out of MusicXML 4.0 (W3C Community Group), partwise, plain or compressed (`.mxl`).

What a cover needs is read, as it sounds: notes, ties, drums, meter, key, tempo, chord symbols,
rehearsal marks, in the order in which repeats and endings have it played.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree  # documents that declare a DTD's entities are refused

from clearmix.contracts import Score, ScoreChord, ScoreNote, ScoreStroke
from clearmix.errors import CatalogueError
from clearmix.scores import LARGEST_BYTES
from clearmix.scores.harmony import chords_of, pitch_class_weights
from clearmix.scores.lines import Voice, lines_of
from clearmix.scores.musicxml_bars import Bar, Turns, bars_of, drums_of
from clearmix.scores.repeats import played_order
from clearmix.scores.times import (
    Meter,
    changes_of_pace,
    key_among,
    meter_of,
    middle_tempo,
    prevailing,
    sections_of,
)

DEFAULT_BPM = 100.0

Element = ElementTree.Element


def from_musicxml(content: bytes, title: str, place: str) -> Score:
    """The score of a file; raises CatalogueError when it is no partwise MusicXML."""
    root = _root(content, place)
    try:
        parts = _parts(root)
    except (ValueError, KeyError) as error:
        raise CatalogueError(
            f"not MusicXML: {error}", help="export the song as MusicXML again", place=place
        ) from None
    page = list(zip(*(bars for _, bars in parts), strict=False))
    order = played_order([_together([bar.turns for bar in column]) for column in page])
    starts = [0.0, *itertools.accumulate(max(bar.length for bar in page[one]) for one in order)]
    length = starts[-1]
    spread = [(start, bar) for start, one in zip(starts, order, strict=False) for bar in page[one]]
    written = _meters(page)
    meters = [(start, written[one]) for start, one in zip(starts, order, strict=False)]
    meter = meter_of(*prevailing(meters, length, (4, 4)))
    first = _first_downbeat(meters, starts, meter)
    tempi = [(start + at, tempo) for start, bar in spread for at, tempo in bar.tempi]

    def beat(quarters: float) -> float:
        return round((quarters - first) / meter.quarters, 4)

    voices = [
        voice.scaled(1 / meter.quarters, shift=first)
        for name, bars in parts
        for voice in _voices(name, [(start, bars[one]) for start, one in zip(starts, order,
                                                                             strict=False)])
    ]  # fmt: skip
    lines = lines_of(voices)
    beats = float(-(-round((length - first) / meter.quarters, 3) // 1))
    every = [note for line in lines.values() for note in line]
    weights = pitch_class_weights(every, 0.0, beats)
    stated, mode_known = next((bar.key for _, bar in spread if bar.key), (None, False))
    symbols = {beat(start + at): name for start, bar in spread for at, name in bar.chords}
    return Score(
        title=title,
        origin="score",
        transcriber="musicxml",
        tempo_bpm=round(middle_tempo(tempi, length, DEFAULT_BPM) / meter.quarters, 3),
        beats=beats,
        key=key_among(stated, weights, mode_known=mode_known),
        beats_per_bar=meter.beats,
        beat_division=meter.division,
        lines=lines,
        chords=tuple(ScoreChord(at, symbols[at]) for at in sorted(symbols)) or chords_of(
            [note for name, line in lines.items() if name != "bass" for note in line],
            lines.get("bass", ()), beats, meter.beats,
        ),
        strokes=tuple(
            ScoreStroke(at, drum) for at, drum in sorted(
                (beat(start + at), drum) for start, bar in spread for at, drum in bar.strokes
            )
        ),
        sections=sections_of({beat(start + at): mark for start, bar in spread
                              for at, mark in bar.marks}, beats),
        notes=changes_of_pace(tempi, meters, length),
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


def _parts(root: Element) -> list[tuple[str, list[Bar]]]:
    """Each part's name and its bars."""
    listed = {one.get("id", ""): one for one in root.iterfind("part-list/score-part")}
    parts = []
    for part in root.iterfind("part"):
        about = listed.get(part.get("id", ""), Element("score-part"))
        name = (about.findtext("part-name") or "").strip()
        bars = bars_of(part, drums_of(about))
        parts += [(name, bars)] if bars else []
    return parts


def _together(column: Sequence[Turns]) -> Turns:
    """The signs of one bar in all parts: programs write them into some parts only."""
    return Turns(
        forward=any(one.forward for one in column),
        back=max(one.back for one in column),
        endings=next((one.endings for one in column if one.endings), frozenset()),
        last_ending=max(one.last_ending for one in column),
        segno=any(one.segno for one in column),
        coda=any(one.coda and not one.to_coda for one in column),
        to_coda=any(one.to_coda for one in column),
        fine=any(one.fine for one in column),
        leap=next((one.leap for one in column if one.leap), ""),
    )


def _meters(page: Sequence[Sequence[Bar]]) -> list[tuple[int, int]]:
    """The meter in force in each bar of the page."""
    meters, now = [], (4, 4)
    for column in page:
        now = next((bar.meter for bar in column if bar.meter), now)
        meters.append(now)
    return meters


def _first_downbeat(
    meters: Sequence[tuple[float, tuple[int, int]]], starts: Sequence[float], meter: Meter
) -> float:
    """Quarter notes before the bars of the song's meter begin: the length of an upbeat."""
    size = meter.beats * meter.quarters
    for (start, one), after in zip(meters, starts[1:], strict=True):
        if meter_of(*one) == meter and after - start >= size - 1e-6:
            return start % size
    return 0.0


def _voices(name: str, bars: Sequence[tuple[float, Bar]]) -> list[Voice]:
    """The voices of a part, staff by staff, with tied notes as one."""
    voices: dict[tuple[str, str], Voice] = {}
    tied: dict[tuple[tuple[str, str], int], ScoreNote] = {}
    for start, bar in bars:
        for note in bar.notes:
            held = tied.pop((note.voice, note.pitch), None) if "stop" in note.ties else None
            begins = held.beat if held else start + note.at
            sounding = ScoreNote(begins, start + note.at + note.length - begins, note.pitch)
            if "start" in note.ties:
                tied[note.voice, note.pitch] = sounding
            else:
                voices.setdefault(note.voice, Voice(name)).notes.append(sounding)
    for (voice, _), left in tied.items():
        voices.setdefault(voice, Voice(name)).notes.append(left)
    return list(voices.values())
