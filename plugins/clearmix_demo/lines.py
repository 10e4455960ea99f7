"""Lines that follow the tune: the tune itself, a second voice, answers, guide tones, riffs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearmix.errors import CatalogueError
from clearmix.music import split_key
from clearmix_demo.notation import Chord, Sung
from clearmix_demo.score import Layer, Part, Song

MELODY_CENTRE = 76
"""Answers are played around E5, above the voice."""

Played = tuple[float, float, int, float]
"""Beat in the section, length in beats, pitch, accent around 1."""


def line(song: Song, part: Part, layer: Layer) -> list[Played]:
    """What a layer with a `line` plays in a section; raises CatalogueError for an unknown one."""
    if layer.line == "tune":
        tune = [
            (note.beat, note.beats * 0.985, note.pitch, accent_of(note.beat, song.beats_per_bar))
            for note in part.tune
        ]
        return tune + (_second(song, part, layer.second) if layer.second else [])
    if layer.line == "second":
        return _second(song, part, 1.0)
    if layer.line == "answer":
        return _answers(part)
    if layer.line == "guide":
        return _guide(part)
    raise CatalogueError(
        f"unknown line `{layer.line}`", help="tune, second, answer or guide", place=song.id
    )


def accent_of(beat: float, bar: int) -> float:
    """How much a stroke counts by its place: downbeats most, off-beats least."""
    place = beat % bar
    return 1.0 if place == 0 else 0.95 if place == int(place) else 0.88


def _second(song: Song, part: Part, gain: float) -> list[Played]:
    """A second voice below the tune: the nearest tone of the chord, else of the key."""
    tonic, mode = split_key(song.key)
    steps = (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    scale = {(tonic + step) % 12 for step in steps}
    found: list[Played] = []
    for note in part.tune:
        tones = set(chord_at(part, note.beat).tones)
        below = [note.pitch - gap for gap in (3, 4, 5)]
        pitch = next((p for p in below if p % 12 in tones), None) or next(
            (p for p in below if p % 12 in scale), note.pitch - 3
        )
        found.append((note.beat, note.beats * 0.97, pitch, gain))
    return found


def _answers(part: Part) -> list[Played]:
    """Runs through the chord where the tune rests or holds a note for two beats and more."""
    found: list[Played] = []
    ends = [note.beat for note in part.tune[1:]] + [part.beats]
    for turn, (note, following) in enumerate(zip(part.tune, ends, strict=True)):
        free = following - note.beat
        if free < 2.5:
            continue
        start = note.beat + (1.0 if free < 3.5 else 1.5)
        count = min(4, int((following - start) / 0.5))
        tones = voiced(chord_at(part, start), 4, MELODY_CENTRE)
        order = tones if turn % 2 else tones[::-1]
        for index in range(count):
            last = index == count - 1
            beat = start + index * 0.5
            found.append((beat, 0.9 if last else 0.5, order[index % len(order)], 0.9))
    return found


def _guide(part: Part) -> list[Played]:
    """One long tone a chord, each as near to the one before as the harmony lets it be."""
    found: list[Played] = []
    before = float(MELODY_CENTRE)
    for chord in part.chords:
        tones = [p for p in range(62, 84) if p % 12 in chord.tones[1:3]]
        pitch = min(tones, key=lambda tone: (abs(tone - before), tone))
        found.append((chord.beat, chord.beats * 0.98, pitch, 1.0))
        before = pitch
    return found


def repeated(riff: Sequence[Sung], beats: float, bar: int) -> list[Played]:
    """A riff over and over in whole bars, up to the end of the section."""
    length = bar * int(np.ceil((riff[-1].beat + riff[-1].beats) / bar))
    return [
        (start + note.beat, note.beats * 0.97, note.pitch, accent_of(note.beat, bar))
        for start in np.arange(0, beats, length)
        for note in riff
        if start + note.beat < beats
    ]


def voiced(chord: Chord, most: int, centre: int) -> list[int]:
    """The chord's tones within an octave around the centre, from below."""
    low = centre - 6
    return sorted({low + (tone - low) % 12 for tone in chord.tones})[:most]


def chord_at(part: Part, beat: float) -> Chord:
    """The chord that sounds on a beat of a section; a pickup hears the first one."""
    inside = min(max(beat, 0.0), part.beats - 1e-6)
    return next(chord for chord in reversed(part.chords) if chord.beat <= inside + 1e-6)
