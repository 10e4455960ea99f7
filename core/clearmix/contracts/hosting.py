"""What else plugins bring to the house: catalogues, pages, findings about the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from clearmix.contracts.recordings import Progress


@dataclass(frozen=True)
class Finding:
    """One thing that `clearmix doctor` looked at; `help` is the remedy, or how to get what is more.

    What is optional and missing is `ok`, and `said` says that it is missing.
    """

    name: str
    ok: bool
    said: str
    help: str = ""


@runtime_checkable
class CatalogueSource(Protocol):
    """A catalogue that a plugin brings, such as the example catalogue."""

    id: str
    version: str

    def prepare(self, folder: Path, progress: Progress) -> Path:
        """Writes audio and a `catalogue.json` under `folder` once and returns that file's path."""
        ...


@runtime_checkable
class WebApp(Protocol):
    """A user interface that mounts itself on the service."""

    id: str
    version: str

    def mount(self, app: object, kernel: object) -> None:
        """Adds its pages to the FastAPI application."""
        ...
