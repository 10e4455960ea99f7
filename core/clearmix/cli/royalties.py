"""`clearmix plays` and `clearmix royalties`: importing plays, settling, checking."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from clearmix.cli import mechanical, reports
from clearmix.cli.output import Json, columns, progress_bar, show
from clearmix.royalties.models import CARRIED, SUSPENSE
from clearmix.royalties.money import micro_json, micro_of, money

_plays = typer.Typer(help="Play events.", no_args_is_help=True)
_royalties = typer.Typer(help="Settlements and statements.", no_args_is_help=True)

CLAIMS_SHOWN = 10
"""How many claims an explanation shows as text; in JSON it has all of them."""


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_plays, name="plays")
    app.add_typer(_royalties, name="royalties")
    reports.add_to(_royalties)
    mechanical.add_to(_royalties)


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
    lines += [
        f"  {month.plays} late: run `clearmix royalties correct --period {month.period} "
        f"--formula {formula}`"
        for month in imported.late_months
        for formula in month.formulas
    ]
    lines += [f"  row {row['row']} refused: {row['reason']}" for row in value["refused"]]
    lines += [f"  row {row['row']} not counted: {row['reason']}" for row in value["repeats"]]
    lines += [
        f"  nobody knows the item `{item}`: its plays are paid into suspense until it is known"
        for item in value["unmatched_items"]
    ]
    show(value, "\n".join(lines), as_json=as_json)


@_plays.command()
def flag(
    plays: Annotated[list[str] | None, typer.Argument(help="Event ids of plays.")] = None,
    reason: Annotated[str, typer.Option(help="Why, such as fraud or opt-out.")] = "fraud",
    item: Annotated[
        list[str] | None, typer.Option(help="A recording or render: all its plays.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="With --item: only plays from this time on, in UTC.")
    ] = None,
    lift: Annotated[
        bool, typer.Option("--lift", help="Take flags back, such as after an appeal.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Flag plays that shall not count; a settled month needs `royalties correct` then."""
    from clearmix.kernel import Kernel

    royalties = Kernel().royalties
    events, items = plays or (), item or ()
    if lift:
        lifted = royalties.lift_flags(reason, event_ids=events, items=items)
        show({"lifted": lifted}, f"{lifted} flags are taken back", as_json=as_json)
        return
    time = since.replace(tzinfo=UTC) if since else None
    new = royalties.flag_plays(reason, event_ids=events, items=items, since=time)
    show({"flagged": new}, f"{new} flags are new", as_json=as_json)


