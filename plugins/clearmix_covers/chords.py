"""Chords as values: read from their names on lead sheets, moved, and brought into another mode."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from clearmix.music import PITCH_CLASSES, pitch_class

QUALITIES: Mapping[str, tuple[int, ...]] = {
    "": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9), "m6": (0, 3, 7, 9), "9": (0, 4, 7, 10, 14), "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14), "13": (0, 4, 7, 10, 14, 21), "add9": (0, 4, 7, 14),
    "sus2": (0, 2, 7), "sus4": (0, 5, 7), "7sus4": (0, 5, 7, 10), "5": (0, 7), "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9), "m7b5": (0, 3, 6, 10), "aug": (0, 4, 8),
}  # fmt: skip
"""Steps of each chord above its root, by what is written behind the root."""

_SPELLED = {"maj": "", "M": "", "major": "", "min": "m", "minor": "m", "-": "m", "M7": "maj7",
            "min7": "m7", "-7": "m7", "+": "aug", "sus": "sus4", "o": "dim", "°": "dim",
            "ø": "m7b5"}  # fmt: skip
_NAME = re.compile(r"^\s*([A-Ga-g][#b]?)\s*([^/:]*?)\s*(?:[/:]\s*([A-G][#b]?))?\s*$")


@dataclass(frozen=True)
class Chord:
    """A chord: pitch class of its root, what it is, and the pitch class in the bass."""

    root: int
    quality: str = ""
    bass: int = -1

    @property
    def steps(self) -> tuple[int, ...]:
        """Semitones above the root."""
        return QUALITIES[self.quality]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes, the root first."""
        return tuple((self.root + step) % 12 for step in self.steps)

    @property
    def lowest(self) -> int:
        """The pitch class in the bass."""
        return self.root if self.bass < 0 else self.bass

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return 3 in self.steps

    @property
    def dominant(self) -> bool:
        """Whether it has a major third and a minor seventh."""
        return 4 in self.steps and 10 in self.steps

    @property
    def name(self) -> str:
        """As lead sheets write it."""
        over = f"/{PITCH_CLASSES[self.bass]}" if self.bass >= 0 and self.bass != self.root else ""
        return f"{PITCH_CLASSES[self.root]}{self.quality}{over}"

    def moved(self, semitones: int) -> Chord:
        """The same chord higher or lower."""
        bass = self.bass if self.bass < 0 else (self.bass + semitones) % 12
        return replace(self, root=(self.root + semitones) % 12, bass=bass)


@cache
def read_chord(name: str) -> Chord | None:
    """The chord of a name, or None where there is none (`N`).

    >>> read_chord("F#m7/E").classes, read_chord("Bb minor").name
    ((6, 9, 1, 4), 'Bbm')
    """
    found = _NAME.match(name)
    if not found:
        return None
    root, quality, bass = found.groups()
    quality = _SPELLED.get(quality, quality)
    if quality not in QUALITIES:
        quality = "m" if quality.startswith("m") and not quality.startswith("maj") else ""
    return Chord(pitch_class(root), quality, pitch_class(bass) if bass else -1)


def chord_at(chords: Sequence[tuple[float, Chord]], beat: float) -> Chord | None:
    """The chord of a sequence at a beat; None where the sequence is empty."""
    if not chords:
        return None
    place = bisect_right(chords, beat + 1e-6, key=lambda row: row[0]) - 1
    return chords[max(0, place)][1]


_TO_MINOR, _TO_MAJOR = {4: 3, 9: 8}, {3: 4, 8: 9, 10: 11}


def in_mode(pitch: int, tonic: int, mode: str) -> int:
    """A pitch of a key brought into the other mode on the same tonic.

    The third and the sixth step of a scale move, and the seventh of a minor one; a leading tone
    stays, as harmonic minor has it.

    >>> in_mode(64, 0, "minor"), in_mode(58, 0, "major")
    (63, 59)
    """
    step = (pitch - tonic) % 12
    return pitch + (_TO_MINOR if mode == "minor" else _TO_MAJOR).get(step, step) - step


def chord_in_mode(chord: Chord, tonic: int, mode: str) -> Chord:
    """A chord whose tones are brought into the other mode."""
    classes = [in_mode(one, tonic, mode) % 12 for one in chord.classes]
    steps = {(one - classes[0]) % 12 for one in classes}
    fits = [name for name, wanted in QUALITIES.items() if {step % 12 for step in wanted} == steps]
    quality = fits[0] if fits else ("m" if 3 in steps else "")
    bass = chord.bass if chord.bass < 0 else in_mode(chord.bass, tonic, mode) % 12
    return Chord(classes[0], quality, bass)
