"""`clearmix consent`: what a party allows and refuses."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from clearmix.cli.output import Json, columns, show

if TYPE_CHECKING:
    from clearmix.clearance import Consent

app = typer.Typer(help="What artists, writers and labels allow and refuse.", no_args_is_help=True)

Party = Annotated[str, typer.Argument(help="Id or name of the party.")]


@app.command("set")
def set_(
    party: Party,
    kind: Annotated[
        str, typer.Argument(help="remix, cover, mashup, edit, speed-change, ... or any.")
    ],
    allow: Annotated[
        bool | None, typer.Option("--allow/--refuse", help="Allow it, or refuse it.")
    ] = None,
    recording: Annotated[str | None, typer.Option(help="Only this recording.")] = None,
    work: Annotated[str | None, typer.Option(help="Only this composition, by its id.")] = None,
    territory: Annotated[str | None, typer.Option(help="Only this country, such as GB.")] = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    existing: Annotated[
        Literal["keep", "remove"], typer.Option(help="What happens to remixes already made.")
    ] = "keep",
    as_json: Json = False,
) -> None:
    """Record an answer of a party; it binds new renders at once."""
    from clearmix.kernel import Kernel

    if allow is None:
        raise typer.BadParameter("say `--allow` or `--refuse`")
    kernel = Kernel()
    consent = kernel.consent.set(
        kernel.catalogue.party(party).id,
        "allow" if allow else "refuse",
        kind,
        recording=kernel.catalogue.recording(recording).id if recording else None,
        work=work,
        territory=territory,
        valid_from=_day(from_),
        valid_until=_day(until),
        existing=existing,
    )
    show(consent.as_json(), _described(consent), as_json=as_json)


@app.command("show")
def show_(party: Party, as_json: Json = False) -> None:
    """Show the answers of a party that are in force."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    found = kernel.catalogue.party(party)
    answers = kernel.consent.show(found.id)
    text = "\n".join(
        [
            f"{found.id}: {found.default_consent} where nothing is recorded",
            *map(_described, answers),
        ]
    )
    show(_listed(found.id, answers, found.default_consent), text, as_json=as_json)


@app.command()
def history(party: Party, as_json: Json = False) -> None:
    """Show every answer that a party has given, oldest first."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    found = kernel.catalogue.party(party)
    answers = kernel.consent.history(found.id)
    rows = [(row.recorded_at.isoformat(timespec="seconds"), _described(row)) for row in answers]
    show(
        _listed(found.id, answers, found.default_consent),
        columns(rows) or f"{found.id} has recorded nothing",
        as_json=as_json,
    )


def _listed(party: str, answers: tuple[Consent, ...], default: str) -> dict[str, Any]:
    return {
        "party": party,
        "default_consent": default,
        "consents": [answer.as_json() for answer in answers],
    }


def _described(consent: Consent) -> str:
    scope = [
        f"of {consent.recording}" if consent.recording else "",
        f"of the work {consent.work}" if consent.work else "",
        f"in {consent.territory}" if consent.territory else "",
        f"from {consent.valid_from}" if consent.valid_from else "",
        f"until {consent.valid_until}" if consent.valid_until else "",
    ]
    verb = "allows" if consent.answer == "allow" else "refuses"
    what = "any use" if consent.kind == "any" else consent.kind
    rest = " ".join(part for part in scope if part)
    existing = f"; existing remixes: {consent.existing}" if consent.answer == "refuse" else ""
    return f"{consent.party} {verb} {what}{' ' + rest if rest else ''}{existing}"


def _day(time: datetime | None) -> date | None:
    return time.date() if time else None
