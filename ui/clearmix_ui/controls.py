"""The controls of a spec card: what they show of a spec, and what a change of them asks for.

What comes back is a wish like words are: the conversation reads it, checks it and decides on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clearmix.conversation.wording import STRENGTHS, tempo_in_words
from clearmix.music import PITCH_CLASSES
from clearmix.spec import RemixSpec
from clearmix.vocabulary import TermKind, terms

if TYPE_CHECKING:
    from clearmix.contracts import Analysis

UNASKED_STRENGTH = 50
"""Where the slider stands when nobody said how far to go, in percent."""

MOST_TEMPO = 50
"""How far the tempo slider goes either way, in percent; words go further."""

KEPT_PARTS = ("vocals", "melody")
"""Parts with a control of their own; words reach the others."""

PART_WISHES = (("", "As it fits"), ("keep", "Keep"), ("remove", "Leave out"))
"""What may be wished for a part."""

SAME = "same"
"""Stands for a value that a control cannot show; it is never sent back."""


@dataclass(frozen=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Controls:
    """What the controls show; `names` are the named ranges of the strength, each up to its percent.

    `tempo` is in percent against the recording, which has `bpm`, if that is known.
    """

    strength: int
    strength_name: str
    names: tuple[tuple[int, str], ...]
    parts: tuple[tuple[str, tuple[Option, ...]], ...]
    tempo: int
    tempo_name: str
    bpm: float | None
    keys: tuple[Option, ...]
    eras: tuple[Option, ...]
    styles: tuple[Option, ...]


def controls_of(spec: RemixSpec, song: Analysis | None) -> Controls:
    """The controls as a spec sets them; `song` is what is known of its source."""
    bpm = song.tempo_bpm if song else None
    asked = spec.strength
    strength = UNASKED_STRENGTH if asked is None else round(100 * asked)
    name = next(name for most, name in STRENGTHS if strength <= 100 * most)
    return Controls(
        strength=strength,
        strength_name=name,
        names=tuple((round(100 * most), name) for most, name in STRENGTHS),
        parts=tuple((part, _part(spec, part)) for part in KEPT_PARTS),
        tempo=_percent(spec, bpm),
        tempo_name=tempo_in_words(spec.tempo) if spec.tempo else "as it is",
        bpm=bpm,
        keys=_keys(spec, song.key if song else None),
        eras=_terms(TermKind.ERA, (spec.era,) if spec.era else (), "Of its time"),
        styles=_terms(TermKind.STYLE, spec.styles, "Its own"),
    )


def changes_of(base: RemixSpec, moved: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a spec that follow from controls that were moved; unknown ones are left out.

    >>> changes_of(RemixSpec(), {"strength": "20", "era": "1980s", "price": "0"})
    {'strength': 0.2, 'era': '1980s'}
    """
    fields: dict[str, Any] = base.as_json()
    changed: dict[str, Any] = {}
    for name, value in moved.items():
        if name in _READ and value != SAME:
            found = _READ[name](fields, value)
            fields.update(found)
            changed.update(found)
    return changed


# --- showing --------------------------------------------------------------------------------------


def _part(spec: RemixSpec, part: str) -> tuple[Option, ...]:
    wishes = [change.action for change in spec.parts if change.part == part]
    wish = wishes[-1] if wishes else ""
    known = [value for value, _ in PART_WISHES]
    options = [Option(value, label, value == wish) for value, label in PART_WISHES]
    if wish not in known:
        options.append(Option(SAME, wish.capitalize(), True))
    return tuple(options)


def _percent(spec: RemixSpec, bpm: float | None) -> int:
    if spec.tempo is None:
        return 0
    if spec.tempo.ratio is not None:
        ratio = spec.tempo.ratio
    elif bpm:
        ratio = spec.tempo.target_bpm(bpm) / bpm
    else:
        return 0
    return max(-MOST_TEMPO, min(MOST_TEMPO, round(100 * (ratio - 1))))


def _keys(spec: RemixSpec, own: str | None) -> tuple[Option, ...]:
    asked = spec.pitch.key if spec.pitch else None
    first = f"Its own ({own})" if own else "Its own"
    options = [Option("", first, spec.pitch is None)]
    if spec.pitch is not None and asked is None:
        steps = spec.pitch.semitones
        label = f"{steps:+g} semitones" if steps is not None else f"Turned {spec.pitch.mode}"
        options.append(Option(SAME, label, True))
    for mode in ("major", "minor"):
        names = (f"{note} {mode}" for note in PITCH_CLASSES)
        options += [Option(name, name, name == asked) for name in names]
    return tuple(options)


def _terms(kind: TermKind, chosen: tuple[str, ...], none: str) -> tuple[Option, ...]:
    known = terms(kind)
    options = [Option("", none, not chosen)]
    if len(chosen) > 1:
        options.append(Option(SAME, " + ".join(_label(known[id].label) for id in chosen), True))
    return (
        *options,
        *(Option(id, _label(one.label), (id,) == chosen) for id, one in known.items()),
    )


def _label(label: str) -> str:
    return label[:1].upper() + label[1:]


# --- reading --------------------------------------------------------------------------------------


_WHOLE = re.compile(r"-?[0-9]{1,4}")


def _strength(fields: Mapping[str, Any], value: str) -> dict[str, Any]:
    return {"strength": int(value) / 100 if _WHOLE.fullmatch(value) else value}


def _tempo(fields: Mapping[str, Any], value: str) -> dict[str, Any]:
    feel = {"feel": fields["tempo"]["feel"]} if fields.get("tempo", {}).get("feel") else {}
    if not _WHOLE.fullmatch(value):
        return {"tempo": {"ratio": value}}
    tempo = {**({"ratio": 1 + int(value) / 100} if int(value) else {}), **feel}
    return {"tempo": tempo or None}


def _part_wish(part: str) -> Callable[[Mapping[str, Any], str], dict[str, Any]]:
    def read(fields: Mapping[str, Any], value: str) -> dict[str, Any]:
        others = [row for row in fields.get("parts", ()) if row["part"] != part]
        return {"parts": [*others, *([{"part": part, "action": value}] if value else [])]}

    return read


_READ: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "strength": _strength,
    "tempo": _tempo,
    "key": lambda fields, value: {"pitch": {"key": value} if value else None},
    "era": lambda fields, value: {"era": value or None},
    "style": lambda fields, value: {"styles": [value] if value else []},
    **{part: _part_wish(part) for part in KEPT_PARTS},
}
