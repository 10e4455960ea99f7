"""Names of notes and keys: what people write, in one canonical spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping

PITCH_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""The twelve pitch classes in the spelling that lead sheets use most."""

CHORD_STEPS: Mapping[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "sus4": (0, 5, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
}
"""Steps of each chord above its root, by what is written behind the root; plain ones first."""

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_KEY = re.compile(
    r"^\s*([a-gA-G])\s*(#|♯|b|♭|sharp|flat)?[\s-]*(major|maj|minor|min|m|M|dur|moll)?\s*$"
)


def pitch_class(name: str) -> int:
    """The pitch class 0 (C) to 11 (B) of a canonical or enharmonic note name.

    >>> pitch_class("A#") == pitch_class("Bb") == 10
    True
    """
    step = _LETTERS[name[0].lower()]
    return (step + name.count("#") - name[1:].count("b")) % 12


def chord_pitch_classes(name: str) -> tuple[int, ...]:
    """The pitch classes of a chord from its root up; none where the name cannot be read.

    >>> chord_pitch_classes("Am"), chord_pitch_classes("Bb7/D"), chord_pitch_classes("N")
    ((9, 0, 4), (10, 2, 5, 8), ())
    """
    width = 2 if name[1:2] in ("#", "b") else 1
    steps = CHORD_STEPS.get(name[width:].partition("/")[0])
    if steps is None or name[:1] not in tuple("ABCDEFG"):
        return ()
    return tuple((pitch_class(name[:width]) + step) % 12 for step in steps)


def canonical_key(name: object) -> object:
    """The canonical spelling of a key; values that are not text pass through unchanged.

    >>> canonical_key("a#m"), canonical_key("Gb"), canonical_key("F sharp minor")
    ('Bb minor', 'F# major', 'F# minor')

    Raises:
        ValueError: the text is not a key.
    """
    if not isinstance(name, str):
        return name
    found = _KEY.match(name)
    if not found:
        raise ValueError(f"unknown key `{name}`; write it as `A minor` or `F# major`")
    letter, accidental, mode = found.groups()
    step = _LETTERS[letter.lower()]
    step += {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}.get(accidental or "", 0)
    minor = mode is not None and (mode == "m" or mode.startswith(("mi", "mo")))
    return f"{PITCH_CLASSES[step % 12]} {'minor' if minor else 'major'}"


def split_key(key: str) -> tuple[int, str]:
    """Pitch class and mode of a canonical key.

    >>> split_key("Bb minor")
    (10, 'minor')
    """
    note, mode = key.split()
    return pitch_class(note), mode


def moved_key(key: str, semitones: int) -> str:
    """The key that many semitones higher, in its canonical spelling.

    >>> moved_key("A minor", 3), moved_key("C major", -1)
    ('C minor', 'B major')
    """
    tonic, mode = split_key(key)
    return f"{PITCH_CLASSES[(tonic + semitones) % 12]} {mode}"


def nearest_shift(from_key: str, to_key: str) -> int:
    """Semitones, -5 to 6, that bring one tonic to the other the shortest way.

    >>> nearest_shift("A minor", "C minor"), nearest_shift("C major", "G major")
    (3, -5)
    """
    shift = (split_key(to_key)[0] - split_key(from_key)[0]) % 12
    return shift - 12 if shift > 6 else shift


def shift_to_share(from_key: str, to_key: str) -> int:
    """Semitones, -5 to 6, that bring one key onto another or its relative: all notes in common.

    >>> shift_to_share("A minor", "C major"), shift_to_share("D minor", "A minor")
    (0, -5)
    """
    home, mode = split_key(to_key)
    own, own_mode = split_key(from_key)
    if own_mode != mode:
        home += 3 if mode == "minor" else -3
    shift = (home - own) % 12
    return shift - 12 if shift > 6 else shift
