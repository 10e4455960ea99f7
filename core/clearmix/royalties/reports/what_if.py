"""What taking part would have earned a payee: an estimate with its interval and assumptions.

The recordings that take part tell how many plays of remixes come with a play of the original. A
payee's recordings are given such ratios at random, two thousand times over, each time drawn from
those that take part with a chance by their size; what that earns is spread as the interval. It is
wide where remixes concentrate on few recordings, as they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from clearmix.errors import RoyaltyError
from clearmix.royalties.money import money
from clearmix.royalties.reports.pages import page
from clearmix.royalties.reports.plots import Estimate, spans

Consent = Literal["remix", "cover"]

CATEGORIES: Mapping[Consent, str] = {"remix": "listener-remix", "cover": "listener-cover"}
"""The stream category that a consent opens."""

MANY: Mapping[Consent, str] = {"remix": "remixes", "cover": "covers"}

DRAWS = 2_000
LOW, HIGH = 5, 95
"""Percentiles of the interval: nine draws in ten lie in it."""

FEWEST = 5
"""Fewer recordings that take part say nothing about another one."""


@dataclass(frozen=True)
class Observed:
    """A recording in one month: plays of it, plays and number of renders made from it."""

    id: str
    title: str
    plays: int
    render_plays: float
    renders: float


@dataclass(frozen=True)
class Range:
    """An estimate with the interval in which nine draws in ten lie."""

    low: int
    middle: int
    high: int

    def as_json(self) -> dict[str, int]:
        """The range in JSON's types."""
        return {"low": self.low, "middle": self.middle, "high": self.high}


@dataclass(frozen=True)
class Prospect:
    """What one recording of the payee would have brought; `share` is the payee's part of it."""

    id: str
    title: str
    plays: int
    share: float
    render_plays: Range
    earned_micro: Range

    def as_json(self) -> dict[str, Any]:
        """The prospect in JSON's types."""
        return {
            "id": self.id,
            "title": self.title,
            "plays": self.plays,
            "share": self.share,
            "render_plays": self.render_plays.as_json(),
            "earned_micro": self.earned_micro.as_json(),
        }


@dataclass(frozen=True)
class Market:
    """What the month paid for a category: what its pool holds, by how many plays it is divided."""

    pool_micro: int
    pool_plays: int
    fee_micro: int


@dataclass(frozen=True)
class WhatIf:
    """The estimate; `compared` recordings of others take part, `already` of the payee do."""

    payee: str
    name: str
    consent: Consent
    period: str
    currency: str
    earned_micro: Range
    prospects: tuple[Prospect, ...]
    compared: int
    already: int
    assumptions: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The estimate in JSON's types."""
        return {
            "payee": self.payee,
            "name": self.name,
            "consent": self.consent,
            "period": self.period,
            "currency": self.currency,
            "earned_micro": self.earned_micro.as_json(),
            "interval": f"{HIGH - LOW} % of {DRAWS} draws",
            "recordings": [prospect.as_json() for prospect in self.prospects],
            "compared_with": self.compared,
            "take_part_already": self.already,
            "assumptions": list(self.assumptions),
        }

    def as_html(self) -> str:
        """The estimate as a page with its plot."""
        shown = self.prospects[:24]
        return page(
            "what_if.html",
            estimate=self,
            many=MANY[self.consent],
            plot=spans(
                [
                    Estimate(
                        one.title,
                        money(one.earned_micro.middle, self.currency),
                        one.earned_micro.low / 1e6,
                        one.earned_micro.middle / 1e6,
                        one.earned_micro.high / 1e6,
                    )
                    for one in shown
                ]
            ),
        )


def estimate(
    own: Sequence[tuple[Observed, float]], others: Sequence[Observed], market: Market, seed: int
) -> tuple[Range, tuple[Prospect, ...]]:
    """What the payee's recordings would have earned together, and each.

    Args:
        own: the payee's recordings that take no part, with the payee's share of a render of them.
        others: recordings that take part.
        market: what the month paid.
        seed: of the draws; the same gives the same.

    Raises:
        RoyaltyError: too few take part, or none of the payee's recordings was played.
    """
    others = [one for one in others if one.plays > 0]
    own = [(one, share) for one, share in own if one.plays > 0]
    if len(others) < FEWEST:
        raise RoyaltyError(
            f"only {len(others)} recordings take part whose originals were played too",
            help=f"an estimate needs {FEWEST} or more; try another month",
        )
    if not own:
        raise RoyaltyError(
            "no original of this payee was played that takes no part yet",
            help="the estimate starts from plays of originals; try another month",
        )
    plays = np.array([one.plays for one in others], dtype=np.float64)
    mine = np.array([one.plays for one, _ in own], dtype=np.float64)
    share = np.array([part for _, part in own], dtype=np.float64)
    heard = np.array([one.render_plays for one in others]) / plays
    made = np.array([one.renders for one in others]) / plays
    chance = plays / plays.sum()
    random = np.random.default_rng(seed)
    drawn = random.choice(len(others), size=(DRAWS, len(own)), p=chance)

    def earned(render_plays: Any, renders: Any) -> Any:
        added = render_plays.sum(axis=-1, keepdims=True)
        # The pool stays as it is: every play that is added makes all plays worth less.
        worth = market.pool_micro / np.maximum(market.pool_plays + added, 1)
        return (render_plays * worth + renders * market.fee_micro) * share

    draws = mine * heard[drawn]
    money_drawn = earned(draws, mine * made[drawn])
    middle = mine * (heard @ chance)
    money_middle = earned(middle[None, :], (mine * (made @ chance))[None, :])[0]
    prospects = [
        Prospect(
            one.id,
            one.title,
            one.plays,
            float(part),
            _range(draws[:, place], middle[place]),
            _range(money_drawn[:, place], money_middle[place]),
        )
        for place, (one, part) in enumerate(own)
    ]
    prospects.sort(key=lambda one: (-one.earned_micro.middle, one.id))
    return _range(money_drawn.sum(axis=1), money_middle.sum()), tuple(prospects)


def assumptions(consent: Consent, market: Market, currency: str, compared: int) -> tuple[str, ...]:
    """What the estimate takes for granted, in words."""
    return (
        f"the payee's recordings draw {MANY[consent]} as the {compared} recordings did of which a "
        f"{consent} was played this month; one that may be used and was not is not seen, which "
        "makes the estimate too high",
        "a listener who would hear them leaves nothing else: the pool of "
        f"{money(market.pool_micro, currency)} stays as it is and is divided by more plays, each "
        "worth the same, as pro-rata does",
        "plays of the originals stay as they were; `clearmix royalties amplify` measures that",
        "the catalogue's shares and the rate card in force hold, with no further terms",
        f"the interval holds {HIGH - LOW} of 100 draws; it covers how unequal recordings are, "
        "not how another month would differ",
    )


def _range(draws: Any, middle: Any) -> Range:
    low, high = np.percentile(draws, [LOW, HIGH])
    return Range(round(float(low)), round(float(middle)), round(float(high)))
