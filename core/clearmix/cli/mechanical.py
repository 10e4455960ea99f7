"""`clearmix royalties mechanical` and `copies`: what US law says a work is owed for its use."""

from __future__ import annotations

from typing import Annotated

import typer

from clearmix.cli.output import Json, columns, show
from clearmix.errors import RoyaltyError
from clearmix.royalties.money import micro_json, micro_of, money

DOLLARS = "USD"


def add_to(royalties: typer.Typer) -> None:
    """Adds the commands to the branch `royalties`."""
    royalties.command()(mechanical)
    royalties.command()(copies)


def mechanical(
    year: Annotated[int, typer.Option(help="2023 to 2027.")],
    revenue: Annotated[str, typer.Option(help="Of the service in the month, such as 1000000.00.")],
    subscribers: Annotated[int, typer.Option(help="Of the month.")],
    label_cost: Annotated[str, typer.Option(help="What it pays for the recordings.")] = "0",
    performance: Annotated[str, typer.Option(help="What it pays for performance.")] = "0",
    floor: Annotated[
        str, typer.Option(help="Per subscriber; 0 for an offering without one.")
    ] = "0.60",
    cap: Annotated[
        str, typer.Option(help="Of the label cost's part, per subscriber; or `none`.")
    ] = "1.10",
    as_json: Json = False,
) -> None:
    """Compute a month's US mechanical royalty for interactive streaming, in dollars."""
    from clearmix.royalties.mechanical import HEADLINE_BPS, phonorecords_iv

    owed = phonorecords_iv(
        year,
        micro_of(revenue),
        micro_of(label_cost),
        micro_of(performance),
        subscribers,
        floor_micro=micro_of(floor),
        cap_micro=None if cap == "none" else micro_of(cap),
    )
    headline = f"{HEADLINE_BPS[year] / 100:g} % of revenue"
    rows = {
        headline: owed.of_revenue_micro,
        "26.2 % of label cost, or its cap": owed.of_label_cost_micro,
        "all-in, the greater of the two": owed.all_in_micro,
        "mechanical, at the floor" if owed.at_floor else "mechanical, without performance": (
            owed.mechanical_micro
        ),
    }
    value = {
        "of_revenue_micro": micro_json(owed.of_revenue_micro),
        "of_label_cost_micro": micro_json(owed.of_label_cost_micro),
        "all_in_micro": micro_json(owed.all_in_micro),
        "mechanical_micro": micro_json(owed.mechanical_micro),
        "at_floor": owed.at_floor,
        "currency": DOLLARS,
    }
    text = columns([(name, money(amount, DOLLARS)) for name, amount in rows.items()])
    show(value, text, as_json=as_json)


def copies(
    year: Annotated[int, typer.Option(help="In which they were made and distributed.")],
    length: Annotated[str, typer.Option(help="Of the work, such as 6:38.")],
    number: Annotated[int, typer.Argument(help="How many copies or downloads.")],
    percent: Annotated[
        int, typer.Option(min=0, max=100, help="The part of the rate that was agreed.")
    ] = 100,
    as_json: Json = False,
) -> None:
    """Compute the US statutory mechanical royalty for copies or downloads, in dollars."""
    from clearmix.royalties.mechanical import of_copies

    amount = of_copies(year, _seconds(length), number, rate_bps=percent * 100)
    value = {"amount_micro": micro_json(amount), "currency": DOLLARS}
    show(value, money(amount, DOLLARS), as_json=as_json)


def _seconds(length: str) -> int:
    minutes, _, seconds = length.partition(":")
    if not (minutes.isdecimal() and seconds.isdecimal() and int(seconds) < 60):
        raise RoyaltyError(
            f"`{length}` is not a length", help="write minutes and seconds, such as 6:38"
        )
    return int(minutes) * 60 + int(seconds)
