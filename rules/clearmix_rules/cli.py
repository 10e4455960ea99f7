"""The `clearmix-rules` command: check policies, and decide a request against a folder of them.

Exit code 0 is an answer, also one that refuses; 1 is an error in a policy or a request; 2 is bad
usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from clearmix_rules.diagnostics import Diagnostic, Severity
from clearmix_rules.errors import PolicyErrors, RightsError
from clearmix_rules.policies import PolicySet, check
from clearmix_rules.request import Request
from clearmix_rules.source import PolicySource

MOST_BYTES = 10_000_000
"""A larger request is not read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command with these arguments and returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return _check(arguments) if arguments.command == "check" else _decide(arguments)
    except RightsError as error:
        print(f"error: {error}" if not isinstance(error, PolicyErrors) else error, file=sys.stderr)
        return 1


def run() -> None:
    """The console script."""
    sys.exit(main())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clearmix-rules", description="Policies for remixes: check them, decide by them."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    checking = commands.add_parser("check", help="every mistake in these policies, with a remedy")
    checking.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a .rights file, or a folder of them"
    )
    checking.add_argument("--json", action="store_true", help="print one JSON object")
    deciding = commands.add_parser("decide", help="one request against a folder of policies")
    deciding.add_argument(
        "--request", required=True, type=Path, metavar="FILE", help="a request in JSON"
    )
    deciding.add_argument(
        "--policies",
        required=True,
        type=Path,
        action="append",
        metavar="FOLDER",
        help="a folder of .rights files, or one file; may be repeated",
    )
    deciding.add_argument("--explain", action="store_true", help="say why, in words")
    deciding.add_argument("--json", action="store_true", help="print one JSON object")
    deciding.add_argument("--at", metavar="TIME", help="decide as of a time: 2026-11-23T12:00Z")
    return parser


def _check(arguments: argparse.Namespace) -> int:
    """Checks each file alone and, if all are right, whether they go together."""
    sources: list[PolicySource] = []
    found: list[Diagnostic] = []
    for path in arguments.files:
        for file in policy_files(path):
            source = PolicySource.read(file)
            sources.append(source)
            found += check(source)
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


def _decide(arguments: argparse.Namespace) -> int:
    request = Request.from_json(_read_json(arguments.request))
    sources = [
        PolicySource.read(file) for path in arguments.policies for file in policy_files(path)
    ]
    decision = PolicySet.load(sources).decide(request, valid_at=_time(arguments.at))
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


def policy_files(path: Path) -> list[Path]:
    """The file itself, or every .rights file in a folder and below it, sorted.

    Raises:
        RightsError: there is nothing there.
    """
    if path.is_dir():
        files = sorted(path.rglob("*.rights"))
        if not files:
            raise RightsError(
                f"there is no policy in `{path}`", help="put files whose names end in .rights there"
            )
        return files
    if not path.exists():
        raise RightsError(f"there is no file `{path}`", help="check the path")
    return [path]


def _read_json(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RightsError(
                f"`{path}` is too large for a request",
                help=f"a request has at most {MOST_BYTES:,} bytes",
            )
        said = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise RightsError(
            f"cannot read `{path}`: {(error.strerror or 'unknown reason').lower()}",
            help="check the path and the permissions of the file",
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise RightsError(
            f"`{path}` is not JSON that can be read",
            help="write UTF-8 text, and nest objects less deeply",
        ) from error
    except json.JSONDecodeError as error:
        raise RightsError(
            f"`{path.name}` is not JSON: {error.msg.lower()}",
            help="correct it at this place",
            place=f"{path.name}, line {error.lineno}, column {error.colno}",
        ) from error
    if not isinstance(said, dict):
        raise RightsError(
            f"`{path.name}` is not a JSON object",
            help='write the request as {"now": ..., "request": ..., ...}',
        )
    return said


def _time(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise RightsError(f"`{written}` is not a time with a zone", help="write 2026-11-23T12:00Z")
    return at


if __name__ == "__main__":
    run()
