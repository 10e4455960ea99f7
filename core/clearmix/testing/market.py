"""A month of plays and payments in memory, and what a formula makes of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from clearmix.contracts import RoyaltyFormula
from clearmix.royalties.context import ADD_ON, FOLLOW_COLUMNS, GENERAL
from clearmix.royalties.engine import EVENT_COLUMNS, Engine, engine
from clearmix.royalties.parts import Part
from clearmix.royalties.period import Period
from clearmix.royalties.settling import (
    CATALOGUE_COLUMNS,
    RENDER_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    Reduced,
    finish,
    make_routes,
    reduce,
)

OCTOBER = Period("2026-10")

_PLAY: Mapping[str, Any] = {
    "listener_id": "bo", "seconds": 60, "category": "listener-remix", "territory": "GB",
    "tier": "premium", "offline": False, "maker_id": None, "fraud": False, "sought": False,
}  # fmt: skip


@dataclass(frozen=True)
class Market:
    """The inputs of one settlement, small enough to write down.

    >>> from clearmix_royalties.user_centric import UserCentric
    >>> market = Market(
    ...     plays=[
    ...         {"item_id": "a", "listener_id": "ann"},
    ...         {"item_id": "b", "listener_id": "ann"},
    ...         {"item_id": "b", "listener_id": "bo"},
    ...     ],
    ...     subscriptions={"ann": 10_000_000, "bo": 10_000_000},
    ... )
    >>> market.earnings(UserCentric())
    {'a': 5000000, 'b': 15000000}

    Attributes:
        plays: each with `item_id`, and what differs from a premium listener Bo who hears a
            listener's remix for 60 seconds in the middle of the month; `times` repeats it.
        subscriptions: what each listener pays into the pool `add-on`, in micro-units.
        general: what each listener pays into the pool `general`, which pays originals.
        renders: `item_id`, `fee_micro`, and if it matters `maker_id` and `category`.
        history: plays of earlier months, with their `played_at`.
        artists: the first artist of each item.
        follows: the artists whom each listener follows.
        period: the month.
    """

    plays: Sequence[Mapping[str, Any]] = ()
    subscriptions: Mapping[str, int] = field(default_factory=dict)
    general: Mapping[str, int] = field(default_factory=dict)
    renders: Sequence[Mapping[str, Any]] = ()
    history: Sequence[Mapping[str, Any]] = ()
    artists: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    period: Period = OCTOBER

    @classmethod
    def generated(cls, seed: int = 1, plays: int = 600) -> Market:
        """A market of uneven tastes and fees, the same for the same seed."""
        draw = random.Random(seed)  # noqa: S311 (a market, not a secret)
        people = [f"listener-{n}" for n in range(20)]
        items = [f"item-{n}" for n in range(25)]
        originals = set(items[::4])

        def play(at: Period) -> dict[str, Any]:
            item = items[min(int(draw.expovariate(0.15)), len(items) - 1)]
            seconds = (at.end - at.start).total_seconds()
            return {
                "item_id": item,
                "listener_id": draw.choice(people),
                "played_at": _naive(at) + timedelta(seconds=int(draw.random() * seconds)),
                "seconds": draw.choice([5, 29, 30, 61, 200]),
                "category": "original" if item in originals else "listener-remix",
                "offline": draw.random() < 0.1,
                "maker_id": None if item in originals else draw.choice(people),
                "fraud": draw.random() < 0.05,
                "sought": draw.random() < 0.3,
            }

        return cls(
            plays=[play(OCTOBER) for _ in range(plays)],
            subscriptions={one: draw.randrange(1, 4_000_000) for one in people[:12]},
            general={one: draw.randrange(1, 9_000_000) for one in people[4:]},
            renders=[{"item_id": item, "fee_micro": 50_000} for item in items[1:6]],
            history=[play(Period("2026-08")) for _ in range(plays // 4)],
            artists={item: f"artist-{n % 7}" for n, item in enumerate(items)},
            follows={one: draw.sample([f"artist-{n}" for n in range(7)], 2) for one in people[::3]},
        )

    def shuffled(self, seed: int = 1) -> Market:
        """The same market with its rows in another order."""
        draw = random.Random(seed)  # noqa: S311

        def turned(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
            return draw.sample(rows, len(rows))

        numbered = _numbered(self.plays)
        return replace(
            self,
            plays=turned(numbered),
            renders=turned(self.renders),
            history=turned(_numbered(self.history)),
            subscriptions=dict(draw.sample(sorted(self.subscriptions.items()),
                                           len(self.subscriptions))),
        )  # fmt: skip

    @contextmanager
    def laid(self) -> Iterator[Engine]:
        """An engine with the market's tables."""
        with engine() as working:
            working.create("events", EVENT_COLUMNS, self._events(self.plays))
            working.create("history", EVENT_COLUMNS, self._events(self.history))
            paid = [(ADD_ON, *row) for row in self.subscriptions.items()]
            paid += [(GENERAL, *row) for row in self.general.items()]
            working.create("subscriptions", SUBSCRIPTION_COLUMNS, paid)
            made = [
                (
                    row["item_id"], row.get("maker_id", "bo"), _naive(self.period),
                    row.get("category", "listener-remix"), row["fee_micro"],
                )
                for row in self.renders
            ]  # fmt: skip
            working.create("renders", RENDER_COLUMNS, made)
            known = [(item, item, artist) for item, artist in self.artists.items()]
            working.create("catalogue", CATALOGUE_COLUMNS, known)
            pairs = [(who, artist) for who, them in self.follows.items() for artist in them]
            working.create("follows", FOLLOW_COLUMNS, pairs)
            yield working

    def settled(self, formula: RoyaltyFormula, working: Engine) -> Reduced:
        """Makes every table of a settlement in a laid engine; each item is its own payee."""

        def alone(item: str, pool: str, on: str, earned: Mapping[str, int]) -> tuple[Part, ...]:
            return (Part(item, "work", "writer", item, Fraction(1), ""),)

        reduced = reduce(working, formula, self.period, "GBP")
        make_routes(working, alone, lambda item: ("listener-remix", item, ""), formula)
        finish(working, self.period, reduced)
        return reduced

    def earnings(self, formula: RoyaltyFormula) -> dict[str, int]:
        """What each item earns under a formula, in micro-units, to the last one.

        What nobody claims is under `carried:add-on` or `carried:general`.
        """
        with self.laid() as working:
            self.settled(formula, working)
            rows = working.rows("SELECT payee, sum(amount_micro) FROM lines GROUP BY 1 ORDER BY 1")
        return {payee: int(amount) for payee, amount in rows}

    def _events(self, plays: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        noon = _naive(self.period) + timedelta(days=14, hours=12)
        rows = []
        for play in _numbered(plays):
            row = {**_PLAY, "played_at": noon, **play}
            row["milliseconds"] = int(row["seconds"] * 1000)
            rows.append(tuple(row[column] for column in EVENT_COLUMNS))
        return rows


def _numbered(plays: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The plays one by one, each with an id."""
    single = [dict(play) for play in plays for _ in range(play.get("times", 1))]
    return [
        {"event_id": f"play-{number}", **play, "times": 1} for number, play in enumerate(single)
    ]


def _naive(period: Period) -> datetime:
    return period.start.replace(tzinfo=None)
