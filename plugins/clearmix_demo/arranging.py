"""From the written song to what everyone plays: hits and notes in seconds, for every stem."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from zlib import crc32

import numpy as np

from clearmix.errors import CatalogueError
from clearmix.music import split_key
from clearmix_demo.notation import Chord, Sung
from clearmix_demo.score import Layer, Part, Song
from clearmix_sound.instruments import Hit, Note

LOWEST_BASS = 28
"""E1, the lowest string of a bass."""

VOICING_CENTRE = 62
"""Chords are voiced around D4, which keeps their inner movement small."""

MELODY_CENTRE = 76

TIGHT = frozenset({"kick", "snare", "clap", "rim"})
"""Drums that play exactly on the grid; the others breathe by two milliseconds."""


@cache
def grooves() -> Mapping[str, Any]:
    """Every pattern of `grooves.toml`."""
    return tomllib.loads(files("clearmix_demo").joinpath("grooves.toml").read_text("utf-8"))


def drum_hits(song: Song) -> list[Hit]:
    """Every stroke of the drummer, fills and crashes included."""
    hits: list[Hit] = []
    rng = np.random.default_rng([song.seed, 1])
    for part in song.parts:
        if part.crash:
            hits.append(Hit(song.at(part.beat), "crash", 0.9 * part.level))
        if part.drums is None:
            continue
        groove = _pattern("drums", part.drums)
        bars = round(part.beats / song.beats_per_bar)
        for bar in range(bars):
            start = part.beat + bar * song.beats_per_bar
            rows = {drum: steps for drum, steps in groove.items() if drum != "swing"}
            if bar == bars - 1 and part.fill:
                rows = _with_fill(rows, _pattern("fills", part.fill))
            swing = groove.get("swing", 0.0)
            for drum, steps in rows.items():
                for beat, sign in _steps(steps, song.beats_per_bar, swing):
                    if sign == ".":
                        continue
                    late = 0.0 if drum in TIGHT else rng.normal(0, 0.002)
                    hard = int(sign) / 9 * rng.uniform(0.94, 1.06) * (0.55 + 0.45 * part.level)
                    hits.append(Hit(max(0.0, song.at(start + beat) + late), drum, min(1.0, hard)))
    last = song.parts[-1]
    if last.crash or last.drums:
        hits.append(Hit(song.at(song.beats), "kick", 0.7 * last.level))
        hits.append(Hit(song.at(song.beats), "crash", 0.6 * last.level))
    return hits


def _with_fill(groove: Mapping[str, str], fill: Mapping[str, str]) -> dict[str, str]:
    """The groove up to the first step of the fill, then the fill alone with the groove's kick."""
    length = max(len(steps) for steps in fill.values())
    first = min(
        next((i for i, sign in enumerate(steps) if sign != "."), length)
        for drum, steps in fill.items()
        if drum != "kick"
    )
    rows = {}
    for drum, steps in groove.items():
        cut = round(first / length * len(steps))
        rows[drum] = steps if drum == "kick" else steps[:cut] + "." * (len(steps) - cut)
    for drum, steps in fill.items():
        played = rows.get(drum, "." * length)
        if len(played) == length:
            steps = "".join(
                new if new != "." else old for new, old in zip(steps, played, strict=True)
            )
        rows[drum] = steps
    return rows


def stem_layers(song: Song, stem: str) -> list[tuple[Layer, list[Note]]]:
    """Everyone who plays in a stem other than the drums, with all their notes."""
    played: dict[tuple[str, float, float], tuple[Layer, list[Note]]] = {}
    for part in song.parts:
        for layer in _players(part, stem):
            notes = list(_notes(song, part, layer, stem))
            key = (layer.play, layer.pan, layer.gain_db)
            played.setdefault(key, (layer, []))[1].extend(notes)
    return list(played.values())


def _players(part: Part, stem: str) -> Sequence[Layer]:
    if stem == "bass":
        return [part.bass] if part.bass else []
    if stem == "vocals":
        return [part.vocals] if part.vocals else []
    return part.harmony if stem == "harmony" else part.melody


def _notes(song: Song, part: Part, layer: Layer, stem: str) -> Iterator[Note]:
    rng = np.random.default_rng([song.seed, crc32(f"{layer}{part.beat}".encode())])
    if layer.riff:
        played = _repeated(song.riffs[layer.riff], part.beats, song.beats_per_bar)
    elif layer.line:
        played = _line(song, part, layer)
    elif layer.pattern:
        if stem == "bass":
            played = _bass(song, part, layer.pattern)
        else:
            played = _comping(song, part, layer.pattern)
    else:
        raise CatalogueError(
            f"`{layer.play}` has nothing to play", help="give a pattern, a line or a riff",
            place=f"{song.id}, {part.name}",
        )  # fmt: skip
    loose = {"bass": 0.002, "vocals": 0.006}.get(stem, 0.005)
    for beat, beats, pitch, accent in played:
        late = float(np.clip(rng.normal(0.001, loose), -0.012, 0.015))
        velocity = layer.velocity * accent * part.level * rng.uniform(0.93, 1.05)
        yield Note(
            max(0.0, song.at(part.beat + beat) + late),
            max(0.05, beats * 60 / song.tempo_bpm - 0.012),
            pitch + 12 * layer.octave,
            float(np.clip(velocity, 0.05, 1.0)),
        )


Played = tuple[float, float, int, float]
"""Beat in the section, length in beats, pitch, accent around 1."""


