"""Ranking: what many people heard lately comes first, and what is new gets its chance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from clearmix.discovery.lanes import HUMAN_MADE, Entry

FRESH_DAYS = 14.0
"""Days in which the advantage of a new entry falls to a third."""

FRESH_LISTENERS = 5.0
"""Listeners that being brand new counts for."""

HUMAN_MADE_FACTOR = 4.0
"""How many listeners of a generated version one listener of a human-made one counts for, where a
list holds both: generated versions are made by the hundred, and would fill it by their number."""

EACH_ORIGINAL = 2
"""Entries of one original that come before those of others have had their turn."""


def ranked(entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """Entries in the order of a list; ties stand in the order of their ids.

    One original does not fill the list: its third entry waits until every other has had two.
    """
    turns: dict[str, int] = {}
    placed = []
    for entry in sorted(entries, key=lambda one: (-score(one, now), one.item)):
        turn = turns[entry.original] = turns.get(entry.original, -1) + 1
        placed.append((turn // EACH_ORIGINAL, entry))
    return [entry for _, entry in sorted(placed, key=lambda one: one[0])]


def score(entry: Entry, now: datetime) -> float:
    """How far up an entry stands: the logarithm of its listeners, with a start for new ones."""
    days = max(0.0, (now - entry.since).total_seconds() / 86_400)
    listeners = entry.listeners + FRESH_LISTENERS * math.exp(-days / FRESH_DAYS)
    factor = HUMAN_MADE_FACTOR if entry.lane in HUMAN_MADE else 1.0
    return math.log1p(factor * listeners)
