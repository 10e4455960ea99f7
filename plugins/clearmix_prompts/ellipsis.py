"""What an `elided` ask means beside the spec that stands: `Italian` where words are translated.

Where nothing stands that it could be about, it is not understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from clearmix import RemixSpec
from clearmix.vocabulary import TermKind, terms
from clearmix_prompts.grammar import Ask

_TEMPOS = (40.0, 260.0)
"""A bare number between these is a tempo, below 13 an interval."""

_MOST_SEMITONES = 12.0

_NEAR = 0.4
"""How far a tempo may lie from another, as a share of it, to be likely meant."""

_LEAST_SECONDS = 5.0

_WHOLE = 100.0

_NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def resolved(asks: Sequence[Ask], versions: Sequence[RemixSpec]) -> list[Ask]:
    """The asks with elided ones made whole by the last version, and by what was new in it."""
    fields = versions[-1].as_json() if versions else {}
    before = versions[-2].as_json() if len(versions) > 1 else {}
    fields["new"] = {
        name: [row for row in fields.get(name) or () if row not in (before.get(name) or ())]
        for name in ("parts", "sections")
    }
    fields["lyrics_before"] = [version.lyrics for version in versions[:-1]]
    meant: list[Ask] = []
    for ask in asks:
        group, _, what = ask.what.partition(".")
        if group != "elided":
            meant.append(ask)
            continue
        whole = _MEANINGS[what](ask.value, fields)
        if whole is None:
            meant.append(replace(ask, what="not_understood", value=None))
        else:
            meant += [replace(one, first=ask.first, last=ask.last) for one in whole]
    return meant


def _language(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    translated = str(fields.get("lyrics", "")).startswith("translate:")
    return [Ask("lyrics", f"translate:{value}")] if translated else None


def _back_to_language(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """An earlier translation if there was one, else the words as they are sung."""
    earlier = f"translate:{value}"
    return [
        Ask("lyrics", earlier) if earlier in fields["lyrics_before"] else Ask("unset", "lyrics")
    ]


def _voice(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    return [Ask("voice", ("synthetic", value))] if fields.get("voice") else None


def _number(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    n, way = cast("tuple[float, int]", value)
    if not way and n == (fields.get("tempo") or {}).get("bpm"):
        return []  # `122 was fine, but`
    before = (fields.get("pitch") or {}).get("semitones")
    if before is not None and n <= _MOST_SEMITONES:
        sign = way or (1 if before > 0 else -1)
        return [Ask("pitch.semitones", sign * n, part="elided")]
    if way and "bpm" in (fields.get("tempo") or {}) and before is None:
        return [Ask("tempo.bpm_step", way * n)]
    if way and n <= _MOST_SEMITONES and n == int(n):
        return [Ask("pitch.semitones", way * n)]
    if not way and "seconds" in (fields.get("structure") or {}) and not fields.get("tempo"):
        return [Ask("seconds", n)] if n >= _LEAST_SECONDS else None
    if not way and fields.get("tempo") and _TEMPOS[0] <= n <= _TEMPOS[1]:
        return [Ask("tempo.bpm", n)]
    return None


def _so_many_more(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    n, way = cast("tuple[float, int]", value)
    semitones = (fields.get("pitch") or {}).get("semitones")
    if semitones is not None and n <= _MOST_SEMITONES:
        return [Ask("pitch.semitones", semitones + way * n, part="elided")]
    return [Ask("tempo.bpm_step", way * n)] if "bpm" in (fields.get("tempo") or {}) else None


def _by_number(value: Any, fields: dict[str, Any]) -> list[Ask]:
    """`Slower by 10`: beats where beats stand, else percent."""
    n, way = cast("tuple[float, int]", value)
    if "bpm" in (fields.get("tempo") or {}):
        return [Ask("tempo.bpm_step", way * n)]
    return [Ask("tempo.ratio", round(1 + way * n / _WHOLE, 4))]


def _nudge(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """`Back up a bit`: of the pitch or of the tempo, whichever was moved."""
    moved = [name for name in ("pitch", "tempo") if fields.get(name)]
    return [Ask(f"{moved[0]}.step", value, assumed=True)] if len(moved) == 1 else None


def _near_number(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """A number beside other words is a tempo if it is like the one that stands, but another."""
    n, percent = cast("tuple[float, bool]", value)
    tempo = fields.get("tempo") or {}
    semitones = (fields.get("pitch") or {}).get("semitones")
    if percent and "ratio" in tempo and n < _WHOLE:
        way = 1 if tempo["ratio"] >= 1 else -1
        return [Ask("tempo.ratio", round(1 + way * n / _WHOLE, 4), part="original")]
    if semitones is not None and n <= _MOST_SEMITONES:
        return _number((n, 0), fields)
    bpm = tempo.get("bpm")
    near = bpm is not None and n != bpm and abs(n / bpm - 1) <= _NEAR
    return [Ask("tempo.bpm", n)] if near else None


def _way(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    pitch, tempo = fields.get("pitch") or {}, fields.get("tempo") or {}
    if "semitones" in pitch:
        return [Ask("pitch.semitones", value * abs(pitch["semitones"]))]
    if "ratio" in tempo:
        return [Ask("tempo.ratio", round(1 + value * abs(tempo["ratio"] - 1), 4), part="original")]
    return None


def _opposite(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """The way that was not gone, of the one thing that was moved."""
    pitch, tempo, energy = (fields.get(name) for name in ("pitch", "tempo", "energy"))
    found: list[Ask] = []
    if pitch and "semitones" in pitch:
        found.append(Ask("pitch.semitones", -pitch["semitones"]))
    if tempo and "ratio" in tempo:
        found.append(Ask("tempo.ratio", round(2 - tempo["ratio"], 4), part="original"))
    if energy:
        found.append(Ask("given", ("energy", -energy)))
    return found if len(found) == 1 else None


def _allowed(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    kept = [one for one in fields.get("avoid") or () if one != value]
    return [Ask("given", ("avoid", kept))] if len(kept) < len(fields.get("avoid") or ()) else None


def _related(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """The relative key of the one that stands, if that is in the other mode."""
    note, _, mode = str((fields.get("pitch") or {}).get("key", "")).partition(" ")
    other = "minor" if mode == "major" else "major"
    if note not in _NOTES or (value and value.lower() != other):
        return [Ask("pitch.mode", value.lower())] if value else None
    at = _NOTES.index(note) + (3 if mode == "minor" else -3)
    return [Ask("pitch.key", f"{_NOTES[at % 12]} {other}")]


def _decades(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    eras = list(terms(TermKind.ERA))
    if fields.get("era") not in eras:
        return None
    at = eras.index(fields["era"]) + int(value)
    return [Ask("era", eras[at])] if 0 <= at < len(eras) else None


def _gone(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """The changes of a section are taken back."""
    structure = dict(fields.get("structure") or {})
    if structure.get(value) is False:  # an intro or an outro that was left out
        return [Ask("given", ("structure", {k: v for k, v in structure.items() if k != value}))]
    named = [row["section"] for row in fields.get("sections") or ()]
    same = [one for one in named if one == value or one.endswith(f" {value}")]
    return [Ask("section_gone", one) for one in dict.fromkeys(same)] or None


def _feel_gone(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """A feel of the whole or of sections is taken back."""
    feel = "half-time" if value == "HALFTIME" else "double-time"
    rows = list(fields.get("sections") or ())
    asks = []
    if any(row["change"] == feel for row in rows):
        asks.append(Ask("given", ("sections", [row for row in rows if row["change"] != feel])))
    tempo = dict(fields.get("tempo") or {})
    if tempo.pop("feel", None) == feel:
        asks.append(Ask("given", ("tempo", tempo)))
    return asks or None


def _gone_in(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """`Mute them in the intro`: the part that was last spoken of."""
    rows = fields["new"]["parts"] or fields.get("parts") or ()
    return [Ask("section", (value, "remove", rows[-1]["part"]))] if rows else None


def _not_there(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """`Not the verse`: of a section without changes nothing is to be done."""
    return _gone(value, fields) or []


def _also(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """What was last asked of a section, for another one too."""
    return [Ask("section", (value, *change)) for change in _last_changes(fields)] or None


def _part_too(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """`The bass too`: what was last done to another part; without that it is added."""
    parts, sections = fields["new"]["parts"], fields["new"]["sections"]
    if not parts and sections and sections[-1].get("part"):
        last = sections[-1]
        return [Ask("section", (last["section"], last["change"], value))]
    action = parts[-1]["action"] if parts else "add"
    return [Ask("part", (value, "add" if action == "replace" else action, None))]


def _gain(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """`2 dB is enough`: of the part that was made louder or softer."""
    part, decibels = cast("tuple[str | None, float]", value)
    row = _levelled(fields, part)
    if row is None:
        return None
    return [_level(row["part"], decibels if row["action"] == "louder" else -decibels)]


def _gain_step(value: Any, fields: dict[str, Any]) -> list[Ask]:
    """So many decibels from where a part stands."""
    part, step = cast("tuple[str, float]", value)
    row = _levelled(fields, part) or {}
    gain = float(row.get("gain_db") or 0.0) + step
    return [_level(part, gain) if gain else Ask("part", (part, "restore", None))]


def _same_gain(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """As much louder or softer as the part before."""
    row = _levelled(fields, None)
    if row is None:
        return None
    gain = row.get("gain_db")
    return [Ask("part", (value, row["action"], None)) if gain is None else _level(value, gain)]


def _levelled(fields: dict[str, Any], part: str | None) -> dict[str, Any] | None:
    rows = [row for row in fields.get("parts") or () if row["action"] in ("louder", "softer")]
    return next((row for row in reversed(rows) if part in (None, row["part"])), None)


def _level(part: str, gain: float) -> Ask:
    return Ask("part", (part, "louder" if gain > 0 else "softer", gain))


def _they(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    """`Turn them down`: the parts of the last turn, else the one that was last spoken of."""
    rows = fields["new"]["parts"] or (fields.get("parts") or ())[-1:]
    heard = [row["part"] for row in rows if row["action"] not in ("remove", "replace")]
    return [Ask("part", (part, value, None)) for part in dict.fromkeys(heard)] or None


def _part_better(value: Any, fields: dict[str, Any]) -> list[Ask]:
    """`A flute would be better`: than what was just added."""
    added = [row["part"] for row in fields["new"]["parts"] if row["action"] == "add"]
    if added and added[-1] != value:
        return [Ask("part_swap", (added[-1], value))]
    return [Ask("part", (value, "add", None), part="wanted")]


def _not_language(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    return (
        [Ask("given", ("lyrics", None))] if fields.get("lyrics") == f"translate:{value}" else None
    )


def _not_use(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    return [Ask("given", ("use", None))] if fields.get("use") == value else None


def _instead(value: Any, fields: dict[str, Any]) -> list[Ask] | None:
    moved = _also(value, fields)
    return moved and [Ask("section_gone", fields["sections"][-1]["section"]), *moved]


def _last_changes(fields: dict[str, Any]) -> list[tuple[str, str | None]]:
    rows = list(fields.get("sections") or ())
    return [
        (row["change"], row.get("part")) for row in rows if row["section"] == rows[-1]["section"]
    ]


_MEANINGS = {
    "language": _language,
    "back_to_language": _back_to_language,
    "voice": _voice,
    "number": _number,
    "near_number": _near_number,
    "so_many_more": _so_many_more,
    "by_number": _by_number,
    "nudge": _nudge,
    "way": _way,
    "decades": _decades,
    "related": _related,
    "opposite": _opposite,
    "allowed": _allowed,
    "gone": _gone,
    "gone_in": _gone_in,
    "feel_gone": _feel_gone,
    "not_there": _not_there,
    "also": _also,
    "part_too": _part_too,
    "part_better": _part_better,
    "they": _they,
    "gain": _gain,
    "gain_step": _gain_step,
    "same_gain": _same_gain,
    "not_language": _not_language,
    "not_use": _not_use,
    "instead": _instead,
}
