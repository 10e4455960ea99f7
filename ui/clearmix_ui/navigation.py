"""The pages that the top of each page leads to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page's name, its path and the icon that stands for it on a phone."""

    name: str
    path: str
    icon: str


PAGES = (
    Page("Listen", "/app/", "wave"),
    Page("Rules", "/app/rules", "rules"),
    Page("Verify", "/app/verify", "shield"),
)
"""In their order."""
