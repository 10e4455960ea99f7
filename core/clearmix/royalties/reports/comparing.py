"""Who gains and who loses between two formulas or two rate cards, on the same plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clearmix.errors import RoyaltyError
from clearmix.royalties.models import CARRIED, SUSPENSE
from clearmix.royalties.money import micro_json, money
from clearmix.royalties.reports.pages import page
from clearmix.royalties.reports.plots import Amount, bars, largest
from clearmix.royalties.reports.trying import Trial


@dataclass(frozen=True)
class Change:
    """What one payee, or one category of streams, gets on each side."""

    id: str
    name: str
    a_micro: int
    b_micro: int

    @property
    def change_micro(self) -> int:
        """What side B gives more than side A; below zero it gives less."""
        return self.b_micro - self.a_micro

    def as_json(self) -> dict[str, Any]:
        """The change in JSON's types."""
        return {
            "id": self.id,
            "name": self.name,
            "a_micro": micro_json(self.a_micro),
            "b_micro": micro_json(self.b_micro),
            "change_micro": micro_json(self.change_micro),
        }


@dataclass(frozen=True)
class Comparison:
    """Two ways to pay one month. `payees` are ordered by what they gain, losses last.

    The payees of a side add up to its pools: what waits in suspense or is carried is among them.
    """

    period: str
    currency: str
    a: str
    b: str
    a_pool_micro: int
    b_pool_micro: int
    payees: tuple[Change, ...]
    categories: tuple[Change, ...]

    @property
    def gain(self) -> tuple[Change, ...]:
        """Those who get more on side B, the most first."""
        return tuple(change for change in self.payees if change.change_micro > 0)

    @property
    def lose(self) -> tuple[Change, ...]:
        """Those who get less on side B, the most first."""
        return tuple(change for change in reversed(self.payees) if change.change_micro < 0)

    @property
    def moved_micro(self) -> int:
        """What side B takes from those who lose."""
        return -sum(change.change_micro for change in self.lose)

    def as_json(self) -> dict[str, Any]:
        """The comparison in JSON's types."""
        return {
            "period": self.period,
            "currency": self.currency,
            "a": self.a,
            "b": self.b,
            "a_pool_micro": micro_json(self.a_pool_micro),
            "b_pool_micro": micro_json(self.b_pool_micro),
            "moved_micro": micro_json(self.moved_micro),
            "gain": len(self.gain),
            "lose": len(self.lose),
            "payees": [change.as_json() for change in self.payees],
            "categories": [change.as_json() for change in self.categories],
        }

    def as_html(self) -> str:
        """The comparison as a page with its plots."""

        def plotted(changes: Mapping[str, int]) -> Any:
            return bars(
                Amount(name, amount, _signed(amount, self.currency), _kind(amount))
                for name, amount in sorted(
                    largest(changes, most=24), key=lambda pair: (-pair[1], pair[0])
                )
            )

        return page(
            "comparison.html",
            comparison=self,
            by_payee=plotted({change.name: change.change_micro for change in self.payees}),
            by_category=plotted({change.name: change.change_micro for change in self.categories}),
            signed=_signed,
        )


def compare(period: str, a: Trial, b: Trial, names: Mapping[str, str]) -> Comparison:
    """The comparison of two trials of one month.

    Raises:
        RoyaltyError: they pay in different currencies.
    """
    currencies = a.rates.currency, b.rates.currency
    if currencies[0] != currencies[1]:
        raise RoyaltyError(
            f"{currencies[0]} and {currencies[1]} cannot be compared",
            help="give both rate cards in one currency",
            place="rates",
        )
    same_formula = a.formula == b.formula
    titles = [
        f"{trial.formula} {trial.formula_version}"
        + (f" on rate card {letter}" if same_formula or a.rates != b.rates else "")
        for letter, trial in (("A", a), ("B", b))
    ]
    return Comparison(
        period=period,
        currency=currencies[0],
        a=titles[0],
        b=titles[1],
        a_pool_micro=a.reduced.pool_micro,
        b_pool_micro=b.reduced.pool_micro,
        payees=_changes(a.payees, b.payees, names),
        categories=_changes(a.categories, b.categories, {"none": "not claimed by any play"}),
    )


def _changes(
    a: Mapping[str, int], b: Mapping[str, int], names: Mapping[str, str]
) -> tuple[Change, ...]:
    found = [Change(id, _name(id, names), a.get(id, 0), b.get(id, 0)) for id in sorted({*a, *b})]
    return tuple(sorted(found, key=lambda change: (-change.change_micro, change.id)))


def _name(id: str, names: Mapping[str, str]) -> str:
    return id if id.partition(":")[0] in (SUSPENSE, CARRIED) else names.get(id, id)


def _signed(amount_micro: int, currency: str) -> str:
    return f"{'+' if amount_micro > 0 else ''}{money(amount_micro, currency)}"


def _kind(amount_micro: int) -> str:
    return "above" if amount_micro > 0 else "below"
