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
from clearmix_demo.lines import Played, accent_of, chord_at, line, repeated, voiced
from clearmix_demo.notation import Chord
from clearmix_demo.score import Layer, Part, Song
from clearmix_sound.instruments import Hit, Note

LOWEST_BASS = 28
"""E1, the lowest string of a bass."""

VOICING_CENTRE = 62
"""Chords are voiced around D4, which keeps their inner movement small."""

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
        played = repeated(song.riffs[layer.riff], part.beats, song.beats_per_bar)
    elif layer.line:
        played = line(song, part, layer)
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


def _bass(song: Song, part: Part, name: str) -> list[Played]:
    pattern = _pattern("bass", name)
    found: list[Played] = []
    for beat, beats, sign in _held(song, part, pattern):
        chord = chord_at(part, beat)
        root = LOWEST_BASS + (chord.bass - LOWEST_BASS) % 12
        if sign == "a":
            following = chord_at(part, (beat // song.beats_per_bar + 1) * song.beats_per_bar)
            target = LOWEST_BASS + (following.bass - LOWEST_BASS) % 12
            pitch = target - 1 if target > LOWEST_BASS else target + 2
        else:
            pitch = root + _bass_interval(chord, sign)
        found.append((beat, beats, pitch, accent_of(beat, song.beats_per_bar)))
    return found


def _bass_interval(chord: Chord, sign: str) -> int:
    above = [(tone - chord.bass) % 12 for tone in chord.tones]
    wanted = {"R": (0,), "8": (12,), "5": (7, 6, 8), "3": (3, 4, 5), "7": (10, 11, 9)}[sign]
    return next((step for step in wanted if step % 12 in above), wanted[0])


def _comping(song: Song, part: Part, name: str) -> list[Played]:
    pattern = _pattern("chords", name)
    found: list[Played] = []
    for beat, beats, sign in _held(song, part, pattern):
        chord = chord_at(part, beat)
        tones = voiced(chord, 4, VOICING_CENTRE)
        accent = accent_of(beat, song.beats_per_bar)
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
