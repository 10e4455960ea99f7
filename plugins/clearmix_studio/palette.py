"""Styles, eras and added instruments as data: what each plays and how it sounds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

STEPS_PER_BEAT = 4
"""Patterns are written in sixteenths."""

Mode = Literal["bass", "chord", "arp", "power", "line"]
"""What a pattern plays at each sign: a bass line, the chord, its next note, root and fifth, a
tune."""


@dataclass(frozen=True)
class Feel:
    """How late every second eighth or sixteenth comes: 0 is straight, 0.66 plays triplets."""

    swing: float = 0.0
    on: Literal["eighths", "sixteenths"] = "eighths"


@dataclass(frozen=True)
class Style:
    """What a style adds to a recording; patterns are those of `styles.toml`."""

    id: str
    kit: str = "acoustic"
    drums: Mapping[str, str] = field(default_factory=dict)
    drums_db: float = 0.0
    fill: Literal["snare", "toms", "roll", "none"] = "snare"
    loose_ms: float = 0.0
    rise: bool = False
    bass: str = ""
    bass_instrument: str = "finger-bass"
    bass_steps: int = 2
    bass_db: float = -4.0
    harmony: str = ""
    harmony_instrument: str = "pad"
    harmony_steps: int = 4
    harmony_db: float = -10.0
    harmony_mode: Mode = "chord"
    harmony_drive_db: float = 0.0
    wobble_steps: float = 0.0
    swing: float = 0.0
    swing_on: Literal["eighths", "sixteenths"] = "eighths"
    duck: float = 0.0
    drums_gate_seconds: float = 0.0
    song_high_cut_hz: float = 0.0
    song_drive_db: float = 0.0
    effects: tuple[str, ...] = ()

    @property
    def feel(self) -> Feel:
        """The swing of everything that the style plays."""
        return Feel(self.swing, self.swing_on)


@dataclass(frozen=True)
class Era:
    """What a decade's records sound like; None is without limit.

    `style` is what a remix into the decade plays when no style is asked for.
    """

    id: str
    kit: str
    low_cut_hz: float
    width: float
    drive_db: float
    high_cut_hz: float | None = None
    crackle_db: float | None = None
    room_seconds: float | None = None
    gate_seconds: float | None = None
    bright_db: float = 0.0
    chorus: float = 0.0
    style: str | None = None


@dataclass(frozen=True)
class Player:
    """An instrument that a listener adds by name, and what it plays over the chords."""

    id: str
    instrument: str
    pattern: str
    steps: int
    mode: Mode = "chord"
    level_db: float = -9.0
    octave: int = 0


@cache
def styles() -> Mapping[str, Style]:
    """Every style that the studio can play, by vocabulary id."""
    rows = _table("styles.toml")
    return {
        id: Style(id, **{**row, "effects": tuple(row.get("effects", ()))})
        for id, row in rows.items()
    }


@cache
def eras() -> Mapping[str, Era]:
    """Every era, by vocabulary id."""
    return {id: Era(id, **row) for id, row in _table("eras.toml").items()}


@cache
def players() -> Mapping[str, Player]:
    """Every instrument that can be added by its vocabulary id."""
    return {id: Player(id, **row) for id, row in _table("players.toml").items()}


def _table(name: str) -> dict[str, dict[str, Any]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
