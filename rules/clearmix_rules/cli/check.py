"""`check`: every mistake in policies, with place and remedy."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.cli.files import policy_files
from clearmix_rules.deciding.policies import PolicySet, check
from clearmix_rules.diagnostics import Severity
from clearmix_rules.errors import PolicyErrors
from clearmix_rules.source import PolicySource


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("check", help="every mistake in these policies, with a remedy")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a .rights file, or a folder of them"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Checks each file alone and, if all are right, whether they go together."""
    sources = [PolicySource.read(file) for path in arguments.files for file in policy_files(path)]
    files = SharedFiles(sources)
    found = [one for source in sources for one in check(source, files)]
    failed = any(one.severity is Severity.ERROR for one in found)
    if not failed:
        try:
            PolicySet.load(sources)
        except PolicyErrors as error:
            found, failed = list(error.diagnostics), True
    if arguments.json:
        said = {
            "ok": not failed,
            "files": len(sources),
            "diagnostics": [one.as_json() for one in found],
        }
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        for one in found:
            print(one.as_text(), file=sys.stderr)
        count = f"{len(sources)} {'policy' if len(sources) == 1 else 'policies'} checked"
        errors = sum(one.severity is Severity.ERROR for one in found)
        print(f"{count}: {f'{errors} to correct' if errors else 'no mistakes'}")
    return 1 if failed else 0
