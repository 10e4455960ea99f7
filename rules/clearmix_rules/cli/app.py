"""The command line: each command is a module that adds itself and runs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from clearmix_rules.cli import check, decide, diff, fmt, lsp, prove, test
from clearmix_rules.cli import filter as filter_catalogue
from clearmix_rules.cli.files import version
from clearmix_rules.errors import PolicyErrors, RightsError

COMMANDS = (check, fmt, test, decide, filter_catalogue, diff, prove, lsp)
"""In the order of `--help`."""
READ_NO_FURTHER = 128 + 13
"""As of a program that SIGPIPE (13) ends, so that pipes in scripts see what they expect."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command with these arguments and returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="clearmix-rules",
        description="Policies for remixes: check them, decide by them, filter a catalogue.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        if not sys.stdout.closed:  # `lsp` closes it when the editor is gone
            sys.stdout.flush()
    except RightsError as error:
        if getattr(arguments, "json", False):
            print(json.dumps(_as_json(error), ensure_ascii=False, indent=2))
        elif isinstance(error, PolicyErrors):
            print(error, file=sys.stderr)
        else:
            print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads has enough; what is left unwritten must not be written on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READ_NO_FURTHER
    return code


def _as_json(error: RightsError) -> dict[str, object]:
    """What is said with `--json` instead of an answer; `diagnostics` is as `check` has it."""
    found = error.diagnostics if isinstance(error, PolicyErrors) else ()
    return {
        "ok": False,
        "error": {"message": error.message, "help": error.help, "place": error.place},
        "diagnostics": [one.as_json() for one in found],
    }


def run() -> None:
    """The console script."""
    sys.exit(main())
