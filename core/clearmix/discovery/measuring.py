"""Whether generated versions amplify their originals or siphon listening off: a holdout tells.

A fixed share of listeners is not shown other listeners' remixes. Both groups are chosen by a hash,
so they differ in nothing else, and what they play of the originals can be compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

HOLDOUT_BPS = 500
"""Share of listeners who are held out, in hundredths of a percent."""

SALT = "clearmix holdout 1"
"""Another one draws another holdout."""


@dataclass(frozen=True)
class Group:
    """What one group of listeners played: people-made versions, and generated ones."""

    listeners: int
    human_made: int
    generated: int

    @property
    def each(self) -> float:
        """Plays of people-made versions for each listener of the group."""
        return self.human_made / self.listeners if self.listeners else 0.0


@dataclass(frozen=True)
class Measured:
    """Both groups of a period. `lift` above 0: who is shown remixes plays more of the originals."""

    shown: Group
    held_out: Group

    @property
    def lift(self) -> float | None:
        """The difference of plays for each listener, as a part of the held-out; None without."""
        if not self.held_out.each or not self.shown.listeners:
            return None
        return self.shown.each / self.held_out.each - 1


def is_held_out(listener_id: str) -> bool:
    """Whether a listener belongs to the holdout: the same answer each time, on every machine."""
    digest = hashlib.sha256(f"{SALT}\0{listener_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < HOLDOUT_BPS


def measured(plays: Iterable[tuple[str, str]]) -> Measured:
    """What both groups played, from pairs of listener and stream category."""
    counts: dict[bool, tuple[set[str], int, int]] = {True: (set(), 0, 0), False: (set(), 0, 0)}
    for listener, category in plays:
        held = is_held_out(listener)
        listeners, human_made, generated = counts[held]
        listeners.add(listener)
        made = category.startswith("listener-")
        counts[held] = listeners, human_made + (not made), generated + made
    groups = {held: Group(len(who), human, made) for held, (who, human, made) in counts.items()}
    return Measured(groups[False], groups[True])
