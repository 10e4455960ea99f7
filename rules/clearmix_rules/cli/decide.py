"""`decide`: one request against a folder of policies."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from clearmix_rules.cli.files import policy_files, time_of
from clearmix_rules.deciding.nearest import nearest
from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.deciding.request import Request
from clearmix_rules.json_files import read_object
from clearmix_rules.source import PolicySource

HELPFUL = ("listener.tier", "listener.add-ons", "listener.verified")
"""What a request cannot ask for, but a listener may come to have."""


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
    parser.add_argument(
        "--nearest", action="store_true", help="name the nearest request that would be permitted"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--at", metavar="TIME", help="decide as of a time: 2026-11-23T12:00Z")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints the answer; a refusal is an answer."""
    request = Request.from_json(read_object(arguments.request))
    sources = [
        PolicySource.read(file) for path in arguments.policies for file in policy_files(path)
    ]
    policies = PolicySet.load(sources)
    at = time_of(arguments.at)
    decision = policies.decide(request, valid_at=at)
    said = decision.as_json()
    lines = [decision.explain() if arguments.explain else decision.outcome.value]
    if arguments.explain:
        said["explanation"] = decision.explain()
    if arguments.nearest:
        then = replace(request, now=at) if at else request
        found = nearest(policies, then, also=HELPFUL)
        said["nearest"] = found.as_json() if found else None
        lines.append(found.words if found else "Nothing that can be asked for would be permitted.")
    print(json.dumps(said, ensure_ascii=False, indent=2) if arguments.json else "\n".join(lines))
    return 0
