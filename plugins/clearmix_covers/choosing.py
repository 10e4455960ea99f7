"""Which line-up a spec calls for, and what the listener's words change about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from clearmix import RemixSpec
from clearmix.vocabulary import TermKind, terms
from clearmix_covers.lineups import Chair, Drums, Lineup, guests, lineups

DEFAULT, DEFAULT_LOUD = "folk-group", "rock-band"
LOUD_ENERGY = 0.4

MOOD_LEVELS: Mapping[str, float] = MappingProxyType({
    "happy": 0.05, "sad": -0.12, "dark": -0.05, "dreamy": -0.1, "aggressive": 0.18,
    "romantic": -0.08, "calm": -0.16, "epic": 0.15, "playful": 0.03, "nostalgic": -0.05,
})  # fmt: skip
"""How much fuller or thinner a mood makes every section."""

MOOD_LINEUPS: Mapping[str, str] = MappingProxyType({
    "epic": "orchestra", "romantic": "string-quartet", "dreamy": "ambient", "calm": "solo-piano",
    "sad": "solo-piano", "aggressive": "metal-band", "playful": "mallets", "dark": "orchestra",
    "nostalgic": "jazz-trio", "happy": "folk-group",
})  # fmt: skip
"""Who plays when nothing but a mood is asked for."""

USE_LEVELS: Mapping[str, float] = MappingProxyType({
    "running": 0.12, "workout": 0.15, "party": 0.12, "driving": 0.05, "study": -0.12,
    "sleep": -0.25, "yoga": -0.15, "dinner": -0.08,
})  # fmt: skip

QUIET = -0.1
"""Change of level below which the drums of a line-up stay silent."""

LOUDER_DB, SOFTER_DB = 4.0, -5.0

SINGER = Chair("synthetic voice", "voice-lead", "lead", "vocals", low=55, high=79)
"""Sings wordless syllables; nobody's voice."""

SUNG = ("voice-lead", "vocalise")
"""What sounds like one singer."""

_RHYTHM = ("drums", "bass")

_STRINGS = frozenset({"strum", "power"})
_CHORDAL = _STRINGS | {"keys", "arp", "pad"}
"""Roles that play the chords, and those of them that only six strings can."""


@dataclass(frozen=True)
class Choice:
    """The line-up as the spec has it: with who was added, without who was taken out."""

    lineup: Lineup
    level: float
    notes: tuple[str, ...]


def chosen(spec: RemixSpec) -> Choice:
    """The line-up of a spec with its changes, and how much fuller than usual it plays."""
    lineup = _called_for(spec)
    notes: list[str] = []
    if len(spec.styles) > 1 and spec.lineup is None:
        notes.append("of the styles that were asked for, the first one chose the players")
    lineup = _with_parts(lineup, spec, notes)
    lineup = _with_voice(lineup, spec, notes)
    level = 0.3 * (spec.energy or 0.0)
    level += sum(MOOD_LEVELS.get(mood, 0.0) for mood in spec.moods)
    level += USE_LEVELS.get(spec.use_case or "", 0.0) if spec.energy is None else 0.0
    if level < QUIET and lineup.drums is not None and not _asked(spec, "drums"):
        lineup = replace(lineup, drums=replace(lineup.drums, above=0.8))
    return Choice(lineup, max(-0.4, min(0.35, level)), tuple(notes))


def _called_for(spec: RemixSpec) -> Lineup:
    """The line-up that the words name, or the most fitting one."""
    every = lineups()
    if spec.lineup is not None:
        return every[spec.lineup]
    named = [change.part for change in spec.parts if change.action == "solo"]
    for part in named:
        for lineup in every.values():
            if part in lineup.solo:
                return lineup
    for style in spec.styles:
        for lineup in every.values():
            if style in lineup.styles:
                return lineup
    for lineup in every.values():
        if spec.era is not None and spec.era in lineup.eras:
            return lineup
    for lineup in every.values():
        if spec.use_case is not None and spec.use_case in lineup.uses:
            return lineup
    for mood in spec.moods:
        return every[MOOD_LINEUPS[mood]]
    for lineup in every.values():
        if spec.meter is not None and lineup.meter == spec.meter:
            return lineup
    return every[DEFAULT_LOUD if (spec.energy or 0.0) > LOUD_ENERGY else DEFAULT]


def _asked(spec: RemixSpec, part: str) -> bool:
    return any(
        change.part == part and change.action in ("add", "keep", "louder", "solo")
        for change in spec.parts
    )


