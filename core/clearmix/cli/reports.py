"""`clearmix royalties statement` and other reports: what people read of royalties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from clearmix.cli.output import Json, columns, progress_bar, show, write
from clearmix.errors import RoyaltyError
from clearmix.royalties.reports.formats import BY_SUFFIX, Format

if TYPE_CHECKING:
    from clearmix.royalties import Rates

Period = Annotated[str | None, typer.Option(help="A month; the latest with plays by default.")]
Page = Annotated[Path | None, typer.Option("--out", help="Write a page with plots to this file.")]


def add_to(royalties: typer.Typer) -> None:
    """Adds the commands to the branch `royalties`."""
    royalties.command()(statement)
    royalties.command()(compare)
    royalties.command("what-if")(what_if)
    royalties.command()(amplify)


def statement(
    payee: Annotated[str, typer.Argument(help="Id or name of a party; or `suspense`, `carried`.")],
    period: Annotated[str | None, typer.Option(help="A month; all by default.")] = None,
    format: Annotated[
        Format | None, typer.Option(help="What to write; what the file's name ends in by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
    as_json: Json = False,
) -> None:
    """Show what a payee earned, or write it as a statement to hand out.

    `html` is one page with plots, `csv` opens in a spreadsheet, `pdf` is for the files;
    `dsr-sales` and `dsr-royalty` are flat files in the shape of DDEX sales reports, for record
    companies and for publishers.
    """
    from clearmix.kernel import Kernel

    reports = Kernel().reports
    if out is None and format is None:
        with progress_bar(quiet=as_json) as progress:
            value = reports.document(payee, period, progress).as_json()
        fields = (
            "id", "period", "pool", "item_id", "source", "side", "units", "share", "amount",
        )  # fmt: skip
        rows: list[tuple[str, ...]] = [fields]
        for line in value["lines"]:
            said = {**line, "item_id": line["item_id"] or line["title"]}
            rows.append(tuple(str(said[name]) for name in fields))
        notes = "".join(f"\n  {note}" for note in value["notes"])
        show(value, f"{columns(rows)}\ntotal {value['total']}{notes}", as_json=as_json)
        return
    chosen = format or BY_SUFFIX.get(out.suffix.lower() if out else "")
    if chosen is None:
        raise RoyaltyError(
            f"`{out}` does not say a format by its name",
            help="add --format html, csv, pdf, dsr-sales, dsr-royalty or json",
        )
    if out is None:
        raise RoyaltyError(
            f"where shall the statement as {chosen} go", help="add `--out` and the name of a file"
        )
    with progress_bar(quiet=as_json) as progress:
        content = reports.statement(payee, period, chosen, progress)
    write(out, content)
    show({"path": str(out), "format": chosen}, f"wrote {out}", as_json=as_json)


def compare(
    formula: Annotated[
        list[str], typer.Option(help="Formula of side A, then of side B; one is used for both.")
    ],
    rates: Annotated[
        list[Path] | None,
        typer.Option(help="Rate card of side A, then of side B; one is that of side B."),
    ] = None,
    period: Period = None,
    out: Page = None,
    as_json: Json = False,
) -> None:
    """Show who gains and who loses between two formulas or rate cards; nothing is posted.

    A rate card is a JSON file; without one, the card in force in the month is used.
    """
    from clearmix.kernel import Kernel
    from clearmix.royalties.money import money

    cards = [_card(path) for path in rates or ()]
    if len(formula) > 2 or len(cards) > 2 or (len(formula) == 1 and not cards):
        raise RoyaltyError(
            f"{len(formula)} formulas and {len(cards)} rate cards are no two sides to compare",
            help="give --formula twice, or one --formula and one or two --rates",
        )
    sides = (None, *cards) if len(cards) == 1 else (*cards, None, None)
    with progress_bar(quiet=as_json) as progress:
        found = Kernel().reports.compare(
            (formula[0], formula[-1]), period, (sides[0], sides[1]), progress
        )
    if out is not None:
        write(out, found.as_html().encode())
    rows = [("payee", found.a, found.b, "change")]
    rows += [
        (
            change.name,
            money(change.a_micro, found.currency),
            money(change.b_micro, found.currency),
            money(change.change_micro, found.currency),
        )
        for change in found.payees
    ]
    said = (
        f"{len(found.gain)} gain, {len(found.lose)} lose "
        f"{money(found.moved_micro, found.currency)} together"
    )
    show(found.as_json(), f"{columns(rows)}\n{said}{_wrote(out)}", as_json=as_json)


def what_if(
    payee: Annotated[str, typer.Option(help="Id or name of a party.")],
    consent: Annotated[
        Literal["remix", "cover"], typer.Option(help="What the party would have said yes to.")
    ] = "remix",
    period: Period = None,
    out: Page = None,
    as_json: Json = False,
) -> None:
    """Estimate what taking part would have earned, with an interval and what it rests on."""
    from clearmix.kernel import Kernel
    from clearmix.royalties.money import money

    with progress_bar(quiet=as_json) as progress:
        found = Kernel().reports.what_if(payee, consent, period, progress)
    if out is not None:
        write(out, found.as_html().encode())

    def words(amount_micro: int) -> str:
        return money(amount_micro, found.currency)

    rows = [("recording", "plays of it", f"plays of {consent} versions", "low", "earned", "high")]
    for one in found.prospects:
        earned = one.earned_micro
        plays = (str(one.plays), str(one.render_plays.middle))
        rows.append(
            (one.title, *plays, words(earned.low), words(earned.middle), words(earned.high))
        )
    total = found.earned_micro
    text = [
        columns(rows),
        f"{found.name} would have earned about {words(total.middle)} in {found.period}, "
        f"between {words(total.low)} and {words(total.high)}",
        "this takes for granted:",
        *(f"  {said}" for said in found.assumptions),
    ]
    show(found.as_json(), "\n".join(text) + _wrote(out), as_json=as_json)


def amplify(
    party: Annotated[
        str | None, typer.Option(help="Only recordings in which this party holds something.")
    ] = None,
    out: Page = None,
    as_json: Json = False,
) -> None:
    """Measure whether remixes bring plays to originals or take them, by track and artist."""
    from clearmix.kernel import Kernel
    from clearmix.royalties.reports.amplify import signed

    with progress_bar(quiet=as_json) as progress:
        found = Kernel().reports.amplify(party, progress)
    if out is not None:
        write(out, found.as_html().encode())
    rows = [("what", "plays of remixes", "effect", "low", "high", "placebo", "")]
    together = (found.together,) if found.together else ()
    for lift in (*together, *found.artists, *found.tracks):
        numbers = (lift.effect, lift.low, lift.high, lift.placebo)
        plays = "" if lift.hidden else str(lift.render_plays)
        rows.append((lift.name, plays, *map(signed, numbers), lift.hidden or lift.verdict))
    show(found.as_json(), columns(rows) + _wrote(out), as_json=as_json)


def _card(path: Path) -> Rates:
    """The rate card of a JSON file, or of the `rates` of a catalogue document."""
    import json

    from clearmix.royalties.rates import checked_rates

    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RoyaltyError(
            f"cannot read the rate card: {error}",
            help="give a JSON file with currency, fees and revenue_share_bps",
            place=str(path),
        ) from None
    if not isinstance(values, dict):
        raise RoyaltyError(
            "a rate card is a JSON object",
            help="give an object with currency, fees and revenue_share_bps",
            place=str(path),
        )
    return checked_rates(values.get("rates", values))


def _wrote(out: Path | None) -> str:
    return f"\nwrote {out}" if out else ""
