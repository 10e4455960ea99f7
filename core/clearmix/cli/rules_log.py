"""`clearmix rules log`: the record of decisions, for whoever audits it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from clearmix.cli.output import Json, show

app = typer.Typer(help="The record of every decision.", no_args_is_help=True)

MOST_SHOWN = 20
"""How many policies of an entry are named in its text; its JSON names all."""

Number = Annotated[int, typer.Argument(min=1, help="Number of an entry.")]


@app.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="Hash of an entry you kept; the log must still have it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read the whole log and name the first entry that is not as it was written."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    verified = kernel.clearance.log.verify(head)
    broken = verified.broken
    tampered = kernel.policies.versions.first_broken()
    if broken is not None:
        where = f"entry {broken.number} is broken: " if broken.number else ""
        text = f"{where}{broken.problem}"
    elif tampered is not None:
        text = f"the recorded policy `{tampered}` was changed after it was recorded"
    elif not verified.entries:
        text = "the log is empty: nothing was decided yet"
    else:
        count = f"{verified.entries} {'entry' if verified.entries == 1 else 'entries'}"
        text = f"{count}, each as it was written; keep the last hash: {verified.head}"
    value = {
        "ok": broken is None and tampered is None,
        "entries": verified.entries,
        "head": verified.head,
        "broken": vars(broken) if broken else None,
        "broken_policy": tampered,
    }
    show(value, text, as_json=as_json)
    if not value["ok"]:
        raise typer.Exit(1)


@app.command("show")
def show_(number: Number, as_json: Json = False) -> None:
    """Show an entry: who asked for what, the answer, its hash, the policies it rests on."""
    from clearmix.kernel import Kernel

    kernel = Kernel()
    entry = kernel.clearance.log.existing(number)
    policies = [
        {"sha256": sha256, "file": one.source.name, "policy": str(one.header) if one.header else ""}
        for sha256, one in kernel.policies.versions.texts(entry.policies).items()
    ]
    lines = [
        f"entry {entry.number}, {entry.decided_at:%Y-%m-%d %H:%M:%S} UTC, by {entry.listener}",
        f"  asked: {json.dumps(entry.spec, ensure_ascii=False)}",
        f"  answer: {entry.decision['outcome']}",
        *(f"    {reason['text']}" for reason in entry.decision["reasons"]),
        f"  hash of the decision: {entry.decision_hash}",
        f"  hash of the entry: {entry.entry_hash}",
        f"  follows: {entry.previous_hash}",
        *sorted(f"  under {one['policy'] or one['file']}" for one in policies)[:MOST_SHOWN],
    ]
    if len(policies) > MOST_SHOWN:
        lines.append(f"  and {len(policies) - MOST_SHOWN} more policies")
    show({**entry.as_json(), "policies": policies}, "\n".join(lines), as_json=as_json)


@app.command()
def replay(number: Number, as_json: Json = False) -> None:
    """Decide an entry again from its own policies and request, and compare the hash."""
    from clearmix.kernel import Kernel

    replayed = Kernel().clearance.replay(number)
    value = {
        "number": number,
        "same": replayed.same,
        "outcome": replayed.decision.outcome.value,
        "hash": replayed.decision.hash,
        "recorded_hash": replayed.entry.decision_hash,
        "differences": list(replayed.differences),
    }
    if replayed.same:
        text = f"entry {number} comes out the same: {value['outcome']}, {value['hash']}"
    else:
        text = "\n".join(
            [f"entry {number} comes out otherwise:", *(f"  {one}" for one in replayed.differences)]
        )
    show(value, text, as_json=as_json)
    if not replayed.same:
        raise typer.Exit(1)
