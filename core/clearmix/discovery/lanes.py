"""Lanes: the four kinds of versions, and the entries in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clearmix.display import Display
from clearmix.royalties.events import Category

Lane = Literal["originals", "official", "producer", "listener"]

LANES: Mapping[Lane, tuple[Category, ...]] = {
    "originals": ("original",),
    "official": ("official-remix",),
    "producer": ("producer-led",),
    "listener": ("listener-remix", "listener-cover"),
}
"""The stream categories of each lane: no category is in two of them, so lanes never mix.

Their order is the order of a page: versions that people made come before those that were generated.
"""

HUMAN_MADE: tuple[Lane, ...] = ("originals", "official", "producer")
"""The lanes of versions that people made."""


@dataclass(frozen=True)
class Entry:
    """Something to hear.

    `original` is the recording it comes from. Entries share `sameness` whose specs ask for nearly
    the same, and `sound` if they sound so. `folded` is how many near-equal ones stand behind it,
    and `listeners` how many people heard it lately. `display` is how it is shown, once it is known
    that it may be heard.
    """

    item: str
    lane: Lane
    title: str
    original: str
    since: datetime
    maker: str | None = None
    sameness: str = ""
    sound: str = ""
    listeners: int = 0
    folded: int = 0
    display: Display | None = None