@_plays.command()
def close(
    days_open: Annotated[int, typer.Option(min=0, help="Days before today that stay open.")] = 2,
    as_json: Json = False,
) -> None:
    """Move the plays of days that are over from the database to Parquet in the store."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        moved = Kernel().royalties.close_days(days_open, progress)
    show({"moved": moved}, f"{moved} plays moved to the store", as_json=as_json)


@_royalties.command()
def formulas(as_json: Json = False) -> None:
    """List the royalty formulas that are installed."""
    from clearmix.kernel import Kernel
    from clearmix.royalties.eligibility import eligibility_of

    found = sorted(Kernel().formulas.values(), key=lambda formula: formula.id)
    rows = [
        {
            "id": formula.id,
            "version": formula.version,
            "eligibility": eligibility_of(formula).as_json(),
            "about": (type(formula).__doc__ or "").strip().partition("\n")[0],
        }
        for formula in found
    ]
    text = columns([(str(row["id"]), str(row["version"]), str(row["about"])) for row in rows])
    show({"formulas": rows}, text, as_json=as_json)


@_royalties.command()
def settle(
    period: Annotated[str, typer.Option(help="A month, such as 2026-10.")],
    formula: Annotated[str, typer.Option(help="Id of a royalty formula.")] = "pro-rata",
    early: Annotated[bool, typer.Option(help="Settle a month that is not over yet.")] = False,
    engine: Annotated[
        str | None,
        typer.Option(
            help="Where plays are added up: spark://HOST:PORT, spark://local, or any Ibis address; "
            "here by default."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Settle a month; settling it again changes nothing."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        settled = Kernel().royalties.settle(period, formula, progress, early=early, engine=engine)
    lines = [
        f"{period} by {formula}: pool {money(settled.pool_micro, settled.currency)}, allocated "
        f"{money(settled.allocated_micro, settled.currency)}, {len(settled.lines)} lines",
        f"  hash {settled.hash}",
        *(f"  {said}" for said in settled.notes),
    ]
    show(settled.as_json(), "\n".join(lines), as_json=as_json)


@_royalties.command()
def settlements(as_json: Json = False) -> None:
    """List what was settled and corrected, by month."""
    from clearmix.kernel import Kernel

    found = Kernel().royalties.settlements()
    replaced = {one.corrects for one in found}
    rows = [
        {
            "hash": one.hash, "period": one.period, "formula": one.formula,
            "formula_version": one.formula_version, "posted_in": one.posted_in,
            "pool_micro": micro_json(one.pool_micro), "pool": money(one.pool_micro, one.currency),
            "currency": one.currency, "corrects": one.corrects,
            "stands": one.hash not in replaced,
        }
        for one in found
    ]  # fmt: skip
    table = [
        (
            str(row["hash"])[:12], str(row["period"]), str(row["formula"]), str(row["pool"]),
            f"in {row['posted_in']}",
            f"corrects {one.corrects[:12]}" if one.corrects else "",
            "" if row["stands"] else "corrected since",
        )
        for row, one in zip(rows, found, strict=True)
    ]  # fmt: skip
    show({"settlements": rows}, columns(table) or "nothing is settled yet", as_json=as_json)


@_royalties.command()
def correct(
    period: Annotated[str, typer.Option(help="A month that is settled, such as 2026-10.")],
    formula: Annotated[
        str | None, typer.Option(help="The formula that settled it, if several did.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Settle a settled month anew, and post the differences in the month that is open.

    Later months that took in money which this one pays to others now are corrected with it.
    """
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        corrected = Kernel().royalties.correct(period, formula, progress)
    text = f"nothing to correct; {corrected.hash} stands"
    if corrected.posted:
        text = (
            f"{period} corrected in {corrected.posted_in}\n  hash {corrected.hash}\n"
            f"  instead of {corrected.corrects}"
        )
    text = "\n  ".join([text, *corrected.notes])
    show(corrected.as_json(), text, as_json=as_json)


