"""`clearmix plays` and `clearmix royalties`: importing plays, settling, statements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clearmix.cli.output import Json, columns, progress_bar, show

_plays = typer.Typer(help="Play events.", no_args_is_help=True)
_royalties = typer.Typer(help="Settlements and statements.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_plays, name="plays")
    app.add_typer(_royalties, name="royalties")


@_plays.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A Parquet or CSV file of play events.")],
    as_json: Json = False,
) -> None:
    """Import play events; each refused row is listed with its reason."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        imported = Kernel().royalties.import_plays(file, progress)
    value = imported.as_json()
    lines = [f"{value['accepted']} plays imported, {value['duplicates']} were there already"]
    lines += [f"  row {row['row']}: {row['reason']}" for row in value["refused"]]
    show(value, "\n".join(lines), as_json=as_json)


@_royalties.command()
def settle(
    period: Annotated[str, typer.Option(help="A month, such as 2026-10.")],
    formula: Annotated[str, typer.Option(help="Id of a royalty formula.")] = "pro-rata",
    early: Annotated[bool, typer.Option(help="Settle a month that is not over yet.")] = False,
    as_json: Json = False,
) -> None:
    """Settle a month; settling it again changes nothing."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        settled = Kernel().royalties.settle(period, formula, progress, early=early)
    value = settled.as_json()
    lines = [
        f"{period} by {formula}: pool {value['pool_micro']}, allocated {value['allocated_micro']} "
        f"micro-units of {value['currency']}, {len(settled.lines)} lines",
        f"  hash {settled.hash}",
        *(f"  {said}" for said in settled.notes),
    ]
    show(value, "\n".join(lines), as_json=as_json)


@_royalties.command()
def statement(
    payee: Annotated[str, typer.Argument(help="Id or name of a party; or `suspense`, `carried`.")],
    period: Annotated[str | None, typer.Option(help="A month; all by default.")] = None,
    as_json: Json = False,
) -> None:
    """Show what a payee earned, line by line."""
    from clearmix.kernel import Kernel

    made = Kernel().royalties.statement(payee, period)
    value = made.as_json()
    fields = ("id", "period", "item_id", "source", "side", "units", "share", "amount")
    rows: list[tuple[str, ...]] = [fields]
    rows += [tuple(str(line[name]) for name in fields) for line in value["lines"]]
    show(value, f"{columns(rows)}\ntotal {value['total']}", as_json=as_json)


@_royalties.command()
def explain(
    line: Annotated[str, typer.Argument(help="Id of a statement line.")], as_json: Json = False
) -> None:
    """Go from a line of a statement to the plays, rules and shares behind it."""
    from clearmix.kernel import Kernel

    value = Kernel().royalties.explain(line).as_json()
    show(value, columns([(name, str(found)) for name, found in value.items()]), as_json=as_json)


@_royalties.command()
def verify(
    hash: Annotated[str, typer.Argument(help="Hash of a settlement.")], as_json: Json = False
) -> None:
    """Replay a settlement from its inputs and compare the hash."""
    from clearmix.kernel import Kernel

    value = Kernel().royalties.verify(hash).as_json()
    text = "the replay gives the same hash" if value["same"] else "the replay DIFFERS"
    show(value, text, as_json=as_json)
    if not value["same"]:
        raise typer.Exit(1)
