"""The US mechanical royalty for interactive streaming (Phonorecords IV), and for copies.

37 CFR part 385, subpart C, as determined for 2023 to 2027 (87 Fed. Reg. 80448), and subpart B for
what is sold as a copy or a download. A calculator of its own: a settlement does not use it, a
service's accountants do, beside its performance royalties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from clearmix.errors import RoyaltyError
from clearmix.royalties.money import largest_remainder

HEADLINE_BPS: Mapping[int, int] = MappingProxyType(
    {2023: 1_510, 2024: 1_520, 2025: 1_525, 2026: 1_530, 2027: 1_535}
)
"""The part of a service's revenue, by year, in basis points."""

LABEL_COST_BPS = 2_620
"""The part of what the service pays for the recordings (total cost of content)."""

LABEL_COST_CAP_MICRO = 1_100_000
"""The most that the part of the label cost comes to, per subscriber and month: $1.10."""

PORTABLE_FLOOR_MICRO = 600_000
"""The least mechanical royalty of a standalone portable subscription, per subscriber: $0.60."""

COPY_RATES: Mapping[int, tuple[int, int]] = MappingProxyType(
    {
        1998: (71_000, 13_500),
        2000: (75_500, 14_500),
        2002: (80_000, 15_500),
        2004: (85_000, 16_500),
        2006: (91_000, 17_500),
        2023: (120_000, 23_100),
        2024: (124_000, 23_900),
        2025: (127_000, 24_500),
        2026: (131_000, 25_200),
    }
)
"""What a copy or a download of a work owes, and what a minute of it owes if that is more, in
micro-dollars, from a year on: 37 CFR 255.3 up to 2009, 37 CFR 385.11 since; from 2024 on adjusted
to the consumer price index each year. 2027 is announced in December 2026."""

LAST_COPY_YEAR = max(COPY_RATES)


@dataclass(frozen=True)
class Mechanical:
    """What a month owes, in micro-dollars, each step rounded down to one.

    Attributes:
        of_revenue_micro: the headline part of the revenue.
        of_label_cost_micro: the part of the label cost, or its cap if that is less.
        all_in_micro: the greater of the two: mechanical and performance royalties together.
        mechanical_micro: what is left of it after performance royalties, or the floor.
        at_floor: whether the floor is what is owed.
    """

    of_revenue_micro: int
    of_label_cost_micro: int
    all_in_micro: int
    mechanical_micro: int
    at_floor: bool


def phonorecords_iv(
    year: int,
    revenue_micro: int,
    label_cost_micro: int,
    performance_micro: int,
    subscribers: int,
    *,
    floor_micro: int = PORTABLE_FLOOR_MICRO,
    cap_micro: int | None = LABEL_COST_CAP_MICRO,
) -> Mechanical:
    """The mechanical royalty of a month.

    all-in = max(h x revenue, min(26.2 % x label cost, $1.10 x subscribers)), and
    mechanical = max(all-in - performance, floor x subscribers).

    >>> phonorecords_iv(2024, 10**13, 5 * 10**12, 4 * 10**11, 10**6).mechanical_micro
    1120000000000

    Args:
        year: 2023 to 2027.
        revenue_micro: the service's revenue of the month, in micro-dollars.
        label_cost_micro: what it pays for the recordings.
        performance_micro: what it pays for public performance of the works.
        subscribers: of the month.
        floor_micro: per subscriber; that of a standalone portable subscription by default, 0
            for an offering without one.
        cap_micro: per subscriber, of the label cost's part; None for an offering without one.

    Raises:
        RoyaltyError: the year has no rate, or an amount is negative.
    """
    if year not in HEADLINE_BPS:
        raise RoyaltyError(
            f"no mechanical rate for {year}",
            help=f"there are rates for {', '.join(map(str, HEADLINE_BPS))}",
        )
    amounts = {
        "revenue": revenue_micro, "label cost": label_cost_micro,
        "performance royalties": performance_micro, "subscribers": subscribers,
        "floor": floor_micro, "cap": cap_micro or 0,
    }  # fmt: skip
    for name, amount in amounts.items():
        if amount < 0:
            raise RoyaltyError(f"the {name} cannot be {amount}", help="give 0 or more")
    of_revenue = revenue_micro * HEADLINE_BPS[year] // 10_000
    of_label_cost = label_cost_micro * LABEL_COST_BPS // 10_000
    if cap_micro is not None:
        of_label_cost = min(of_label_cost, cap_micro * subscribers)
    all_in = max(of_revenue, of_label_cost)
    floor = floor_micro * subscribers
    left = max(0, all_in - performance_micro)
    return Mechanical(of_revenue, of_label_cost, all_in, max(left, floor), floor > left)


def of_copies(year: int, seconds: int, copies: int, *, rate_bps: int = 10_000) -> int:
    """What copies or downloads of a work owe, in micro-dollars, rounded down once.

    A copy owes the rate of the year, or that of each minute begun if this is more.

    >>> of_copies(2010, 247, 500), of_copies(2010, 398, 500)
    (45500000, 61250000)

    Args:
        year: in which they were made and distributed.
        seconds: the length of the work.
        copies: how many.
        rate_bps: the part of the statutory rate that was agreed, such as 7,500 in a controlled
            composition clause.

    Raises:
        RoyaltyError: the year has no rate, or something is negative.
    """
    if not min(COPY_RATES) <= year <= LAST_COPY_YEAR:
        raise RoyaltyError(
            f"no rate of a copy for {year}",
            help=f"there are rates for {min(COPY_RATES)} to {LAST_COPY_YEAR}",
        )
    for name, amount in {"length": seconds, "number of copies": copies, "rate": rate_bps}.items():
        if amount < 0:
            raise RoyaltyError(f"the {name} cannot be {amount}", help="give 0 or more")
    copy, minute = COPY_RATES[max(since for since in COPY_RATES if since <= year)]
    return max(copy, minute * -(-seconds // 60)) * copies * rate_bps // 10_000


def adjusted_plays(plays: int, seconds: int) -> Fraction:
    """Plays of a work counted with its length: a fifth more for each minute begun beyond five.

    (37 CFR 385.21: up to 5:00 a play counts once, up to 6:00 1.2 times, up to 7:00 1.4...)

    >>> adjusted_plays(100, 300), adjusted_plays(100, 301), adjusted_plays(100, 421)
    (Fraction(100, 1), Fraction(120, 1), Fraction(160, 1))
    """
    if plays < 0 or seconds < 0:
        raise RoyaltyError("plays and seconds cannot be negative", help="give 0 or more")
    beyond = max(0, -(-(seconds - 300) // 60))
    return plays * (1 + Fraction(beyond, 5))


def per_work(pool_micro: int, works: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """A mechanical pool divided among works, to the micro-unit: by plays, adjusted for length.

    >>> per_work(220, {"short": (100, 180), "long": (100, 301)})
    {'long': 120, 'short': 100}

    Args:
        pool_micro: the pool.
        works: plays and seconds of each work.
    """
    fifths = {
        work: int(adjusted_plays(plays, seconds) * 5) for work, (plays, seconds) in works.items()
    }
    return largest_remainder(pool_micro, fifths)
