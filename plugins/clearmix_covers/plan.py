"""The arrangement of a cover as a value: who plays which notes when, and how it is mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from pydantic import TypeAdapter

PlanNote = tuple[float, float, int, float]
"""Seconds, seconds long, MIDI number, velocity 0..1."""

PlanStroke = tuple[float, str, float]
"""Seconds, drum, velocity 0..1."""


@dataclass(frozen=True)
class Player:
    """One player with every note; `target_db` is the level that the mix brings it to."""

    name: str
    play: str
    role: str
    pan: float
    target_db: float
    notes: tuple[PlanNote, ...]


@dataclass(frozen=True)
class Drumming:
    """The drummer with every stroke."""

    kit: str
    target_db: float
    strokes: tuple[PlanStroke, ...]


@dataclass(frozen=True)
class PlanSection:
    """A section with its bars (from 1), its seconds, how full it is and who plays in it."""

    name: str
    bars: tuple[int, int]
    seconds: tuple[float, float]
    level: str
    plays: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that a cover is made of; `loops` says that its end leads back to its start."""

    title: str
    lineup: str
    label: str
    tempo_bpm: float
    key: str
    beats_per_bar: int
    seconds: float
    ends_at: float
    loops: bool
    seed: int
    room_seconds: float
    wet: float
    effects: tuple[str, ...]
    sections: tuple[PlanSection, ...]
    chords: tuple[tuple[float, str], ...]
    players: tuple[Player, ...]
    drums: Drumming | None
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """In JSON's types."""
        written: dict[str, Any] = _PLANS.dump_python(self, mode="json")
        return written

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """The plan that `as_json` wrote."""
        read: Self = _PLANS.validate_python(dict(fields), strict=False)  # type: ignore[assignment]
        return read

    def timeline(self) -> list[dict[str, Any]]:
        """The sections in order with their bars and who plays, for people to look at."""
        return [
            {
                "section": one.name,
                **{name: value for name, value in asdict(one).items() if name != "name"},
            }
            for one in self.sections
        ]


_PLANS: TypeAdapter[Plan] = TypeAdapter(Plan)
