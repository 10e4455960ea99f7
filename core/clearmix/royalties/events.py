"""Plays as they come in: what a player reports, what is logged, what became of a file of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Category = Literal["original", "official-remix", "producer-led", "listener-remix", "listener-cover"]

CATEGORIES: tuple[Category, ...] = (
    "original", "official-remix", "producer-led", "listener-remix", "listener-cover",
)  # fmt: skip
"""Stream categories, kept apart from the log to the statement."""


@dataclass(frozen=True)
class Play:
    """One listening as it was logged; `maker_id` is the listener who had the item made.

    `sought` says that the listener looked for it: by search, from a library, not from a radio.
    """

    event_id: str
    item_id: str
    listener_id: str
    played_at: datetime
    seconds: float
    category: Category
    territory: str
    tier: str
    offline: bool = False
    maker_id: str | None = None
    fraud: bool = False
    sought: bool = False


class Heard(Protocol):
    """What a player reports of one listening; the room adds what the catalogue knows."""

    @property
    def id(self) -> str:
        """The event id, by which it counts once."""
        ...

    @property
    def item(self) -> str:
        """The recording or render that was heard."""
        ...

    @property
    def listener(self) -> str:
        """Who heard it."""
        ...

    @property
    def seconds(self) -> float:
        """For how long."""
        ...

    @property
    def played_at(self) -> datetime:
        """When it ended, with a zone."""
        ...

    @property
    def fraud(self) -> bool:
        """Whether it is not believed; it is logged all the same."""
        ...


@dataclass(frozen=True)
class Refused:
    """A row of a play file that was not taken, and why; rows are counted from 1."""

    row: int
    event_id: str
    reason: str


@dataclass(frozen=True)
class LatePlays:
    """How many plays of a month came after it was settled, and by which formulas that was."""

    period: str
    plays: int
    formulas: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """In JSON's types."""
        return {"period": self.period, "plays": self.plays, "formulas": list(self.formulas)}


@dataclass(frozen=True)
class PlaysImported:
    """What became of each row of a play file; the four counts add up to `rows`.

    `duplicates` were logged before (or earlier in the file) and count once. `unmatched` name an
    item that the catalogue does not know yet: they are kept, and paid into suspense if it is
    still unknown when the period is settled. `late` of the accepted rows are in a period that is
    settled already, and wait for a correction; `late_months` says of which. `refusals` lists the
    first refused rows, `repeats` the first duplicates, and `unmatched_items` the first items that
    nobody knows.
    """

    path: str
    rows: int
    accepted: int
    duplicates: int
    refused: int
    unmatched: int
    late: int
    refusals: tuple[Refused, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    repeats: tuple[Refused, ...] = ()
    unmatched_items: tuple[str, ...] = ()
    late_months: tuple[LatePlays, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's types; `refused` lists rows, `refused_rows` counts them all."""
        return {
            "path": self.path,
            "rows": self.rows,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "unmatched": self.unmatched,
            "late": self.late,
            "late_months": [month.as_json() for month in self.late_months],
            "refused_rows": self.refused,
            "reasons": dict(self.reasons),
            "refused": [asdict(refused) for refused in self.refusals],
            "repeats": [asdict(repeat) for repeat in self.repeats],
            "unmatched_items": list(self.unmatched_items),
        }
