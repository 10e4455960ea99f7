"""`clearmix approvals`: what parties were asked to approve, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from clearmix.cli.output import Json, columns, show

if TYPE_CHECKING:
    from clearmix.clearance.approvals import Approval

app = typer.Typer(help="Requests that wait for a party's yes.", no_args_is_help=True)


@app.command("list")
def list_(
    party: Annotated[str | None, typer.Option(help="Only what this party was asked.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what was answered or has lapsed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List requests that wait for an answer, with their deadlines."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    id = kernel.catalogue.party(party).id if party else None
    found = [
        one
        for one in kernel.clearance.approvals.listed(party=id)
        if every or one.state == "waiting"
    ]
    rows = [(one.id, one.party, one.state, _day(one), one.listener, _wish(one)) for one in found]
    text = columns([("id", "party", "state", "until", "listener", "request"), *rows])
    value = {"approvals": [one.as_json() for one in found]}
    show(value, text if rows else "nothing waits for an approval", as_json=as_json)


@app.command()
def answer(
    id: Annotated[str, typer.Argument(help="Id of what waits; `approvals list` shows it.")],
    approve: Annotated[
        bool | None, typer.Option("--approve/--refuse", help="Say yes, or say no.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Said to whoever asked, with the answer.")] = "",
    as_json: Json = False,
) -> None:
    """Answer a request; once everybody has said yes, the remix is made."""
    from clearmix.kernel import Kernel

    if approve is None:
        raise typer.BadParameter("say `--approve` or `--refuse`")
    kernel = Kernel()
    cleared = kernel.answer_approval(id, "approve" if approve else "refuse", reason)
    approvals = kernel.clearance.approvals
    request = next(one.request for one in approvals.listed() if one.id == id)
    every = [one for one in approvals.listed() if one.request == request]
    job = next((one.job for one in every), None)
    if job:
        text = f"the remix is being made: job {job}"
    elif cleared and cleared.decision.permitted:
        text = "everybody said yes: the remix is shared"
    elif cleared:
        text = f"everybody said yes, but it is {cleared.decision.outcome.value} now"
    elif approve:
        waiting = ", ".join(one.party for one in every if one.state == "waiting")
        text = f"still waiting for {waiting}" if waiting else "another party has said no"
    else:
        text = "refused; nothing is made"
    show({"approvals": [one.as_json() for one in every], "job": job}, text, as_json=as_json)


def _day(one: Approval) -> str:
    return f"{one.deadline:%Y-%m-%d}" if one.deadline else "-"


def _wish(one: Approval) -> str:
    return f"{one.spec.kind} of {' and '.join(one.spec.sources)}"
