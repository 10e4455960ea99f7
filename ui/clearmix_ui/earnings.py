"""The section Earnings of the desk: statements, a foretaste of the month, and two estimates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeVar

from clearmix import ClearmixError
from clearmix.royalties.money import micro_of
from clearmix.royalties.reports.plots import Amount, Bars, Estimate, Spans, bars, spans

if TYPE_CHECKING:
    from clearmix import Kernel
    from clearmix.royalties.reports.amplify import Amplify
    from clearmix.royalties.reports.document import Document
    from clearmix.royalties.reports.room import Foreseen
    from clearmix.royalties.reports.statement_page import Part
    from clearmix.royalties.reports.what_if import WhatIf

Consent = Literal["remix", "cover"]

CATEGORIES = {
    "original": "Originals",
    "official-remix": "Official remixes",
    "producer-led": "Producers with AI",
    "listener-remix": "Remixes by listeners",
    "listener-cover": "Covers by listeners",
}
"""Stream categories in words."""

SPANS_AT_MOST = 12

Found = TypeVar("Found")


@dataclass(frozen=True)
class Earnings:
    """What the section shows; where something cannot be told, why."""

    months: tuple[str, ...]
    month: str
    document: Document | None
    parts: tuple[Part, ...]
    foreseen: Foreseen | None
    foreseen_bars: Bars | None
    amplify: Amplify | None
    amplify_plot: Spans | None
    no_amplify: str
    consent: Consent
    what_if: WhatIf | None
    no_what_if: str


def earnings(kernel: Kernel, party: str, month: str, consent: Consent) -> Earnings:
    """What a party earned in a month (all if it is empty), and what can be said beyond that."""
    reports = kernel.reports
    months = reports.settled()
    month = month if month in months else ""
    document, parts = reports.overview(party, month or None) if months else (None, ())
    foreseen, _ = _or_why(lambda: reports.foreseen(party))
    if foreseen is not None and foreseen.period in months:
        foreseen = None
    amplify, no_amplify = _or_why(lambda: reports.amplify(party))
    what_if, no_what_if = _or_why(lambda: reports.what_if(party, consent))
    return Earnings(
        months=months,
        month=month,
        document=document,
        parts=parts,
        foreseen=foreseen,
        foreseen_bars=_bars(foreseen) if foreseen else None,
        amplify=amplify,
        amplify_plot=_plot(amplify) if amplify else None,
        no_amplify=no_amplify,
        consent=consent,
        what_if=what_if,
        no_what_if=no_what_if,
    )


def about(amount_micro: int, currency: str) -> str:
    """An amount rounded to a hundredth, for reading; statements leave no digit out.

    >>> about(154_165_931, "GBP"), about(-5_000, "GBP"), about(0, "EUR")
    ('154.17 GBP', '-0.01 GBP', '0.00 EUR')
    """
    hundredths = (abs(amount_micro) + 5_000) // 10_000
    sign = "-" if amount_micro < 0 and hundredths else ""
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d} {currency}"


def shortened(text: str) -> str:
    """An amount in words, rounded for reading; other words stay as they are.

    >>> shortened("1,154.165931 GBP"), shortened("-0.50 GBP"), shortened("3 plays")
    ('1,154.17 GBP', '-0.50 GBP', '3 plays')
    """
    digits, _, currency = text.rpartition(" ")
    if "." not in digits:
        return text
    sign = -1 if digits.startswith("-") else 1
    return about(sign * micro_of(digits.lstrip("-")), currency)


def month_in_words(month: str) -> str:
    """A month as people write it.

    >>> month_in_words("2026-10")
    'October 2026'
    """
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _or_why(find: Callable[[], Found]) -> tuple[Found | None, str]:
    """What is found, or why it cannot be."""
    try:
        return find(), ""
    except ClearmixError as error:
        return None, error.message


def _bars(foreseen: Foreseen) -> Bars:
    return bars(
        Amount(CATEGORIES.get(kind, kind), amount, about(amount, foreseen.currency), "plain")
        for kind, amount in foreseen.by_category.items()
    )


def _plot(found: Amplify) -> Spans | None:
    """The intervals of tracks that are large enough to be shown."""
    estimates = [
        Estimate(
            lift.name,
            f"{lift.effect:+.2f} ({lift.low:+.2f} to {lift.high:+.2f})",
            lift.low,
            lift.effect,
            lift.high,
            lift.placebo,
        )
        for lift in found.tracks[:SPANS_AT_MOST]
        if lift.low is not None and lift.effect is not None and lift.high is not None
    ]
    return spans(estimates) if estimates else None
