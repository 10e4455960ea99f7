"""`test`: policy tests, and what they cover."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from clearmix_rules.cli.files import files_in
from clearmix_rules.diagnostics import Severity
from clearmix_rules.source import PolicySource
from clearmix_rules.trying.coverage import Coverage
from clearmix_rules.trying.running import Report, Verdict, run_suite


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("test", help="policy tests, and what they cover")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a .rights-test file, or a folder"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--coverage", action="store_true", help="name the rules and conditions no test has tried"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs every test; fails if one is not as expected or could not be read."""
    reports = [
        run_suite(PolicySource.read(file), file.parent)
        for path in arguments.files
        for file in files_in(path, (".rights-test",), "no policy test")
    ]
    passed = all(one.passed for one in reports)
    if arguments.json:
        print(json.dumps(_as_json(reports, passed), ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _tell(report)
        if arguments.coverage:
            _tell_coverage(Coverage.together(one.coverage for one in reports))
        print(_summary(reports))
    return 0 if passed else 1


def _summary(reports: list[Report]) -> str:
    """How many tests there are, how they went, and how many files could not be run."""
    verdicts = [one for report in reports for one in report.verdicts]
    failed = sum(not one.passed for one in verdicts)
    broken = sum(
        any(one.severity is Severity.ERROR for one in report.diagnostics) for report in reports
    )
    told = [f"{failed} not as expected"] if failed else ["all as expected"] if verdicts else []
    if broken:
        told.append(f"{broken} {'file' if broken == 1 else 'files'} not run: mistakes to correct")
    return f"{len(verdicts)} {'test' if len(verdicts) == 1 else 'tests'}: {', '.join(told)}"


def _as_json(reports: list[Report], passed: bool) -> dict[str, object]:
    return {
        "ok": passed,
        "files": [
            {
                "file": report.file,
                "diagnostics": [one.as_json() for one in report.diagnostics],
                "tests": [one.as_json() for one in report.verdicts],
            }
            for report in reports
        ],
        "coverage": Coverage.together(one.coverage for one in reports).as_json(),
    }


def _tell(report: Report) -> None:
    for one in report.diagnostics:
        print(one.as_text(), file=sys.stderr)
    for verdict in report.verdicts:
        if not verdict.passed:
            print(_failure(verdict), file=sys.stderr)


def _tell_coverage(coverage: Coverage) -> None:
    """How much is covered, and each rule and condition that is not, with its place."""
    counts = coverage.counts().items()
    print("covered: " + ", ".join(f"{some} of {all} {name}" for name, (some, all) in counts))
    for part in coverage.missing:
        print(f"  {part.words} ({part.policy.file}, line {part.span.line})")


def _failure(verdict: Verdict) -> str:
    """What was expected, what happened, and why."""
    place = f"{verdict.file}, line {verdict.trial.span.line}"
    lines = [f'"{verdict.trial.name}" is not as expected ({place})']
    lines += [f"  {one}" for one in verdict.differs]
    lines += [f"    {one}" for one in verdict.decision.explain().splitlines()]
    return "\n".join(lines)
