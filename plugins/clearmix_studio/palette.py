"""Styles and eras as data: what each adds and how it sounds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

STEPS_PER_BEAT = 4
"""Patterns are written in sixteenths."""


@dataclass(frozen=True)
class Style:
    """What a style adds to a recording; patterns are those of `styles.toml`."""

    id: str
    kit: str = "acoustic"
    drums: Mapping[str, str] = field(default_factory=dict)
    drums_db: float = -1.0
    bass: str = ""
    bass_instrument: str = "finger-bass"
    bass_steps: int = 2
    bass_db: float = -4.0
    harmony: str = ""
    harmony_instrument: str = "pad"
    harmony_steps: int = 4
    harmony_db: float = -10.0
    swing: float = 0.0
    duck: float = 0.0
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Era:
    """What a decade's records sound like; None is without limit."""

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


def _table(name: str) -> dict[str, dict[str, Any]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
