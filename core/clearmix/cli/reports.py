"""`clearmix royalties statement` and other reports: what people read of royalties."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearmix.cli.output import Json, columns, show, write
from clearmix.errors import RoyaltyError
from clearmix.royalties.reports.formats import BY_SUFFIX, Format


def add_to(royalties: typer.Typer) -> None:
    """Adds the commands to the branch `royalties`."""
    royalties.command()(statement)


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
        value = reports.document(payee, period).as_json()
        fields = ("id", "period", "item_id", "source", "side", "units", "share", "amount")
        rows: list[tuple[str, ...]] = [fields]
        rows += [tuple(str(line[name]) for name in fields) for line in value["lines"]]
        show(value, f"{columns(rows)}\ntotal {value['total']}", as_json=as_json)
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
    write(out, reports.statement(payee, period, chosen))
    show({"path": str(out), "format": chosen}, f"wrote {out}", as_json=as_json)
