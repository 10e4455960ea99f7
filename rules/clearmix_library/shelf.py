"""Reads the policies in this package."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from clearmix_rules import PolicySource


@cache
def policies() -> tuple[PolicySource, ...]:
    """The policies that always hold: the platform's own."""
    return _read(resources.files("clearmix_library"))


@cache
def templates() -> tuple[PolicySource, ...]:
    """Policies for rights-holders to start from; they speak for invented parties until adapted."""
    return _read(resources.files("clearmix_library").joinpath("templates"))


@cache
def suites() -> tuple[PolicySource, ...]:
    """The tests of all these policies; each is called as its policy, with `-test` behind it."""
    package = resources.files("clearmix_library")
    return (
        *_read(package, ".rights-test"),
        *_read(package.joinpath("templates"), ".rights-test"),
    )


def _read(folder: Traversable, ending: str = ".rights") -> tuple[PolicySource, ...]:
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(ending)),
        key=lambda file: file.name,
    )
    return tuple(PolicySource(file.name, file.read_text("utf-8")) for file in files)
