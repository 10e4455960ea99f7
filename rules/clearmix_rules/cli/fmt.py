"""`fmt`: policies and their tests in the one layout."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from clearmix_rules.cli.files import files_in
from clearmix_rules.errors import RightsError
from clearmix_rules.reading.layout import format_policy
from clearmix_rules.source import PolicySource
from clearmix_rules.trying.layout import format_suite

STDIN = "-"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "fmt",
        help="lay policies and their tests out in the one way",
        description="Lays policies and their tests out in the one way. Each file is written anew in"
        " its place and named; with --check nothing is written.",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help=f"a .rights or .rights-test file, a folder of them, or {STDIN} for standard input",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; list what is laid out otherwise"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Writes each file anew; all are read first, so that a mistake leaves every file as it is."""
    if STDIN in arguments.files:
        return _standard_input(arguments.check)
    files = [
        file
        for path in map(Path, arguments.files)
        for file in files_in(path, (".rights", ".rights-test"), "no policy")
    ]
    changed = [
        (file, text)
        for file in files
        if (text := _formatted(file.name, PolicySource.read(file).text)).encode()
        != file.read_bytes()
    ]
    for file, text in changed:
        print(file)
        if not arguments.check:
            write_whole(file, text)
    return 1 if changed and arguments.check else 0


def _standard_input(check: bool) -> int:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RightsError(
            "the standard input is not UTF-8 text", help="send it with the encoding UTF-8"
        ) from error
    formatted = _formatted("standard input", text)
    if not check:
        print(formatted, end="")
    elif formatted != text:
        print(STDIN)
        return 1
    return 0


def _formatted(name: str, text: str) -> str:
    layout = format_suite if name.endswith(".rights-test") else format_policy
    return layout(text, name)


def write_whole(file: Path, text: str) -> None:
    """Puts a text in the place of a file in one step: it is never seen half written.

    Raises:
        RightsError: the folder or the file cannot be written.
    """
    target = file.resolve()  # a link stays a link
    name = ""
    try:
        mode = target.stat().st_mode
        with tempfile.NamedTemporaryFile("wb", dir=target.parent, delete=False) as new:
            name = new.name
            new.write(text.encode())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise RightsError(
            f"cannot write `{file}`: {(error.strerror or 'unknown reason').lower()}",
            help="check the permissions of the file and of its folder",
        ) from error
