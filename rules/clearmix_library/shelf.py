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


def _read(folder: Traversable) -> tuple[PolicySource, ...]:
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".rights")),
        key=lambda file: file.name,
    )
    return tuple(PolicySource(file.name, file.read_text("utf-8")) for file in files)
