"""The summer before the month: how the service grew, and what remixes did to the plays of songs.

Remixes began on 20 August. Until then there were only originals, so what came after can be
measured against what came before. Effects that a report should find again are built in: each play
of a remix brings or takes so many plays of its original. Who listens, and to what, is drawn from
the plays of October, so both logs tell of one service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from clearmix_demo.plays import Month, heard_seconds

SEED = 202606
FIRST_DAY = date(2026, 6, 15)
DAYS = 108
"""Until the end of September."""

REMIXES_FROM = date(2026, 8, 20)

GROWTH = 0.35
"""How large the service was on the first day, beside October."""

EFFECTS: Mapping[str, float] = {
    "greensleeves": 0.7, "ode-to-joy": -0.6, "amazing-grace": 0.3, "londonderry-air": -0.5,
    "canon-in-d": 0.0, "saint-james-infirmary": 0.4,
}  # fmt: skip
"""Plays of the original that each play of a remix brings, or takes."""

NOVELTY, NOVELTY_DAYS = 6.0, 20.0
"""How many times as much remixes were played when they were new, and how long that lasted."""

EVENT_ID = "2026-summer-{:06d}"


def summer(seconds: Mapping[str, float], month: Month) -> dict[str, Any]:
    """Columns of the plays from June to September; `seconds` are the songs' lengths."""
    rng = np.random.default_rng(SEED)
    october = month.plays
    honest = np.flatnonzero(~np.asarray(october["fraud"]))
    items, counts = np.unique(np.asarray(october["item_id"], object)[honest], return_counts=True)
    rates = dict(zip(items.tolist(), (counts / 31).tolist(), strict=True))
    source = {row["id"]: row["sources"][0] for row in month.renders}
    item, day = _drawn(rng, rates, list(seconds), month.renders)
    order = np.lexsort((item, day))
    item, day = item[order], day[order]
    lengths = {**seconds, **{id: seconds[of] for id, of in source.items()}}
    who = rng.choice(honest, item.size)  # whoever listens in October did in summer
    clock = np.asarray(october["played_at"])[rng.choice(honest, item.size)] // 1_000_000 % 86_400
    start = int(datetime.combine(FIRST_DAY, datetime.min.time(), UTC).timestamp())
    makers = {row["id"]: row["maker"] for row in month.renders}
    kinds = {row["id"]: f"listener-{row['kind']}" for row in month.renders}
    return {
        "event_id": [EVENT_ID.format(number) for number in range(item.size)],
        "item_id": item.tolist(),
        "listener_id": [october["listener_id"][row] for row in who],
        "played_at": (start + day * 86_400 + clock).astype(np.int64) * 1_000_000,
        "seconds": heard_seconds(rng, np.array([lengths[id] for id in item])).astype(np.int32),
        "category": [kinds.get(id, "original") for id in item],
        "territory": [october["territory"][row] for row in who],
        "tier": [october["tier"][row] for row in who],
        "offline": rng.random(item.size) < 0.06,
        "maker_id": [makers.get(id) for id in item],
        "fraud": np.zeros(item.size, bool),
    }


def _drawn(
    rng: np.random.Generator,
    rates: Mapping[str, float],
    songs: Sequence[str],
    renders: Sequence[Mapping[str, Any]],
) -> tuple[Any, Any]:
    """The item and the day of every play: as many as chance gives to each rate."""
    days = np.arange(DAYS)
    weekday = (days + FIRST_DAY.weekday()) % 7
    size = GROWTH ** (1 - days / DAYS) * np.where(weekday >= 5, 1.35, 1.0)
    began = (REMIXES_FROM - FIRST_DAY).days
    novelty = 1 + (NOVELTY - 1) * np.exp(-np.maximum(days - began, 0) / NOVELTY_DAYS)
    remixed = {song: np.zeros(DAYS) for song in songs}
    plays: dict[str, Any] = {}
    for row in renders:
        made = (datetime.fromisoformat(row["made_at"]).date() - FIRST_DAY) // timedelta(days=1)
        expected = np.where(days > made, size * novelty * rates.get(row["id"], 0.0), 0.0)
        plays[row["id"]] = rng.poisson(expected)
        remixed[row["sources"][0]] += plays[row["id"]]
    for song in songs:
        moved = EFFECTS.get(song, 0.0) * remixed[song]
        plays[song] = rng.poisson(np.maximum(size * rates.get(song, 0.0) + moved, 0.0))
    item = np.concatenate(
        [np.repeat(np.array([id], object), row.sum()) for id, row in plays.items()]
    )
    day = np.concatenate([np.repeat(days, row) for row in plays.values()])
    return item, day
