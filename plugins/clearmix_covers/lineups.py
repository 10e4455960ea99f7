"""Line-ups as data: who plays, what each one does in the arrangement, and in what room."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import TypeAdapter

from clearmix.vocabulary import TermKind, terms

Role = Literal[
    "lead", "double", "soli", "counter", "inner", "bass", "keys", "strum", "power", "arp", "pad",
    "colotomy", "rest",
]  # fmt: skip
"""What a player does:

`lead` plays the tune and `double` joins it; `soli` moves with the tune in block chords; `counter`
answers where the tune rests or holds; `inner` is one voice between tune and bass; `bass` plays
below; `keys` plays chords within two hands, `strum` within six strings, `power` as root and fifth;
`arp` breaks them, `pad` holds them; `colotomy` marks the bars and phrases as gongs do.
"""

Harmony = Literal["plain", "sevenths", "jazz", "power", "open"]


@dataclass(frozen=True)
class Chair:
    """One player. Patterns have four signs a beat: `.` goes on, `-` stops.

    Basses read `1 3 5 8` (steps of the chord), `w` (walks); chords read `x X o`, strums `d u D`;
    broken chords read digits, the notes of a ladder from below. A pattern is for four beats;
    `three` is for bars of three, made from the other where it is missing. `full` is played where
    everybody plays. `above` is the level of a section from which the player takes part; `leads`
    names the sections in which a second leader takes the tune, `otherwise` what it does in others.
    Chairs of one `desk` are hands at one instrument, whose keys sound one note at a time. A guitar
    strikes no string below `low`. With `tremolo` long notes of a tune are struck again and again.
    """

    name: str
    play: str
    role: Role
    family: str = "harmony"
    low: int = 36
    high: int = 96
    pan: float = 0.0
    db: float = 0.0
    pattern: str = "x..............."
    full: str = ""
    three: str = ""
    above: float = 0.0
    below: float = 2.0
    voices: int = 4
    leads: tuple[str, ...] = ()
    otherwise: Role = "rest"
    octave: int = 0
    short: float = 0.0
    written: bool = False
    shell: bool = False
    velocity: float = 0.7
    desk: str = ""
    tremolo: bool = False


@dataclass(frozen=True)
class Drums:
    """A drummer: lanes as chairs' patterns are written, `X x o` from loud to soft."""

    kit: str
    lanes: Mapping[str, str]
    full: Mapping[str, str] = field(default_factory=dict)
    db: float = 0.0
    above: float = 0.0
    fill: Literal["snare", "toms", "roll", "none"] = "snare"


@dataclass(frozen=True)
class Lineup:
    """Players who go together; `styles`, `eras`, `solo` and `uses` are terms that call for them."""

    id: str
    chairs: tuple[Chair, ...]
    drums: Drums | None = None
    styles: tuple[str, ...] = ()
    eras: tuple[str, ...] = ()
    solo: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    harmony: Harmony = "plain"
    swing: float = 0.0
    meter: str = ""
    loose_ms: float = 6.0
    room_seconds: float = 1.2
    wet: float = 0.16

    @property
    def label(self) -> str:
        """Its name, as a listener reads it."""
        return terms(TermKind.LINEUP)[self.id].label


_LINEUPS: TypeAdapter[dict[str, Lineup]] = TypeAdapter(dict[str, Lineup])
_GUESTS: TypeAdapter[dict[str, Chair]] = TypeAdapter(dict[str, Chair])


@cache
def _tables() -> Mapping[str, Any]:
    text = files(__package__).joinpath("lineups.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def lineups() -> Mapping[str, Lineup]:
    """Every line-up by its id."""
    rows = {id: {"id": id, **row} for id, row in _tables().items() if id != "guests"}
    return _LINEUPS.validate_python(rows)


@cache
def guests() -> Mapping[str, Chair]:
    """Who joins a line-up when a listener asks for a part, by the vocabulary's part."""
    rows = {part: {"family": part, **row} for part, row in _tables()["guests"].items()}
    return _GUESTS.validate_python(rows)
