"""A month on the service: who played what in October 2026, and the remixes among it.

Everything is drawn from one seeded generator, so the month is the same on every machine. Its shape
is that of a real one: a few songs carry most plays, evenings and weekends are busier, about a fifth
of plays is skipped before 30 seconds, some events arrive twice, some makers listen to themselves,
and one account plays a single remix around the clock and is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

SEED = 202610
PERIOD_START = datetime(2026, 10, 1, tzinfo=UTC)
PERIOD_SECONDS = 31 * 86400
EVENTS = 50_000
LISTENERS = 2_400
RENDERS = 260
DUPLICATES = 180
FRAUD_PLAYS = 700

TIERS = ("free", "basic", "plus", "premium", "studio")
TIER_SHARES = (0.34, 0.12, 0.18, 0.3, 0.06)
TERRITORIES = ("GB", "IE", "SE", "DE", "FR", "NL", "NO", "US")
TERRITORY_SHARES = (0.46, 0.1, 0.09, 0.11, 0.08, 0.05, 0.04, 0.07)

REMIXED = {
    "greensleeves": 9, "ode-to-joy": 6, "amazing-grace": 3, "londonderry-air": 4,
    "canon-in-d": 3, "saint-james-infirmary": 3,
}  # fmt: skip
"""Songs whose rights-holders permit remixes of the whole song, and how much listeners want them."""

COVERED = {"greensleeves": 3, "ode-to-joy": 2, "amazing-grace": 1, "canon-in-d": 1}

TERMS_BPS = {
    "greensleeves": {"northlight": 1500, "larkfield": 800},
    "ode-to-joy": {"copper-kettle": 1800},
    "londonderry-air": {"paper-lantern": 2000, "larkfield": 800},
    "canon-in-d": {"northlight": 1500},
    "saint-james-infirmary": {"copper-kettle": 1800, "quill-and-crane": 1000},
}
"""Royalties that the policies ask of remixes, as the decisions of the time recorded them."""

COVER_TERMS_BPS = {"greensleeves": {"larkfield": 1200}}


@dataclass(frozen=True)
class Month:
    """Renders as the import document lists them, columns of plays, and further subscribers."""

    renders: list[dict[str, Any]]
    plays: dict[str, Any]
    subscribers: list[str]


def october(
    seconds: dict[str, float], named: list[dict[str, Any]], titles: dict[str, str]
) -> Month:
    """The month; `seconds` are the songs' lengths, `named` the listeners of the catalogue."""
    rng = np.random.default_rng(SEED)
    tiers = rng.choice(len(TIERS), LISTENERS, p=TIER_SHARES)
    places = rng.choice(len(TERRITORIES), LISTENERS, p=TERRITORY_SHARES)
    ids = np.array([f"listener-{number:04d}" for number in range(LISTENERS)], dtype=object)
    for number, row in enumerate(named):
        ids[number] = row["id"]
        tiers[number] = TIERS.index(row["tier"])
        places[number] = (
            TERRITORIES.index(row["territory"]) if row["territory"] in TERRITORIES else 0
        )
    paying = np.flatnonzero((tiers >= 2) & (rng.random(LISTENERS) < 0.42))
    known = {row["id"]: "remix" in row["add_ons"] for row in named}
    makers = [int(n) for n in paying if known.get(ids[n], True)]
    makers += [n for n, row in enumerate(named) if "remix" in row["add_ons"] and n not in makers]
    renders = _renders(rng, [str(ids[n]) for n in makers], titles)
    plays = _plays(rng, seconds, renders, ids, tiers, places)
    subscribers = sorted(str(ids[n]) for n in makers if ids[n] not in known)
    return Month(renders, plays, subscribers)


def _renders(
    rng: np.random.Generator, makers: list[str], titles: dict[str, str]
) -> list[dict[str, Any]]:
    rows = []
    start = datetime(2026, 8, 20, 7, 0, tzinfo=UTC)
    span = (datetime(2026, 10, 29, tzinfo=UTC) - start).total_seconds()
    weights = np.arange(1, len(makers) + 1) ** -0.7
    for number in range(RENDERS):
        cover = rng.random() < 0.14
        wanted = COVERED if cover else REMIXED
        odds = np.array(list(wanted.values()), float)
        source = str(rng.choice(list(wanted), p=odds / odds.sum()))
        maker = makers[int(rng.choice(len(makers), p=weights / weights.sum()))]
        made_at = start + timedelta(seconds=float(np.floor(span * rng.random())))
        terms = (COVER_TERMS_BPS if cover else TERMS_BPS).get(source, {})
        kind = "cover" if cover else "remix"
        rows.append(
            {
                "id": sha256(f"example render {number}".encode()).hexdigest()[:16],
                "sources": [source],
                "kind": kind,
                "maker": maker,
                "made_at": made_at.isoformat().replace("+00:00", "Z"),
                "title": f"{titles[source]} ({kind})",
                "duties": {
                    "royalties": [
                        {"payee": payee, "rate_bps": bps, "base": "revenue"}
                        for payee, bps in sorted(terms.items())
                    ]
                },
            }
        )
    return sorted(rows, key=lambda row: row["made_at"])