def _line(song: Song, part: Part, layer: Layer) -> list[Played]:
    if layer.line == "tune":
        tune = [
            (note.beat, note.beats * 0.985, note.pitch, _accent(note.beat, song.beats_per_bar))
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


def _accent(beat: float, bar: int) -> float:
    place = beat % bar
    return 1.0 if place == 0 else 0.95 if place == int(place) else 0.88


def _second(song: Song, part: Part, gain: float) -> list[Played]:
    """A second voice below the tune: the nearest tone of the chord, else of the key."""
    tonic, mode = split_key(song.key)
    steps = (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    scale = {(tonic + step) % 12 for step in steps}
    found: list[Played] = []
    for note in part.tune:
        tones = set(_chord_at(part, note.beat).tones)
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
        tones = _voiced(_chord_at(part, start), 4, MELODY_CENTRE)
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


def _repeated(riff: Sequence[Sung], beats: float, bar: int) -> list[Played]:
    length = bar * int(np.ceil((riff[-1].beat + riff[-1].beats) / bar))
    return [
        (start + note.beat, note.beats * 0.97, note.pitch, _accent(note.beat, bar))
        for start in np.arange(0, beats, length)
        for note in riff
        if start + note.beat < beats
    ]


def _bass(song: Song, part: Part, name: str) -> list[Played]:
    pattern = _pattern("bass", name)
    found: list[Played] = []
    for beat, beats, sign in _held(song, part, pattern):
        chord = _chord_at(part, beat)
        root = LOWEST_BASS + (chord.bass - LOWEST_BASS) % 12
        if sign == "a":
            following = _chord_at(part, (beat // song.beats_per_bar + 1) * song.beats_per_bar)
            target = LOWEST_BASS + (following.bass - LOWEST_BASS) % 12
            pitch = target - 1 if target > LOWEST_BASS else target + 2
        else:
            pitch = root + _bass_interval(chord, sign)
        found.append((beat, beats, pitch, _accent(beat, song.beats_per_bar)))
    return found


def _bass_interval(chord: Chord, sign: str) -> int:
    above = [(tone - chord.bass) % 12 for tone in chord.tones]
    wanted = {"R": (0,), "8": (12,), "5": (7, 6, 8), "3": (3, 4, 5), "7": (10, 11, 9)}[sign]
    return next((step for step in wanted if step % 12 in above), wanted[0])


def _comping(song: Song, part: Part, name: str) -> list[Played]:
    pattern = _pattern("chords", name)
    found: list[Played] = []
    for beat, beats, sign in _held(song, part, pattern):
        chord = _chord_at(part, beat)
        tones = _voiced(chord, 4, VOICING_CENTRE)
        accent = _accent(beat, song.beats_per_bar)
        if sign in "Cc":
            loud = accent if sign == "C" else 0.68 * accent
            found += [(beat, beats, pitch, loud) for pitch in tones]
        elif sign == "L":
            low = 40 + (chord.bass - 40) % 12
            found.append((beat, max(beats, 1.0), low, accent))
        else:
            ladder = [*tones, tones[0] + 12, tones[1 % len(tones)] + 12]
            ring = max(beats, 0.5)
            found.append((beat, ring, ladder[(int(sign) - 1) % len(ladder)], 0.85 * accent))
    return found


def _voiced(chord: Chord, most: int, centre: int) -> list[int]:
    """The chord's tones within an octave around the centre, from below."""
    low = centre - 6
    return sorted({low + (tone - low) % 12 for tone in chord.tones})[:most]


def _chord_at(part: Part, beat: float) -> Chord:
    inside = min(max(beat, 0.0), part.beats - 1e-6)
    return next(chord for chord in reversed(part.chords) if chord.beat <= inside + 1e-6)


def _held(song: Song, part: Part, pattern: Mapping[str, Any]) -> Iterator[tuple[float, float, str]]:
    """Beat, length and sign of each stroke of a pattern, broken off where the chord changes."""
    steps, bar = pattern["steps"], song.beats_per_bar
    step_beats = bar / len(steps)
    edges = [chord.beat for chord in part.chords] + [part.beats]
    for start in np.arange(0, part.beats, bar):
        strokes = list(_steps(steps, bar, pattern.get("swing", 0.0)))
        for index, (beat, sign) in enumerate(strokes):
            if sign in ".-":
                continue
            length = 1
            while index + length < len(strokes) and strokes[index + length][1] == "-":
                length += 1
            at = float(start) + beat
            edge = next(e for e in edges if e > at + 1e-6)
            yield at, min(length * step_beats, edge - at), sign
        yield from _restruck(steps, float(start), bar, edges)


def _restruck(
    steps: str, start: float, bar: int, edges: Iterable[float]
) -> Iterator[tuple[float, float, str]]:
    """A held chord or root is struck again when the chord changes within it."""
    step_beats = bar / len(steps)
    for edge in edges:
        place = (edge - start) / step_beats
        if 0 < place < len(steps) and steps[int(place)] == "-":
            begun = steps[: int(place)].rstrip("-")
            sign = begun[-1] if begun else ""
            if sign and sign in "CcR":
                rest = steps[int(place) :]
                length = len(rest) - len(rest.lstrip("-"))
                yield edge, length * step_beats, sign


def _steps(steps: str, bar: int, swing: float) -> Iterator[tuple[float, str]]:
    step_beats = bar / len(steps)
    for index, sign in enumerate(steps):
        yield (index + (swing if index % 2 else 0.0)) * step_beats, sign


def _pattern(kind: str, name: str) -> Mapping[str, Any]:
    known: Mapping[str, Mapping[str, Any]] = grooves()[kind]
    if name not in known:
        raise CatalogueError(f"unknown {kind} pattern `{name}`", help=f"one of {', '.join(known)}")
    return known[name]