@_royalties.command()
def pay(
    payee: Annotated[str | None, typer.Argument(help="Id or name of a party; or all.")] = None,
    threshold: Annotated[
        str | None, typer.Option(help="Carry less than this, such as 20.00; or the rate card's.")
    ] = None,
    reference: Annotated[str, typer.Option(help="Of the payment, such as a bank's.")] = "",
    release_only: Annotated[
        bool, typer.Option(help="Make it payable, and pay it with a later call.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Pay what is accrued: accrued -> payable -> paid; what is below the threshold is carried."""
    from clearmix.kernel import Kernel

    payouts = Kernel().royalties.pay(
        payee,
        threshold_micro=micro_of(threshold) if threshold is not None else None,
        reference=reference,
        release_only=release_only,
    )
    rows = [payout.as_json() for payout in payouts]
    text = columns([(row["payee"], row["state"], row["amount"]) for row in rows])
    show({"payouts": rows}, text or "nothing is owed", as_json=as_json)


@_royalties.command()
def balances(as_json: Json = False) -> None:
    """Show what is in each account of the ledger; the sum of all is zero."""
    from clearmix.kernel import Kernel

    rows = [
        {"account": account, "amount_micro": micro_json(amount), "amount": money(amount, currency),
         "currency": currency}
        for (account, currency), amount in Kernel().royalties.ledger.balances().items()
    ]  # fmt: skip
    text = columns([(str(row["account"]), str(row["amount"])) for row in rows])
    show({"balances": rows}, text or "nothing was posted yet", as_json=as_json)


@_royalties.command()
def suspense(as_json: Json = False) -> None:
    """Show what waits, and for how long: its payee is not known, or no play has claimed it yet."""
    from clearmix.kernel import Kernel

    now = datetime.now(UTC).strftime("%Y-%m")
    rows = {
        kind: [
            {
                "account": one.account, "since": one.since, "months": one.months(now),
                "amount_micro": micro_json(one.amount_micro),
                "amount": money(one.amount_micro, one.currency), "currency": one.currency,
            }
            for one in held
        ]
        for kind, held in Kernel().royalties.audit.held().items()
    }  # fmt: skip
    text = columns(
        [
            (str(row["account"]), f"since {row['since']}", str(row["amount"]))
            for row in (*rows[SUSPENSE], *rows[CARRIED])
        ]
    )
    show(rows, text or "nothing is held", as_json=as_json)


@_royalties.command()
def explain(
    line: Annotated[str, typer.Argument(help="Id of a statement line.")], as_json: Json = False
) -> None:
    """Go from a line of a statement to the plays, what each was worth, rules and shares."""
    from clearmix.kernel import Kernel

    with progress_bar(quiet=as_json) as progress:
        explained = Kernel().royalties.explain(line, progress, claims=True)
    stated = explained.line
    text = [
        f"{stated.payee} earned {money(stated.amount_micro, stated.currency)} in {stated.period} "
        f"as {stated.role} of `{stated.title}`",
        f"  line {stated.id} of settlement {explained.settlement or stated.settlement}",
        *(f"  {number}. {step}" for number, step in enumerate(explained.steps, start=1)),
    ]
    if claims := explained.claims:
        shown = claims.claims[:CLAIMS_SHOWN]
        rows = [
            (claim.event, claim.group, str(claim.weight), claims.micro(claim.worth))
            for claim in shown
        ]
        text += [
            f"what it claimed: first {len(shown)} of {len(claims.claims)}, worths in micro-units",
            columns([("event", "group", "weight", "worth"), *rows]),
            f"together {claims.micro(claims.worth)}, rounded to whole micro-units "
            f"{stated.after.gross_micro}",
        ]
    elif explained.plays:
        more = explained.plays_in_all - len(explained.plays)
        text.append(f"plays that count: {', '.join(explained.plays)}")
        text += [f"  and {more} more"] if more else []
    show(explained.as_json(), "\n".join(text), as_json=as_json)


@_royalties.command()
def verify(
    hash: Annotated[
        str | None, typer.Argument(help="Hash of a settlement; all of them, and the books.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Replay a settlement from its inputs and compare the hash; without one, replay them all."""
    from clearmix.kernel import Kernel

    audit = Kernel().royalties.audit
    with progress_bar(quiet=as_json) as progress:
        replays = [audit.verify(hash, progress)] if hash else audit.verify_all(progress)
    books = () if hash else audit.problems_of_books()
    same = not books and all(replay.same for replay in replays)
    text = []
    for replay in replays:
        of = "" if hash else f" of {replay.hash[:12]}"
        said = "gives the same hash" if replay.same else "DIFFERS"
        text += [f"the replay{of} {said}", *(f"  {one}" for one in replay.differences)]
        text += [f"  {note}" for note in replay.notes if hash]
    if not hash:
        text.append("the books DO NOT AGREE" if books else "the books agree")
        text += [f"  {problem}" for problem in books]
    value = (
        replays[0].as_json()
        if hash
        else {
            "same": same,
            "settlements": [replay.as_json() for replay in replays],
            "books": list(books),
        }
    )
    show(value, "\n".join(text), as_json=as_json)
    if not same:
        raise typer.Exit(1)