def _with_parts(lineup: Lineup, spec: RemixSpec, notes: list[str]) -> Lineup:
    """The line-up after what the listener asked of single parts."""
    chairs, drums = list(lineup.chairs), lineup.drums
    labels = {id: term.label for id, term in terms(TermKind.PART).items()}
    removed = {change.part for change in spec.parts if change.action == "remove"}
    removed |= {part for part in spec.avoid if part in labels}
    if spec.use_case == "karaoke":
        removed.add("melody")
        notes.append("the tune is left out, for you to sing")
    for part in sorted(removed):
        if part == "drums":
            drums = None
        elif part == "melody":
            chairs = [one for one in chairs if one.role not in ("lead", "soli", "double")]
        elif part == "vocals":
            chairs = [_instrument(one) for one in chairs]
            if spec.use_case != "karaoke":
                notes.append("nobody sings: the tune is played by instruments")
        else:
            chairs = [one for one in chairs if one.family != part or one.role == "lead"]
    for change in spec.parts:
        label = labels[change.part]
        if change.action == "solo" and change.part == "drums":
            notes.append("drums alone play no tune: they join the line-up")
        if change.action == "replace":
            instead = change.with_ or change.part
            chairs = _replaced(chairs, change.part, instead)
        elif change.action == "add" and change.part in ("drums", "claps"):
            drums = drums or replace(_usual_drums(), above=0.0)
        elif change.action == "add" and not any(one.family == change.part for one in chairs):
            chairs.append(guests()[change.part])
        elif change.action in ("louder", "softer"):
            step = LOUDER_DB if change.action == "louder" else SOFTER_DB
            step = change.gain_db if change.gain_db is not None else step
            chairs = [
                replace(one, db=one.db + step) if _is(one, change.part) else one for one in chairs
            ]
            if drums is not None and change.part == "drums":
                drums = replace(drums, db=drums.db + step)
        elif change.action == "keep" and change.part == "vocals":
            notes.append(f"a cover keeps nothing of the recording: {label} are played anew")
    if not chairs:
        chairs = list(lineup.chairs)
        notes.append("somebody has to play: the line-up stays whole")
    return replace(lineup, chairs=tuple(chairs), drums=drums)


def _is(chair: Chair, part: str) -> bool:
    leads = part in ("melody", "vocals") and chair.role in ("lead", "soli")
    return leads or chair.family == part or (part == "bass" and chair.role == "bass")


def _usual_drums() -> Drums:
    drums = lineups()[DEFAULT_LOUD].drums
    assert drums is not None  # noqa: S101  # the rock band has a drummer
    return drums


def _replaced(chairs: list[Chair], part: str, instead: str) -> list[Chair]:
    """Players of a part with another instrument in their hands, in its range, and their role.

    But nobody strums a piano or takes two hands to a guitar: who changes between keys and strings
    accompanies as the new instrument does, and once.
    """
    guest = guests().get(instead)
    if guest is None:
        return chairs
    out: list[Chair] = []
    for chair in chairs:
        if (_is(chair, part) and part not in _RHYTHM) or (part == "bass" and chair.role == "bass"):
            both = {chair.role, guest.role}
            if both <= _CHORDAL and len(both & _STRINGS) == 1 and chair.role != guest.role:
                if not any(one.play == guest.play and one.role == guest.role for one in out):
                    out.append(replace(guest, pan=chair.pan, db=chair.db, above=chair.above))
                continue
            low, high = (chair.low, chair.high) if chair.role == "bass" else (guest.low, guest.high)
            chair = replace(
                chair, name=guest.name, play=guest.play, family=guest.family, low=low, high=high,
                desk=guest.desk,
            )  # fmt: skip
        out.append(chair)
    return out


def _with_voice(lineup: Lineup, spec: RemixSpec, notes: list[str]) -> Lineup:
    """The tune sung by nobody in particular where a synthetic voice is asked for."""
    voice = spec.voice.source if spec.voice is not None else None
    added = any(change.action == "add" and change.part == "vocals" for change in spec.parts)
    if voice == "original":
        notes.append("the singer of the recording is not heard in a cover: instruments play")
    if voice is not None and voice.startswith("likeness:"):
        notes.append("no singer is imitated: instruments play the tune")
    if voice is not None and (voice == "none" or voice.startswith("likeness:")):
        lineup = _played_instead(lineup)
    if voice != "synthetic" and not added:
        return lineup
    notes.append("a synthetic voice sings the tune on syllables, without words")
    rest = [one for one in lineup.chairs if one.role not in ("lead", "soli") and one is not SINGER]
    rest = [one for one in rest if one.play not in SUNG]
    others = [
        replace(one, role="counter", above=max(one.above, 0.6), leads=())
        for one in lineup.chairs
        if one.role in ("lead", "soli") and one.play not in SUNG
    ][:1]
    return replace(lineup, chairs=(SINGER, *others, *rest))


def _played_instead(lineup: Lineup) -> Lineup:
    """The line-up without a voice: a violin for every chair that sounds like one singer."""
    return replace(lineup, chairs=tuple(map(_instrument, lineup.chairs)))


def _instrument(chair: Chair) -> Chair:
    if chair.play not in SUNG:
        return chair
    return replace(chair, name="violin", play="violin", family="strings", low=57, high=93)
