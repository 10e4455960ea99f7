"""`lsp`: help for editors while a policy is written, over standard input and output."""

from __future__ import annotations

import argparse
import logging
import sys

from clearmix_rules.errors import RightsError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("lsp", help="serve an editor, which starts it by itself")
    parser.add_argument(
        "--stdio", action="store_true", help="over standard input and output, as always"
    )
    parser.add_argument("--log", action="store_true", help="write to stderr what is going on")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serves until the editor says that it is done, or goes away.

    Raises:
        RightsError: the extra `editor` is not installed.
    """
    try:
        from clearmix_rules.editing.requests import serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise RightsError(
            "serving an editor needs the package `pygls`", help='pip install "clearmix[editor]"'
        ) from error
    # Standard output belongs to the protocol: nothing else may ever be written there.
    logging.basicConfig(
        stream=sys.stderr, level=logging.DEBUG if arguments.log else logging.CRITICAL
    )
    return serve()
