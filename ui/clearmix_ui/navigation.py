"""The pages that a visitor can go to, for the top of each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page by its name and path."""

    name: str
    path: str


PLACES: tuple[Place, ...] = (Place("Listen", "/app/"),)
"""In the order in which they are shown."""
