"""`filter`: what of a catalogue a listener may use."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearmix_rules.cli.files import count, policy_files
from clearmix_rules.deciding.decision import Outcome
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.errors import RightsError
from clearmix_rules.json_files import read_object
from clearmix_rules.source import PolicySource

if TYPE_CHECKING:
    import ibis


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("filter", help="what of a catalogue a listener may use")
    parser.add_argument(
        "--request",
        required=True,
        type=Path,
        metavar="FILE",
        help="a request in JSON; its tracks may be left out",
    )
    parser.add_argument(
        "--policies",
        required=True,
        type=Path,
        action="append",
        metavar="FOLDER",
        help="a folder of .rights files, or one file; may be repeated",
    )
    parser.add_argument(
        "--catalogue",
        required=True,
        type=Path,
        metavar="FILE",
        help="JSON Lines, one track a line; or a folder of Parquet files",
    )
    parser.add_argument(
        "--parties",
        type=Path,
        metavar="FILE",
        help="parties in JSON, beside those of the request, whose own word counts",
    )
    parser.add_argument(
        "--outcome",
        choices=[one.value for one in Outcome],
        default=Outcome.PERMITTED.value,
        help="list the tracks with this outcome (permitted)",
    )
    parser.add_argument("--limit", type=count, metavar="N", help="list at most so many")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--count", action="store_true", help="only say how many have each outcome")
    shown.add_argument("--why-not", action="store_true", help="say what refuses the others")
    parser.add_argument("--sql", action="store_true", help="print the query instead of its answer")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints the tracks, the counts or the reasons."""
    try:
        import duckdb  # noqa: F401
        import ibis
    except ModuleNotFoundError as error:
        raise RightsError(
            f"`filter` needs the package `{error.name}`",
            help='pip install "ibis-framework[duckdb]>=12,<13"',
        ) from error
    from clearmix_rules.querying import outcomes, why_not
    from clearmix_rules.querying.loading import load_catalogue, open_request

    said = read_object(arguments.request)
    if arguments.parties:
        own = said.get("parties") or {}
        said["parties"] = {**read_object(arguments.parties), **own}
    request = open_request(said)
    policies = PolicySet.load(
        PolicySource.read(file) for path in arguments.policies for file in policy_files(path)
    )
    catalogue = load_catalogue(arguments.catalogue)
    table = outcomes(policies, request, catalogue)
    counts = table.group_by("outcome").agg(tracks=table.count())
    if arguments.count:
        asked = counts
    elif arguments.why_not:
        asked = why_not(policies, request, catalogue)
    else:
        asked = table.filter(table.outcome == arguments.outcome).order_by("id")
        asked = asked.limit(arguments.limit) if arguments.limit is not None else asked
    if arguments.sql:
        sql = str(ibis.to_sql(asked))
        print(json.dumps({"sql": sql}, ensure_ascii=False, indent=2) if arguments.json else sql)
        return 0
    answer = _counted(counts)
    if arguments.why_not:
        answer["reasons"] = asked.to_pyarrow().to_pylist()
    elif not arguments.count:
        answer["outcome"] = arguments.outcome
        answer["tracks"] = asked.to_pyarrow().column("id").to_pylist()
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in _lines(answer):
            print(line)
    return 0


def _counted(counts: ibis.Table) -> dict[str, Any]:
    """How many tracks there are, and how many of each outcome, from best to worst."""
    found = {row["outcome"]: row["tracks"] for row in counts.to_pyarrow().to_pylist()}
    return {
        "total": sum(found.values()),
        "outcomes": {one.value: found.get(one.value, 0) for one in Outcome},
    }


def _lines(answer: dict[str, Any]) -> list[str]:
    """An answer for people: a line for each track, or a table of counts."""
    if "tracks" in answer:
        return list(answer["tracks"])
    lines = [f"{count:>10,}  {outcome}" for outcome, count in answer["outcomes"].items()]
    lines.append(f"{answer['total']:>10,}  in all")
    if "reasons" in answer:
        lines += ["", "What refuses them; a track may count under several reasons:"]
        for one in answer["reasons"]:
            by = ": ".join(part for part in (one["party"], one["rule"]) if part)
            where = f" ({by}, {one['policy']})" if one["policy"] else f" ({by})" if by else ""
            lines.append(f"{one['tracks']:>10,}  {one['outcome']}: {one['says']}{where}")
    return lines