def _plays(
    rng: np.random.Generator, seconds: dict[str, float], renders: list[dict[str, Any]],
    ids: Any, tiers: Any, places: Any,
) -> dict[str, Any]:  # fmt: skip
    songs = list(seconds)
    items = np.array([*songs, *(row["id"] for row in renders)], dtype=object)
    lengths = np.array([*seconds.values(), *(seconds[row["sources"][0]] for row in renders)])
    category = np.array(
        ["original"] * len(songs)
        + ["listener-cover" if row["kind"] == "cover" else "listener-remix" for row in renders],
        dtype=object,
    )
    maker = np.array([None] * len(songs) + [row["maker"] for row in renders], dtype=object)
    made = np.array(
        [-np.inf] * len(songs)
        + [
            (datetime.fromisoformat(row["made_at"]) - PERIOD_START).total_seconds()
            for row in renders
        ]
    )
    liked = rng.permutation(len(songs)) + 1.0
    weight = np.concatenate([0.71 * _shares(liked**-0.8), 0.29 * _shares(_hits(rng, len(renders)))])
    item = rng.choice(len(items), EVENTS, p=weight / weight.sum())
    at = _moments(rng, EVENTS)
    early = at < made[item] + 60
    item[early] = rng.integers(0, len(songs), int(early.sum()))
    keen = _shares((rng.permutation(LISTENERS) + 12.0) ** -0.9)
    who = rng.choice(LISTENERS, EVENTS, p=keen)
    own = (maker[item] != None) & (rng.random(EVENTS) < 0.06)  # noqa: E711  # elementwise
    place = {str(id): number for number, id in enumerate(ids)}
    who[own] = [place[name] for name in maker[item[own]]]
    fraud = np.zeros(EVENTS, bool)
    bot = np.arange(EVENTS - FRAUD_PLAYS, EVENTS)
    target = len(songs) + int(np.argmin(made[len(songs) :]))
    item[bot], who[bot], fraud[bot] = target, LISTENERS - 1, True
    at[bot] = np.linspace(9 * 86400, 12 * 86400, FRAUD_PLAYS, endpoint=False)
    heard = heard_seconds(rng, lengths[item])
    heard[bot] = 31
    order = np.argsort(at, kind="stable")
    order = np.concatenate([order, rng.choice(order, DUPLICATES, replace=False)])
    number = np.empty(EVENTS, int)
    number[order[:EVENTS]] = np.arange(EVENTS)
    offline = rng.random(EVENTS) < 0.06
    stamps = (PERIOD_START.timestamp() + at[order]) * 1_000_000
    return {
        "event_id": [f"202610-{n:06d}" for n in number[order]],
        "item_id": list(items[item[order]]),
        "listener_id": list(ids[who[order]]),
        "played_at": stamps.astype(np.int64),
        "seconds": heard[order].astype(np.int32),
        "category": list(category[item[order]]),
        "territory": [TERRITORIES[n] for n in places[who[order]]],
        "tier": [TIERS[n] for n in tiers[who[order]]],
        "offline": offline[order],
        "maker_id": list(maker[item[order]]),
        "fraud": fraud[order],
    }


def _shares(weights: Any) -> Any:
    return weights / weights.sum()


def _hits(rng: np.random.Generator, count: int) -> Any:
    """How much each remix is liked: most hardly at all, a few very much."""
    return rng.pareto(1.1, count) + 0.02


def _moments(rng: np.random.Generator, count: int) -> Any:
    """Seconds into the month; weekends and evenings (UTC) are busier."""
    days = np.arange(31)
    weekday = (days + PERIOD_START.weekday()) % 7
    day_odds = np.where(weekday >= 5, 1.35, 1.0) * (1 + 0.004 * days)
    hours = np.arange(24)
    hour_odds = (
        0.12 + np.exp(-(((hours - 19.5) / 3.4) ** 2)) + 0.5 * np.exp(-(((hours - 8) / 2.0) ** 2))
    )
    day = rng.choice(days, count, p=_shares(day_odds))
    hour = rng.choice(hours, count, p=_shares(hour_odds))
    return day * 86400.0 + hour * 3600.0 + np.floor(rng.random(count) * 3600)


def heard_seconds(rng: np.random.Generator, lengths: Any) -> Any:
    """Seconds listened: a fifth leaves early, most stay to the end, some stop on the way."""
    mood = rng.random(lengths.size)
    skipped = np.minimum(rng.exponential(9.0, lengths.size) + 1, 29)
    partly = 30 + (lengths - 30) * rng.random(lengths.size)
    heard = np.where(mood < 0.19, skipped, np.where(mood < 0.36, partly, lengths))
    return np.floor(heard)


def write_plays(path: Path, plays: dict[str, Any]) -> None:
    """Writes the plays as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        name: pa.array(values, pa.timestamp("us", tz="UTC")) if name == "played_at"
        else pa.array(values)
        for name, values in plays.items()
    }  # fmt: skip
    pq.write_table(pa.table(columns), path, compression="zstd")
