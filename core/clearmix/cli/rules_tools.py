"""Hands a tool of the rights language what it was not given: the house's own rights data."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from clearmix.clearance.exporting import split, write_catalogue, write_policies, write_request
from clearmix.cli.listening import read_spec
from clearmix.cli.output import answering
from clearmix.conversation.understanding import understood
from clearmix.errors import ClearanceError
from clearmix.kernel import Kernel, read_policy


def run(tool: str, arguments: Sequence[str]) -> int:
    """The exit code of the tool, run with its arguments and with the house's defaults."""
    from clearmix_rules.cli import main

    with TemporaryDirectory(prefix="clearmix-rules-") as folder:
        completed = House(Path(folder)).completed(tool, options(tool), list(arguments))
        with answering():
            return main([tool, *completed])


class House:
    """The house's policies, catalogue and requests as files in a folder, written when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kernel: Kernel | None = None

    @property
    def kernel(self) -> Kernel:
        """The kernel, made when a tool needs something of the house."""
        self._kernel = self._kernel or Kernel()
        return self._kernel

    def completed(self, tool: str, known: Collection[str], arguments: list[str]) -> list[str]:
        """The arguments with every option that the tool knows and the house can fill."""
        if tool == "diff" and _is_one_file(arguments):
            arguments = [*self._diff(Path(arguments[0])), *arguments[1:]]
        asked, arguments = _asked(arguments) if "--request" in known else (None, arguments)
        fill: Mapping[str, Callable[[], Path]] = {
            "--policies": self._policies,
            "--catalogue": self._catalogue,
            "--request": lambda: self._request(asked or argparse.Namespace()),
        }
        for option, write in fill.items():
            given = any(one.partition("=")[0] == option for one in arguments)
            if option in known and not given and (option != "--request" or asked):
                arguments += [option, str(write())]
        return arguments

    def _policies(self) -> Path:
        return write_policies(self.kernel.policies.current().sources, self._folder / "policies")

    def _catalogue(self) -> Path:
        return write_catalogue(self.kernel.clearance.tracks(), self._folder / "catalogue.jsonl")

    def _request(self, asked: argparse.Namespace) -> Path:
        if asked.prompt:
            spec = understood(self.kernel, asked.prompt, asked.source)
        else:
            spec = read_spec(self.kernel, asked.spec, asked.source)
        request = self.kernel.clearance.request(spec, asked.listener)
        return write_request(request, self._folder / "request.json")

    def _diff(self, file: Path) -> list[str]:
        """The house's version of a policy, the file, and the policies that hold beside both."""
        newer = read_policy(file)
        older, others = split(self.kernel.policies.current().sources, newer)
        if older is None:
            raise ClearanceError(
                f"the house has no earlier version of `{file.name}`",
                help="name both files: `clearmix rules diff OLD NEW`",
            )
        old = write_policies([older], self._folder / "old")
        beside = write_policies(others, self._folder / "others")
        return [str(old), str(file), "--others", str(beside)]


def options(tool: str) -> set[str]:
    """The options of a tool, as its usage names them; none of one that is not there."""
    from clearmix_rules.cli.app import COMMANDS

    parsers = argparse.ArgumentParser().add_subparsers()
    for command in COMMANDS:
        command.add(parsers)
    parser = parsers.choices.get(tool)
    return set(re.findall(r"--[\w-]+", parser.format_usage())) if parser else set()


def _is_one_file(arguments: Sequence[str]) -> bool:
    """Whether a single file or folder is named, before any option."""
    named = bool(arguments) and not arguments[0].startswith("-")
    return named and (len(arguments) == 1 or arguments[1].startswith("-"))


def _asked(arguments: list[str]) -> tuple[argparse.Namespace | None, list[str]]:
    """What a listener asks, if the arguments say it, and the arguments for the tool itself."""
    parser = argparse.ArgumentParser(prog="clearmix rules", add_help=False, allow_abbrev=False)
    parser.add_argument("--listener", default="local")
    parser.add_argument("--prompt")
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--source")
    asked, rest = parser.parse_known_args(arguments)
    if asked.prompt is None and asked.spec is None:
        if len(rest) < len(arguments):
            parser.error("give `--prompt WORDS` or `--spec FILE` as well")
        return None, arguments
    return asked, rest
