"""`clearmix rules`: the tools of the rights language, and what only the house knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clearmix.cli import rules_log
from clearmix.cli.output import Json, columns, show
from clearmix.errors import ClearanceError

if TYPE_CHECKING:
    from clearmix_rules.tree import Policy

TOOLS = {
    "check": "Every mistake in these policies, with a remedy.",
    "fmt": "Lay policies out in one way.",
    "test": "Policy tests, and what they cover.",
    "decide": "One request against policies; by default the house's.",
    "filter": "What of a catalogue a listener may use; by default the house's.",
    "diff": "What changes from older policies to newer ones; by default from the house's.",
    "prove": "What holds of every request; by default under the house's policies.",
    "lsp": "The language server for editors.",
}
"""What is handed over to `clearmix-rules`."""

app = typer.Typer(help="Rights policies and the record of decisions.", no_args_is_help=True)
app.add_typer(rules_log.app, name="log")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the policies of the house: whose, which version, when in force, and from where."""
    from clearmix.clearance.describing import described_policies
    from clearmix.kernel import Kernel

    entries = described_policies(Kernel().policies)
    rows = [("title", "version", "by", "in force", "from")]
    rows += [
        (row["title"] or row["file"], str(row["version"] or "-"), row["by"] or "-",
         row["trouble"] or row["window"] or "definitions", row["plugin"] or row["file"])
        for row in entries
    ]  # fmt: skip
    show({"policies": entries}, columns(rows), as_json=as_json)


@app.command("show")
def show_(
    title: Annotated[str, typer.Argument(help="Title of a policy.")],
    version: Annotated[
        int | None, typer.Option(help="Another version than the latest, also one of the past.")
    ] = None,
    text: Annotated[bool, typer.Option(help="Show the text itself.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a policy says, in plain English."""
    from clearmix.clearance.describing import described_version
    from clearmix.kernel import Kernel

    kernel = Kernel()
    kernel.policies.current()
    found = kernel.policies.versions.titled(title, version)
    policies = [kernel.policies.read(one.source) for one in found]
    value = {"policies": [described_version(kernel.policies, one) for one in found]}
    said = (one.source.text for one in found) if text else map(_in_english, policies)
    show(value, "\n".join(said), as_json=as_json)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A .rights file.")], as_json: Json = False
) -> None:
    """Add a policy to the house; it is in force at once, within its dates.

    What is hardly meant is said, such as the id of a party that the catalogue does not know.
    """
    from clearmix.clearance.describing import described_policies
    from clearmix.clearance.headers import only_defines
    from clearmix.clearance.strangers import strangers
    from clearmix.kernel import Kernel, read_policy
    from clearmix_rules import Severity, check

    kernel = Kernel()
    source = read_policy(file)
    path = kernel.policies.add(source)
    warnings = [one for one in check(source) if one.severity is Severity.WARNING]
    if not only_defines(source.text):
        warnings += strangers(source, kernel.policies.read(source), kernel.catalogue)
    for one in warnings:
        typer.echo(one.as_text(), err=True)
    (entry,) = (
        entry
        for entry in described_policies(kernel.policies)
        if entry["plugin"] is None and entry["file"] == path.name
    )
    text = f"{entry['title']}, version {entry['version']}, by {entry['by']}: {entry['window']}"
    value = {**entry, "path": str(path), "warnings": [one.as_json() for one in warnings]}
    show(value, text, as_json=as_json)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")], as_json: Json = False
) -> None:
    """Write the house's policies and catalogue as files, for `clearmix-rules` elsewhere."""
    from clearmix.clearance.exporting import write_catalogue, write_policies
    from clearmix.kernel import Kernel

    kernel = Kernel()
    if folder.exists() and any(folder.iterdir()):
        raise ClearanceError(f"`{folder}` is not empty", help="name a new folder")
    policies = write_policies(kernel.policies.current().sources, folder / "policies")
    catalogue = write_catalogue(kernel.clearance.tracks(), folder / "catalogue.jsonl")
    value = {"policies": str(policies), "catalogue": str(catalogue)}
    show(value, "\n".join(value.values()), as_json=as_json)


def _hand_over(tool: str) -> None:
    @app.command(
        tool,
        help=TOOLS[tool],
        context_settings={
            "allow_extra_args": True,
            "ignore_unknown_options": True,
            "help_option_names": [],
        },
    )
    def handed_over(context: typer.Context) -> None:
        from clearmix.cli.rules_tools import run

        raise typer.Exit(run(tool, context.args))


for _tool in TOOLS:
    _hand_over(_tool)


def _in_english(policy: Policy) -> str:
    from clearmix.clearance.describing import window
    from clearmix_rules import english

    lines = [
        f"“{policy.title}”, version {policy.version}, by {policy.author.party or 'the platform'}"
    ]
    lines.append(f"  {window(policy)}")
    if policy.consent is not None:
        to = f" to {policy.consent.to}" if policy.consent.to else ""
        lines.append(f"  where no rule applies: {policy.consent.answer}{to}")
    for rule in policy.rules:
        lines += [f"  {rule.name}: {english.rule(rule)}", f"    “{rule.reason}”"]
    return "\n".join(lines)
