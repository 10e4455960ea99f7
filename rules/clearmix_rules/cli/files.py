"""Policies, requests and times as commands are given them."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from clearmix_rules.deciding.policies import PolicySet
from clearmix_rules.errors import RightsError
from clearmix_rules.source import PolicySource


def policy_files(path: Path) -> list[Path]:
    """The file itself, or every .rights file in a folder and below it, sorted.

    Raises:
        RightsError: there is nothing there.
    """
    return files_in(path, (".rights",), "no policy")


def files_in(path: Path, endings: tuple[str, ...], none: str) -> list[Path]:
    """The file itself, or every file with one of the endings in a folder and below it, sorted."""
    if path.is_dir():
        files = sorted(file for ending in endings for file in path.rglob(f"*{ending}"))
        if not files:
            raise RightsError(
                f"there is {none} in `{path}`",
                help=f"put files whose names end in {endings[0]} there",
            )
        return files
    if not path.exists():
        raise RightsError(f"there is no file `{path}`", help="check the path")
    return [path]


def policy_set(paths: Iterable[Path]) -> PolicySet:
    """The policies in these files and folders, checked together; raises RightsError."""
    return PolicySet.load(PolicySource.read(file) for path in paths for file in policy_files(path))


def time_of(written: str | None) -> datetime | None:
    """The moment of an option, in UTC; raises RightsError for one without a zone."""
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):  # the first or last day of the calendar, elsewhere
        pass
    raise RightsError(f"`{written}` is not a time with a zone", help="write 2026-11-23T12:00Z")


def write_json(path: Path, said: Mapping[str, object]) -> Path:
    """The path, after writing a JSON object there; raises RightsError if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise RightsError(
            f"cannot write `{path}`: {(error.strerror or 'unknown reason').lower()}",
            help="name a folder that can be written to",
        ) from error
    return path


def version() -> str:
    """The version of the package that this is part of; 0 where it is not installed."""
    try:
        return metadata.version("clearmix")
    except metadata.PackageNotFoundError:
        return "0"


def seconds(written: str) -> float:
    """A number of seconds above 0, as an option gives it."""
    try:
        value = float(written)
    except ValueError:
        value = 0.0
    if not 0 < value < 1_000_000:
        raise ArgumentTypeError(f"`{written}` is not a number of seconds above 0")
    return value


def count(written: str) -> int:
    """A whole number of 0 or more, as an option gives it."""
    if not written.isdecimal() or len(written) > 18:
        raise ArgumentTypeError(f"`{written}` is not a whole number of 0 or more")
    return int(written)
