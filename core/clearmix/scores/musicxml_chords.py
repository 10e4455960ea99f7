"""Chord symbols between MusicXML's `harmony` elements and the names of lead sheets."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree  # elements only; what is read was parsed elsewhere

from clearmix.music import PITCH_CLASSES, pitch_class

STEPS: Mapping[str, int] = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

KINDS: Mapping[str, str] = {
    "major": "", "minor": "m", "dominant": "7", "major-seventh": "maj7", "minor-seventh": "m7",
    "diminished": "dim", "augmented": "aug", "suspended-fourth": "sus4", "suspended-second": "sus2",
    "half-diminished": "m7b5", "diminished-seventh": "dim7", "major-sixth": "6",
    "minor-sixth": "m6", "dominant-ninth": "9", "minor-ninth": "m9", "major-ninth": "maj9",
    "dominant-13th": "13", "power": "5",
}  # fmt: skip
"""Kinds of chords in MusicXML, and what lead sheets write behind the root."""

_NEAREST: Mapping[str, str] = {
    "major-minor": "m", "augmented-seventh": "aug", "dominant-11th": "9", "minor-11th": "m9",
    "minor-13th": "m9", "major-11th": "maj9", "major-13th": "maj9", "Neapolitan": "",
    "Italian": "7", "French": "7", "German": "7",
}  # fmt: skip
"""Kinds that a cover plays as a plainer chord."""

_WRITTEN = {name: kind for kind, name in KINDS.items()}

Element = ElementTree.Element


def chord_name(harmony: Element, transposed: int) -> str | None:
    """The chord of an element, `N` where it says that there is none, None where it has no root.

    `transposed` is what the part's written notes are moved by to sound.
    """
    kind = (harmony.findtext("kind") or "major").strip()
    if kind == "none":
        return "N"
    root = _class(harmony, "root", transposed)
    if root is None:
        return None
    name = PITCH_CLASSES[root] + KINDS.get(kind, _NEAREST.get(kind, ""))
    bass = _class(harmony, "bass", transposed)
    return name if bass is None or bass == root else f"{name}/{PITCH_CLASSES[bass]}"


def harmony_of(name: str) -> Element:
    """The element of a chord's name; a quality that MusicXML has no word for is a plain chord."""
    harmony = Element("harmony")
    letters, _, bass = name.partition("/")
    size = 2 if letters[1:2] in ("#", "b") else 1
    if letters[:1] not in STEPS:
        _pitch(harmony, "root", "C")
        ElementTree.SubElement(harmony, "kind", text="N.C.").text = "none"
        return harmony
    _pitch(harmony, "root", letters[:size])
    kind = _WRITTEN.get(letters[size:], "minor" if letters[size:].startswith("m") else "major")
    ElementTree.SubElement(harmony, "kind").text = kind
    if bass[:1] in STEPS and bass:
        _pitch(harmony, "bass", bass)
    return harmony


def _class(harmony: Element, place: str, transposed: int) -> int | None:
    step = harmony.findtext(f"{place}/{place}-step")
    if step is None or step not in STEPS:
        return None
    alter = round(float(harmony.findtext(f"{place}/{place}-alter") or 0))
    return (STEPS[step] + alter + transposed) % 12


def _pitch(harmony: Element, place: str, name: str) -> None:
    named = ElementTree.SubElement(harmony, place)
    ElementTree.SubElement(named, f"{place}-step").text = name[0]
    alter = (pitch_class(name) - STEPS[name[0]] + 6) % 12 - 6
    if alter:
        ElementTree.SubElement(named, f"{place}-alter").text = str(alter)
