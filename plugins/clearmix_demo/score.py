"""A song as it is written: phrases, the form that strings them together, its grid and chords."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from clearmix.errors import CatalogueError
from clearmix.music import nearest_shift, split_key
from clearmix_demo.notation import Chord, Sung, read_chords, read_pickup, read_tune

LEAD_IN_SECONDS = 0.25
"""Silence before the first beat."""

TAIL_SECONDS = 3.2
"""Time for the last chord to ring out."""


@dataclass(frozen=True)
class Layer:
    """One player in a section: an instrument and a pattern, a line or a riff to play."""

    play: str
    pattern: str | None = None
    line: str | None = None
    riff: str | None = None
    velocity: float = 0.75
    octave: int = 0
    pan: float = 0.0
    gain_db: float = 0.0
    second: float = 0.0


@dataclass(frozen=True)
class Part:
    """A section of the form with everyone who plays in it; times are beats of the song."""

    name: str
    beat: float
    beats: float
    level: float
    drums: str | None
    fill: str | None
    crash: bool
    bass: Layer | None
    vocals: Layer | None
    harmony: tuple[Layer, ...]
    melody: tuple[Layer, ...]
    tune: tuple[Sung, ...]
    chords: tuple[Chord, ...]


@dataclass(frozen=True)
class Song:
    """A whole song; `beats_per_bar` quarter notes a bar, at one tempo throughout."""

    id: str
    title: str
    seed: int
    tempo_bpm: float
    beats_per_bar: int
    key: str
    kit: str
    parts: tuple[Part, ...]
    riffs: Mapping[str, tuple[Sung, ...]]
    mix: Mapping[str, Any] = field(default_factory=dict)

    @property
    def beats(self) -> float:
        """How many beats the form has."""
        return self.parts[-1].beat + self.parts[-1].beats

    @property
    def seconds(self) -> float:
        """Length of the recording, lead-in and tail included."""
        return self.at(self.beats) + TAIL_SECONDS

    def at(self, beat: float) -> float:
        """The moment of a beat, in seconds from the start of the recording."""
        return LEAD_IN_SECONDS + beat * 60 / self.tempo_bpm

    def analysis(self) -> dict[str, Any]:
        """What is known about the music: the catalogue's `analysis`, exact by construction."""
        beats = [round(self.at(beat), 6) for beat in range(round(self.beats))]
        chords: list[list[Any]] = []
        for part in self.parts:
            for chord in part.chords:
                if not chords or chords[-1][1] != chord.name:
                    chords.append([round(self.at(part.beat + chord.beat), 6), chord.name])
        return {
            "tempo_bpm": self.tempo_bpm,
            "key": self.key,
            "beats": beats,
            "downbeats": beats[:: self.beats_per_bar],
            "sections": [
                {
                    "name": part.name,
                    "start_seconds": round(self.at(part.beat), 6),
                    "end_seconds": round(self.at(part.beat + part.beats), 6),
                }
                for part in self.parts
            ],
            "chords": chords,
        }


SONG_IDS = tuple(
    sorted(
        row.name.removesuffix(".toml")
        for row in files("clearmix_demo").joinpath("songs").iterdir()
        if row.name.endswith(".toml")
    )
)
"""The songs of the example catalogue."""


@cache
def read_song(id: str) -> Song:
    """The song of that id.

    Raises:
        CatalogueError: there is none, or its file has a slip.
    """
    if id not in SONG_IDS:
        raise CatalogueError(f"no song `{id}`", help=f"one of {', '.join(SONG_IDS)}")
    text = files("clearmix_demo").joinpath("songs", f"{id}.toml").read_text(encoding="utf-8")
    row = tomllib.loads(text)
    bar: int = row["beats_per_bar"]
    written = row.get("written_in", row["key"])
    transpose = nearest_shift(written, row["key"]) + 12 * row.get("octave", 0)
    parts: list[Part] = []
    beat = 0.0
    for section in row["sections"]:
        part = _part(id, section, row["phrases"], beat, bar, transpose)
        parts.append(part)
        beat += part.beats
    riffs = {
        name: tuple(read_tune(tune, beats_per_bar=bar, transpose=transpose, place=f"{id}, {name}"))
        for name, tune in row.get("riffs", {}).items()
    }
    split_key(row["key"])
    return Song(
        id=id,
        title=row["title"],
        seed=row["seed"],
        tempo_bpm=row["tempo_bpm"],
        beats_per_bar=bar,
        key=row["key"],
        kit=row["kit"],
        parts=tuple(parts),
        riffs=riffs,
        mix=row.get("mix", {}),
    )


def _part(
    id: str, section: Mapping[str, Any], phrases: Mapping[str, Any], beat: float, bar: int,
    transpose: int,
) -> Part:  # fmt: skip
    tune: list[Sung] = []
    chords: list[Chord] = []
    length = 0.0
    for name in section["phrases"]:
        phrase, place = phrases[name], f"{id}, {name}"
        read = read_chords(phrase["chords"], beats_per_bar=bar, transpose=transpose, place=place)
        chords += [_moved_chord(chord, length) for chord in read]
        if "tune" in phrase:
            notes = read_tune(phrase["tune"], beats_per_bar=bar, transpose=transpose, place=place)
            tune += [Sung(note.beat + length, note.beats, note.pitch) for note in notes]
        if "pickup" in phrase:
            notes = read_pickup(phrase["pickup"], transpose=transpose, place=place)
            tune += [Sung(note.beat + length, note.beats, note.pitch) for note in notes]
        length += sum(chord.beats for chord in read)
    return Part(
        name=section["name"],
        beat=beat,
        beats=length,
        level=section.get("level", 0.85),
        drums=section.get("drums"),
        fill=section.get("fill"),
        crash=section.get("crash", False),
        bass=_layer(section.get("bass")),
        vocals=_layer(section.get("vocals")),
        harmony=tuple(Layer(**row) for row in section.get("harmony", ())),
        melody=tuple(Layer(**row) for row in section.get("melody", ())),
        tune=tuple(sorted(tune, key=lambda note: note.beat)),
        chords=tuple(chords),
    )


def _layer(row: Mapping[str, Any] | None) -> Layer | None:
    return Layer(**row) if row else None


def _moved_chord(chord: Chord, beats: float) -> Chord:
    return Chord(chord.beat + beats, chord.beats, chord.root, chord.tones, chord.bass, chord.minor)
