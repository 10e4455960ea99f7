"""JSON objects in files that others wrote: each is read whole, or refused with place and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Never

from clearmix_rules.errors import RightsError

MOST_BYTES = 10_000_000
"""A larger request is not read."""
_DEEP = "nest its lists and objects less deeply"


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; raises RightsError when there is none that can be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RightsError(
                f"`{path}` is too large for a request",
                help=f"a request has at most {MOST_BYTES:,} bytes",
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        _cannot_read(path, error)
    except UnicodeDecodeError as error:
        _not_text(path, error)
    return _object(text, path.name)


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects in a file of one a line, each with the number of its line.

    Raises RightsError, which names the line, where there is none that can be read.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _object(line.rstrip("\n"), path.name, number)
    except OSError as error:
        _cannot_read(path, error)
    except UnicodeDecodeError as error:
        _not_text(path, error)


def _object(text: str, file: str, line: int | None = None) -> dict[str, Any]:
    """The JSON object in a text: a file, or the line of one."""
    place = f"{file}, line {line}" if line else ""
    what = "this line" if line else f"`{file}`"
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_int=_number)
    except json.JSONDecodeError as error:
        raise RightsError(
            f"{what} is not JSON: {error.msg.lower()}",
            help="correct it at this place",
            place=f"{file}, line {line or error.lineno}, column {error.colno}",
        ) from error
    except RecursionError as error:
        raise RightsError(
            f"{what} is not JSON that can be read", help=_DEEP, place=place
        ) from error
    except RightsError as error:
        raise RightsError(f"{what} {error.message}", help=error.help, place=place) from None
    if not isinstance(said, dict):
        raise RightsError(
            f"{what} is not a JSON object", help='write it as {"name": value, ...}', place=place
        )
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, unless a name is there twice: readers take either value then."""
    said = dict(pairs)
    if len(said) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RightsError(
            f"says `{twice[:60]}` twice in one object", help="leave one of the two out"
        )
    return said


def _number(digits: str) -> int:
    if len(digits) > 20:  # no fact of the schema is beyond 2**53
        raise RightsError(f"has a number that is too long: {digits[:18]}...",
                          help="use at most 18 digits")  # fmt: skip
    return int(digits)


def _cannot_read(path: Path, error: OSError) -> Never:
    raise RightsError(
        f"cannot read `{path}`: {(error.strerror or 'unknown reason').lower()}",
        help="check the path and the permissions of the file",
    ) from error


def _not_text(path: Path, error: UnicodeDecodeError) -> Never:
    raise RightsError(f"`{path}` is not UTF-8 text", help="save it as UTF-8") from error
