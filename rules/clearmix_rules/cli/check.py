"""`check`: every mistake in policies, with place and remedy."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from clearmix_rules.checking.shared import SharedFiles
from clearmix_rules.cli.files import policy_files, version
from clearmix_rules.cli.sarif import sarif
from clearmix_rules.deciding.policies import PolicySet, check
from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import PolicyErrors, RightsError
from clearmix_rules.source import PolicySource, unreadable


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("check", help="every mistake in these policies, with a remedy")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a .rights file, or a folder of them"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--sarif", action="store_true", help="print SARIF 2.1.0, for code hosts")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Checks each file alone and, if all are right, whether they go together."""
    paths = [file for path in arguments.files for file in policy_files(path)]
    found: list[tuple[Path, Diagnostic]] = []
    sources: dict[Path, PolicySource] = {}
    for path in paths:
        try:
            sources[path] = PolicySource.read(path)
        except RightsError as error:
            found.append((path, unreadable(path, error)))
    files = SharedFiles(sources.values())
    found += [(path, one) for path, source in sources.items() for one in check(source, files)]
    if not _failed(found):
        try:
            PolicySet.load(sources.values())
        except PolicyErrors as error:
            named = {source.name: path for path, source in sources.items()}
            found = [(named.get(one.file, Path(one.file)), one) for one in error.diagnostics]
    failed = _failed(found)
    if arguments.sarif:
        print(json.dumps(sarif(found, version()), ensure_ascii=False, indent=2))
    elif arguments.json:
        said = {
            "ok": not failed,
            "files": len(paths),
            "diagnostics": [one.as_json() for _, one in found],
        }
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        for _, one in found:
            print(one.as_text(), file=sys.stderr)
        count = f"{len(paths)} {'policy' if len(paths) == 1 else 'policies'} checked"
        errors = sum(one.severity is Severity.ERROR for _, one in found)
        print(f"{count}: {f'{errors} to correct' if errors else 'no mistakes'}")
    return 1 if failed else 0


def _failed(found: list[tuple[Path, Diagnostic]]) -> bool:
    return any(one.severity is Severity.ERROR for _, one in found)
