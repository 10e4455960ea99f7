"""Tunes and chords as short text: `A4/1.5 G#4/.5 r/2 | ...` and `Am | F/2 G/2 | ...`.

A note is a name, an octave and a length in beats; `r` is a rest; `~` lengthens the note before it.
A chord lasts a bar, or the beats after its `/`; `%` repeats the last one; `C:E` has an E in the
bass. Bars are checked, so that a slip of the pen is an error and not a stumble.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clearmix.errors import CatalogueError
from clearmix.music import PITCH_CLASSES, pitch_class

_NOTE = re.compile(r"^(r|~|[A-G][#b]?)(-?\d)?/(\d*\.?\d+)$")
_CHORD = re.compile(r"^([A-G][#b]?)([a-z0-9+]*)(?::([A-G][#b]?))?(?:/(\d*\.?\d+))?$")

QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "9": (0, 4, 10, 14),
    "m9": (0, 3, 10, 14),
    "maj9": (0, 4, 11, 14),
    "add9": (0, 2, 4, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "5": (0, 7),
    "dim": (0, 3, 6),
    "m7b5": (0, 3, 6, 10),
}
"""Semitones over the root for each kind of chord."""


@dataclass(frozen=True)
class Sung:
    """A note of a tune, in beats from the start of its phrase."""

    beat: float
    beats: float
    pitch: int


@dataclass(frozen=True)
class Chord:
    """A chord, in beats from the start of its phrase: pitch classes of root, tones and bass."""

    beat: float
    beats: float
    root: int
    tones: tuple[int, ...]
    bass: int
    minor: bool

    @property
    def name(self) -> str:
        """The triad's name, such as `A minor`; what has no minor third counts as major."""
        return f"{PITCH_CLASSES[self.root]} {'minor' if self.minor else 'major'}"


def read_tune(text: str, *, beats_per_bar: int, transpose: int = 0, place: str) -> list[Sung]:
    """The notes of a tune.

    Raises:
        CatalogueError: a token is no note, or a bar is too long or too short.
    """
    notes: list[Sung] = []
    for number, bar in enumerate(_bars(text)):
        here = f"{place}, bar {number + 1}"
        start = float(number * beats_per_bar)
        _check_bar(_read_notes(bar, notes, start, transpose, here), beats_per_bar, here)
    return notes


def read_pickup(text: str, *, transpose: int = 0, place: str) -> list[Sung]:
    """The notes that lead into a phrase: their beats are negative and end at zero."""
    notes: list[Sung] = []
    beats = _read_notes(text, notes, 0.0, transpose, place)
    return [Sung(note.beat - beats, note.beats, note.pitch) for note in notes]


def _read_notes(text: str, notes: list[Sung], start: float, transpose: int, place: str) -> float:
    """Adds the notes of a run of tokens and returns its length in beats."""
    beat = start
    for token in text.split():
        found = _NOTE.match(token)
        if not found:
            raise CatalogueError(f"`{token}` is no note", help="write `A4/1`", place=place)
        name, octave, length = found.groups()
        if name == "~":
            last = notes.pop()
            notes.append(Sung(last.beat, last.beats + float(length), last.pitch))
        elif name != "r":
            midi = 12 * (int(octave) + 1) + pitch_class(name) + transpose
            notes.append(Sung(beat, float(length), midi))
        beat += float(length)
    return beat - start


def read_chords(text: str, *, beats_per_bar: int, transpose: int = 0, place: str) -> list[Chord]:
    """The chords of a phrase.

    Raises:
        CatalogueError: a token is no chord, or a bar is too long or too short.
    """
    chords: list[Chord] = []
    for number, bar in enumerate(_bars(text), start=1):
        beat = 0.0
        for word in bar.split():
            start = (number - 1) * beats_per_bar + beat
            if word == "%":
                last = chords[-1]
                chord = Chord(
                    start, float(beats_per_bar), last.root, last.tones, last.bass, last.minor
                )
            else:
                chord = _chord(word, start, beats_per_bar, transpose, f"{place}, bar {number}")
            chords.append(chord)
            beat += chord.beats
        _check_bar(beat, beats_per_bar, f"{place}, bar {number}")
    return chords


def _chord(token: str, start: float, bar: int, transpose: int, place: str) -> Chord:
    found = _CHORD.match(token)
    if not found or found.group(2) not in QUALITIES:
        raise CatalogueError(f"`{token}` is no chord", help="write `Am7` or `G/2`", place=place)
    name, quality, bass, beats = found.groups()
    root = (pitch_class(name) + transpose) % 12
    steps = QUALITIES[quality]
    return Chord(
        beat=start,
        beats=float(beats or bar),
        root=root,
        tones=tuple((root + step) % 12 for step in steps),
        bass=(pitch_class(bass) + transpose) % 12 if bass else root,
        minor=3 in steps,
    )


def _bars(text: str) -> list[str]:
    return [bar for bar in (piece.strip() for piece in text.split("|")) if bar]


def _check_bar(beats: float, beats_per_bar: int, place: str) -> None:
    if abs(beats - beats_per_bar) > 1e-6:
        raise CatalogueError(
            f"a bar of {beats:g} beats", help=f"make it {beats_per_bar} beats", place=place
        )
