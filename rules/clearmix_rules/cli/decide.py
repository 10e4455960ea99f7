"""`decide`: one request against a folder of policies."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from clearmix_rules.cli.files import policy_files, read_json, time_of
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.source import PolicySource


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("decide", help="one request against a folder of policies")
    parser.add_argument(
        "--request", required=True, type=Path, metavar="FILE", help="a request in JSON"
    )
    parser.add_argument(
        "--policies",
        required=True,
        type=Path,
        action="append",
        metavar="FOLDER",
        help="a folder of .rights files, or one file; may be repeated",
    )
    parser.add_argument("--explain", action="store_true", help="say why, in words")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--at", metavar="TIME", help="decide as of a time: 2026-11-23T12:00Z")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints the answer; a refusal is an answer."""
    request = Request.from_json(read_json(arguments.request))
    sources = [
        PolicySource.read(file) for path in arguments.policies for file in policy_files(path)
    ]
    decision = PolicySet.load(sources).decide(request, valid_at=time_of(arguments.at))
    if arguments.json:
        said = decision.as_json()
        if arguments.explain:
            said["explanation"] = decision.explain()
        print(json.dumps(said, ensure_ascii=False, indent=2))
    elif arguments.explain:
        print(decision.explain())
    else:
        print(decision.outcome.value)
    return 0
